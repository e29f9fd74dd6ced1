"""Who is asking: the one place that knows Flask-Login, cookies and bearer tokens."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from blueprints.clock import now
from domain.errors import NotLoggedIn
from domain.people import Actor
from services import login

API_PREFIX = "/api/"


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
    # Its context processor would look the visitor up again, on an error page too.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # the session is checked against the database at every request

    @manager.user_loader
    def load(token: str) -> Visitor | None:
        actor = login.actor_of_session(token, now(), demo_allowed=demo_allowed())
        return Visitor(token, actor) if actor else None


def _from_bearer() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return login.actor_of_token(token.strip(), demo_allowed=demo_allowed())


def current_actor() -> Actor | None:
    """Who acts: by bearer token under /api/, where cookies count for nothing; else by the session."""
    if "actor" not in g:
        if request.path.startswith(API_PREFIX):
            g.actor = _from_bearer()
        else:
            g.actor = current_user.actor if current_user.is_authenticated else None
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
    if current_user.is_authenticated:
        login.log_out(current_user.token, now())
    session.clear()
    session.permanent = True
    login_user(Visitor(opened.token, opened.actor))
    g.actor = opened.actor


def end_session() -> None:
    """Revoke the session on the server and forget it here."""
    if current_user.is_authenticated:
        login.log_out(current_user.token, now())
    logout_user()
    session.clear()
    g.actor = None


def demo_allowed() -> bool:
    """Whether the accounts of the demo count; in production neither their log-ins nor their tokens do."""
    return bool(current_app.config["APP_ENV"] != "production")


def forget_actor() -> None:
    """Answer this request as to nobody, for when the database can't say who asks."""
    g.actor = None


def session_lifetime() -> timedelta:
    """How long a log-in lasts."""
    lifetime: timedelta = current_app.config["SESSION_LIFETIME"]
    return lifetime


def client_address() -> str:
    """Where a request comes from; forwarded headers count only behind the configured number of proxies."""
    return request.remote_addr or "unknown"
