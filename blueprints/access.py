"""Who may call a route. Every view states it; one that doesn't is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

from blueprints.identity import current_actor
from domain.errors import Forbidden, NotLoggedIn
from domain.people import Actor, Role

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "jufu_access"


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of a route: open to everybody, or to the roles named."""

    public: bool
    roles: frozenset[Role]

    def check(self, actor: Actor | None) -> None:
        """Let the actor pass or raise NotLoggedIn, Forbidden."""
        if self.public:
            return
        if actor is None:
            raise NotLoggedIn
        if actor.role not in self.roles:
            raise Forbidden


def public(view: View) -> View:
    """Open a route to everybody."""
    setattr(view, ATTRIBUTE, Access(public=True, roles=frozenset()))
    return view


def allow(*roles: Role) -> Callable[[View], View]:
    """Open a route to the roles named; admins may do whatever staff may."""
    allowed = frozenset(roles) | ({Role.ADMIN} if Role.STAFF in roles else frozenset())

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, Access(public=False, roles=allowed))
        return view

    return mark


def signed_in(view: View) -> View:
    """Open a route to everybody with an account."""
    return allow(*Role)(view)


def access_of(endpoint: str) -> Access | None:
    """The stated rule of an endpoint, None when there is none."""
    view = current_app.view_functions.get(endpoint)
    return getattr(view, ATTRIBUTE, None)


def enforce() -> None:
    """Before every request: no rule, no entry."""
    if request.endpoint is None or request.endpoint == "static":
        return
    rule = access_of(request.endpoint)
    if rule is None:
        raise Forbidden("route_without_rule")
    rule.check(None if rule.public else current_actor())
