"""A forgotten password: staff read out a one-time PIN, the person chooses a new password with it."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Violation
from domain.people import Actor, check_password, normalise_phone
from models import LoginThrottle, PasswordReset, Person
from services import acting, arbiter, login, records, settings
from services.passwords import hash_password, matches
from services.unit_of_work import query, transaction

DIGITS = 8
PER_MAKER = 20
PER_PHONE = 5
PER_ADDRESS = 50
"""PINs that one of the staff makes, tries for one phone, and tries from one address, in a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Given:
    """A new PIN, which is kept nowhere else; who it is for, and until when it counts."""

    pin: str
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Open:
    person_id: int
    pin_hash: str


def may_give(actor: Actor, person: Person) -> bool:
    """Whether this one may let that one in again: admins everybody, staff whoever is no staff."""
    return actor.is_admin or (actor.is_staff and not person.as_actor().is_staff)


def give_pin(actor: Actor, person_id: int, now: datetime) -> Given:
    """Make a PIN of 8 digits to read out; it takes the place of an earlier one.

    Raises Forbidden, Missing, RuleViolation where the account can't be logged in to, and TooManyAttempts.
    """
    if not actor.is_staff:
        raise Forbidden
    login.reserve_attempt({f"reset-made:{actor.id}": PER_MAKER}, now)
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return _keep(actor, person_id, pin, hash_password(pin), now)


@transaction
def _keep(session: Session, actor: Actor, person_id: int, pin: str, pin_hash: str, now: datetime) -> Given:
    arbiter.lock_person(session, person_id)
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or not may_give(actor, person):
        raise Missing
    if person.disabled_at is not None or person.phone is None:
        raise RuleViolation([Violation("reset_impossible")])
    expires_at = now + timedelta(minutes=settings.load(session).reset_pin_minutes)
    session.merge(
        PasswordReset(
            person_id=person.id,
            pin_hash=pin_hash,
            created_by_id=actor.id,
            created_at=now,
            expires_at=expires_at,
            used_at=None,
        )
    )
    records.audit(session, actor, "person.reset_given", person, now)
    records.tell(session, person.id, "reset_given", now)
    return Given(pin, person, expires_at)


def clean_pin(text: str) -> str:
    """The 8 digits, wide ones and spaces too; raises BadInput."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or ""))
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise BadInput("reset_pin_invalid", field="pin", digits=DIGITS)
    return digits


def redeem(
    phone: str, pin: str, password: str, *, address: str, now: datetime, demo_allowed: bool = False
) -> int:
    """Set a new password with a PIN and end all sessions; returns whose it is.

    Raises BadInput, `reset_failed` for an unknown phone and a wrong, used or old PIN alike, and TooManyAttempts.
    """
    phone, pin, password = normalise_phone(phone), clean_pin(pin), check_password(password)
    buckets = {
        login.phone_bucket(phone, "reset"): PER_PHONE,
        login.address_bucket(address, "reset-from"): PER_ADDRESS,
    }
    login.reserve_attempt(buckets, now)
    known = _open_for(phone, now, demo_allowed)
    fits = matches(known.pin_hash if known else None, pin)
    if known is None or not fits:
        raise BadInput("reset_failed", field="pin")
    return _use(known, phone, hash_password(password), now)


@query
def _open_for(session: Session, phone: str, now: datetime, demo_allowed: bool) -> _Open | None:
    row = session.execute(
        select(PasswordReset.person_id, PasswordReset.pin_hash)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(
            Person.phone == phone,
            acting.is_open(demo_allowed),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
    ).first()
    return _Open(row[0], row[1]) if row else None


@transaction
def _use(session: Session, known: _Open, phone: str, password_hash: str, now: datetime) -> int:
    arbiter.lock_person(session, known.person_id)
    person = session.get(Person, known.person_id, populate_existing=True)
    reset = session.get(PasswordReset, known.person_id, populate_existing=True)
    stands = (
        person is not None
        and person.disabled_at is None
        and person.phone == phone
        and reset is not None
        and reset.pin_hash == known.pin_hash
        and reset.used_at is None
    )
    if person is None or reset is None or not stands:
        raise BadInput("reset_failed", field="pin")
    reset.used_at, person.password_hash = now, password_hash
    login.revoke_sessions(session, person.id, now)
    tried = [login.phone_bucket(phone, kind) for kind in ("phone", "reset")]
    session.execute(delete(LoginThrottle).where(LoginThrottle.bucket.in_(tried)))
    records.audit(session, person.as_actor(), "person.password_reset", person, now)
    records.tell(session, person.id, "password_reset", now)
    return person.id


def open_until(session: Session, person_id: int, now: datetime) -> datetime | None:
    """Until when a PIN of somebody's counts, None where there is none; inside another service."""
    return session.scalar(
        select(PasswordReset.expires_at).where(
            PasswordReset.person_id == person_id,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
    )
