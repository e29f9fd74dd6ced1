"""People who come in through the browser: logged-in clients without typing a password."""

from datetime import timedelta

from flask import Flask

from domain.people import Actor
from models import Person
from services.login import open_session
from tests.support.builders import create_person
from tests.support.client import PageClient

KEPT = "_user_id"
"""Where Flask-Login keeps a session's secret in the signed cookie."""


def log_in(client: PageClient, person: Person | Actor, *, now=None) -> PageClient:
    """Open a real server-side session for somebody and put its secret into this client's cookie."""
    from blueprints.clock import now as present

    with client.application.app_context():
        opened = open_session(person.id, lifetime=timedelta(days=1), now=now or present())
    with client.session_transaction() as cookie:
        cookie[KEPT] = opened.token
        cookie["_fresh"] = True
    return client


def visitor(app: Flask, person: Person | Actor | None = None) -> PageClient:
    """A new client, logged in as somebody or as nobody."""
    client: PageClient = app.test_client()  # type: ignore[assignment]  # Flask types it as its base class
    return log_in(client, person) if person else client
