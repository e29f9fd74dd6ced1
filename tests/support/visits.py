"""People who come in through the browser: logged-in clients without typing a password."""

from datetime import timedelta

from flask import Flask

from blueprints.clock import now
from domain.people import Actor
from models import Person
from services.login import open_session
from tests.support.client import PageClient

PASSWORD = "correct horse"
KEPT = "_user_id"
"""Where Flask-Login keeps a session's secret in the signed cookie."""
HTMX = {"HX-Request": "true"}
"""What tells the server that htmx asks and wants the fragment alone."""


def log_in(client: PageClient, person: Person | Actor) -> PageClient:
    """Open a real server-side session for somebody and put its secret into this client's cookie."""
    with client.application.app_context():
        opened = open_session(person.id, lifetime=timedelta(days=30), now=now())
    with client.session_transaction() as cookie:
        cookie[KEPT] = opened.token
        cookie["_fresh"] = True
    return client


def visitor(app: Flask, person: Person | Actor | None = None) -> PageClient:
    """A new client, logged in as somebody or as nobody."""
    client: PageClient = app.test_client()  # type: ignore[assignment]  # Flask types it as its base class
    return log_in(client, person) if person else client


def secret_of(client: PageClient) -> str | None:
    """The session secret that this client's cookie carries."""
    with client.session_transaction() as cookie:
        return cookie.get(KEPT)


def cookie_of(app: Flask, person: Person | Actor) -> tuple[str, str]:
    """Name and value of the cookie with which somebody who is signed in comes."""
    cookie = visitor(app, person).get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return cookie.key, cookie.value
