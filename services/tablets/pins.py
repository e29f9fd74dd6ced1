"""The PIN with which somebody of the staff takes over a shared tablet, set by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden
from domain.people import Actor
from domain.tablets import check_pin
from models import LoginThrottle, Person, StaffPin
from services import login, records
from services.passwords import hash_password, matches
from services.unit_of_work import query, transaction


def set_pin(actor: Actor, password: str, pin: str, now: datetime) -> None:
    """Give oneself a PIN, or another one, after showing the password.

    Raises Forbidden for whoever is no staff, BadInput, and TooManyAttempts as at the log-in.
    """
    _require_staff(actor)
    pin = check_pin(pin, actor.phone)
    bucket = login.phone_bucket(actor.phone or "")
    login.reserve_attempt({bucket: login.PER_PHONE}, now)
    if not matches(_password_hash(actor), password):
        raise BadInput("pin_password_wrong", field="password")
    _store(actor, hash_password(pin), len(pin), bucket, now)


@query
def _password_hash(session: Session, actor: Actor) -> str | None:
    return session.scalar(select(Person.password_hash).where(Person.id == actor.id))


@transaction
def _store(session: Session, actor: Actor, pin_hash: str, digits: int, bucket: str, now: datetime) -> None:
    person = session.get_one(Person, actor.id, with_for_update={"key_share": True})
    session.merge(StaffPin(person_id=person.id, pin_hash=pin_hash, digits=digits, set_at=now))
    session.execute(delete(LoginThrottle).where(LoginThrottle.bucket == bucket))
    records.audit(session, actor, "person.pin_set", person, now)


@transaction
def remove_pin(session: Session, actor: Actor, now: datetime) -> None:
    """Have no PIN any more; doing it twice is the same as once. Raises Forbidden."""
    _require_staff(actor)
    pin = session.get(StaffPin, actor.id, with_for_update=True)
    if pin is not None:
        session.delete(pin)
        records.audit(session, actor, "person.pin_removed", session.get_one(Person, actor.id), now)


@query
def has_pin(session: Session, actor: Actor) -> bool:
    """Whether somebody has a PIN."""
    return session.get(StaffPin, actor.id) is not None


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden
