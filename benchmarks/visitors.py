"""Who looks: browsers that are signed in to a measured house, and whoever writes a little in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from blueprints import identity
from blueprints.clock import now
from models import Person, Space
from services import login
from services.unit_of_work import query, transaction

LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Browser:
    """The cookie of somebody who is signed in, and the token of their forms."""

    person_id: int
    cookie: str
    csrf_token: str


def sign_in(app: Flask, phones: Sequence[str]) -> list[Browser]:
    """Browsers of these people; their sessions are opened at once, since a password would cost its own second."""
    with app.app_context():
        opened = _open(phones)
    return [_browser(app, one) for one in opened]


def _browser(app: Flask, opened: login.LoggedIn) -> Browser:
    with app.test_request_context("/"):
        identity.start_session(opened)
        token, response = generate_csrf(), app.response_class()
        app.session_interface.save_session(app, session, response)
    return Browser(opened.actor.id, response.headers["Set-Cookie"].partition(";")[0], token)


@transaction
def _open(session: Session, phones: Sequence[str]) -> list[login.LoggedIn]:
    people = session.execute(select(Person.phone, Person.id).where(Person.phone.in_(phones)))
    known = {phone: person_id for phone, person_id in people}
    return [login.open_for(known[phone], bucket="measuring", lifetime=LASTS, now=now()) for phone in phones]


def touch(app: Flask) -> None:
    """The smallest change that every live screen has to show: a space's revision grows, durably."""
    with app.app_context():
        _touch()


@transaction
def _touch(session: Session) -> None:
    first = select(Space.id).order_by(Space.id).limit(1).scalar_subquery()
    session.execute(update(Space).where(Space.id == first).values(revision=Space.revision + 1))


@query
def residents_phones(session: Session, number: int, after: int) -> list[str]:
    """Phones of so many people of the large seed who hold nothing that is still to come."""
    phones = session.scalars(select(Person.phone).where(Person.phone.is_not(None)).order_by(Person.id))
    return [phone for phone in phones if phone and phone.startswith("1390")][after : after + number]
