"""Who is asking: the one place that knows Flask-Login, cookies and bearer tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from blueprints.clock import now
from domain import known_browsers
from domain.errors import NotLoggedIn
from domain.people import Actor
from models import Device
from services import acting, login
from services.known_browsers import Shown
from services.secrets import new_secret
from services.tablets import devices, locking

API_PREFIX = "/api/"
TOKEN = "_user_id"  # noqa: S105  the name under which Flask-Login keeps the secret in the signed cookie
DEVICE_LIFETIME = timedelta(days=730)


class Visitor(UserMixin):
    """A logged-in browser as Flask-Login wants it; its id is the secret of the server-side session."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token


def init_app(app: Flask) -> None:
    """Attach Flask-Login."""
    # Without what it does at every request: look the visitor up again for pages, on an error page too, and renew a
    # cookie to be remembered by, which the house does not give.
    manager = app.login_manager = LoginManager()  # type: ignore[attr-defined]  # as its own init_app does
    manager.session_protection = None  # the session is checked against the database at every request

    @manager.user_loader
    def load(token: str) -> Visitor | None:
        actor = _from_session()
        return Visitor(token, actor) if actor else None


def presence() -> acting.Presence | None:
    """The session that this browser comes with, be it locked; looked up once a request."""
    if "presence" not in g:
        token = session.get(TOKEN)
        g.presence = (
            acting.presence_of(token, now(), device_token=device_token(), demo_allowed=demo_allowed())
            if token
            else None
        )
    found: acting.Presence | None = g.presence
    return found


def be_touched(moment: datetime) -> None:
    """Let the rest of this request know that the tablet was touched."""
    found = presence()
    if found is not None:
        g.presence = replace(found, last_active_at=moment)


def device_token() -> str:
    """The secret with which a shared tablet comes, empty elsewhere; whether it is a good one is another question."""
    return request.cookies.get(current_app.config["DEVICE_COOKIE_NAME"], "")


def shared_device() -> Device | None:
    """The shared tablet that this request comes from; None elsewhere, and on one that was revoked."""
    if "device" not in g:
        token = device_token()
        g.device = devices.known(token) if token else None
    found: Device | None = g.device
    return found


def keep_device(response: Response, token: str) -> None:
    """Let this browser be a shared tablet for two years more; where one keeps cookies for less, each PIN renews it."""
    _keep(response, "DEVICE_COOKIE_NAME", token, DEVICE_LIFETIME)


def _keep(response: Response, cookie: str, value: str, lifetime: timedelta) -> None:
    config = current_app.config
    response.set_cookie(
        config[cookie],
        value,
        max_age=lifetime,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def known_browser() -> Shown | None:
    """The badge that this browser comes with; None without one, and on a shared tablet, which everybody has in hand."""
    badge = request.cookies.get(current_app.config["KNOWN_COOKIE_NAME"], "")
    return Shown(badge, current_app.config["SECRET_KEY"]) if badge and shared_device() is None else None


def _know_browser(standing: str) -> None:
    """Give this browser a badge with the answer, in the place of an earlier one."""
    badge = known_browsers.badge_of(standing, new_secret(), current_app.config["SECRET_KEY"], now())

    @after_this_request
    def give(response: Response) -> Response:
        _keep(response, "KNOWN_COOKIE_NAME", badge, known_browsers.LASTS)
        return response


def forget_browser() -> None:
    """Take its badge away with the answer; what it was given for is no longer so."""

    @after_this_request
    def take(response: Response) -> Response:
        _keep(response, "KNOWN_COOKIE_NAME", "", timedelta())
        return response


def _from_bearer() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return acting.actor_of_token(token.strip(), demo_allowed=demo_allowed())


def _from_session() -> Actor | None:
    found = presence()
    return found.actor if found and not found.is_locked(now()) else None


def current_actor() -> Actor | None:
    """Who acts: by bearer token under /api/, where cookies count for nothing; else by the session."""
    if "actor" not in g:
        g.actor = _from_bearer() if request.path.startswith(API_PREFIX) else _from_session()
    actor: Actor | None = g.actor
    return actor


def the_actor() -> Actor:
    """Who acts, where a route has made sure that somebody does."""
    actor = current_actor()
    if actor is None:
        raise NotLoggedIn
    return actor


def start_session(opened: login.LoggedIn) -> None:
    """Remember a log-in in this browser; whatever the cookie held before is dropped, so the session id rotates."""
    _revoke_session()
    if opened.device_id is None and device_token():
        locking.bind(opened.token, device_token(), now())
    if opened.device_id is None and shared_device() is None:
        _know_browser(opened.standing)
    session.clear()
    session.permanent = True
    login_user(Visitor(opened.token, opened.actor))
    g.actor = opened.actor
    g.pop("presence", None)


def _revoke_session() -> None:
    """End what this browser came with, a locked session too."""
    token = session.get(TOKEN)
    if token:
        login.log_out(token, now())


def end_session() -> None:
    """Revoke the session on the server and forget it here."""
    _revoke_session()
    logout_user()
    session.clear()
    g.actor = g.presence = None


def demo_allowed() -> bool:
    """Whether the accounts of the demo count; in production neither their log-ins nor their tokens do."""
    return bool(current_app.config["APP_ENV"] != "production")


def forget_actor() -> None:
    """Answer this request as to nobody, for when the database can't say who asks."""
    g.actor = g.presence = g.device = None


def session_lifetime() -> timedelta:
    """How long a log-in lasts."""
    lifetime: timedelta = current_app.config["SESSION_LIFETIME"]
    return lifetime


def client_address() -> str:
    """Where a request comes from; forwarded headers count only behind the configured number of proxies."""
    return request.remote_addr or "unknown"
