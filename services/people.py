"""Accounts: signing up, verifying neighbours, revealing a phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Actor, Home, Role, Salutation, check_password, normalise_phone
from models import Person
from services import login, records
from services.passwords import hash_password
from services.unit_of_work import query, transaction


def clean_name(name: str) -> str:
    """A name without stray white space, of 1 to 40 characters; raises BadInput."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise BadInput("name_missing", field="name")
    if len(cleaned) > 40:
        raise BadInput("name_long", field="name", maximum=40)
    return cleaned


def resident_account(
    *, phone: str, name: str, salutation: Salutation, home: Home, password: str, now: datetime
) -> Person:
    """An unverified resident's account that is still to be stored; raises BadInput."""
    phone, name = normalise_phone(phone), clean_name(name)
    return Person(
        phone=phone,
        name=name,
        salutation=salutation,
        role=Role.RESIDENT,
        password_hash=hash_password(check_password(password)),
        building=home.building,
        unit=home.unit,
        room=home.room,
        created_at=now,
    )


def merchant_account(*, phone: str, name: str, password: str, now: datetime) -> Person:
    """A merchant's account that is still to be stored; it is verified together with its shop. Raises BadInput."""
    phone, name = normalise_phone(phone), clean_name(name)
    return Person(
        phone=phone,
        name=name,
        role=Role.MERCHANT,
        password_hash=hash_password(check_password(password)),
        created_at=now,
    )


def create_account(
    *,
    phone: str | None,
    name: str,
    role: Role,
    now: datetime,
    password: str | None = None,
    home: Home | None = None,
    salutation: Salutation = Salutation.NONE,
    captain_of: int | None = None,
    is_demo: bool = False,
    password_hash: str | None = None,
) -> Person:
    """Make a verified account, for the command line and the demo; raises BadInput.

    A ready `password_hash` may stand in for the password, so that many accounts can share one.
    """
    if password is not None:
        password_hash = hash_password(check_password(password))
    return add(
        Person(
            phone=normalise_phone(phone) if phone else None,
            name=clean_name(name),
            salutation=salutation,
            role=role,
            password_hash=password_hash,
            building=home.building if home else None,
            unit=home.unit if home else None,
            room=home.room if home else None,
            captain_of=captain_of,
            verified_at=now,
            is_demo=is_demo,
            created_at=now,
        ),
        now,
    )


@transaction
def sign_up(session: Session, person: Person, now: datetime) -> Person:
    """Store a resident's account that waits for somebody to verify it; raises BadInput, `phone_known`."""
    person = add(person, now)
    records.tell_staff(session, "resident_signed_up", now)
    return person


@transaction
def add(session: Session, person: Person, now: datetime) -> Person:
    """Store a new account; raises BadInput, `phone_known` when the phone has one already."""
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        if "phone" not in str(error.orig):
            raise
        raise BadInput("phone_known", field="phone") from error
    records.audit(session, None, "person.created", person, now, role=person.role.value)
    return person


@transaction
def add_without_phone(
    session: Session, actor: Actor, *, name: str, salutation: Salutation, home: Home, now: datetime
) -> Person:
    """Register a neighbour who has no phone, known to the captain of the building or to staff and so verified at once.

    Somebody of that name who lives there without a phone already is given back. Raises BadInput, Forbidden.
    """
    name = clean_name(name)
    if not actor.may_verify(home.building):
        raise Forbidden
    lives_there = (Person.building == home.building, Person.unit == home.unit, Person.room == home.room)
    known = session.scalar(
        select(Person).where(
            *lives_there, Person.name == name, Person.phone.is_(None), Person.disabled_at.is_(None)
        )
    )
    if known is not None and known.verified_at is not None:
        return known
    person = Person(
        phone=None,
        name=name,
        salutation=salutation,
        role=Role.RESIDENT,
        password_hash=None,
        building=home.building,
        unit=home.unit,
        room=home.room,
        verified_at=now,
        verified_by_id=actor.id,
        created_at=now,
    )
    session.add(person)
    records.audit(session, actor, "person.registered_without_phone", person, now)
    return person


def _for_verifier(session: Session, actor: Actor, person_id: int) -> Person:
    person = session.get(Person, person_id, with_for_update={"key_share": True}, populate_existing=True)
    if person is None or person.disabled_at is not None or not actor.may_verify(person.building):
        raise Missing
    return person


@transaction
def verify(session: Session, actor: Actor, person_id: int, now: datetime) -> Person:
    """Confirm that a neighbour lives where they say; doing it twice is the same as once. Raises Missing."""
    person = _for_verifier(session, actor, person_id)
    if person.verified_at is None:
        person.verified_at, person.verified_by_id = now, actor.id
        records.audit(session, actor, "person.verified", person, now)
        records.tell(session, person.id, "person_verified", now)
    return person


@transaction
def turn_down(session: Session, actor: Actor, person_id: int, now: datetime) -> Person:
    """Close a sign-up that nobody knows and free its phone for a new one; raises Missing, also when it is verified."""
    person = _for_verifier(session, actor, person_id)
    if person.verified_at is not None:
        raise Missing
    person.disabled_at, person.phone, person.password_hash = now, None, None
    login.revoke_sessions(session, person.id, now)
    records.audit(session, actor, "person.turned_down", person, now)
    return person


@transaction
def reveal_phone(session: Session, actor: Actor, person_id: int, now: datetime) -> Person:
    """Show somebody's whole phone number to staff or the building's captain; every time is logged. Raises Missing."""
    person = _for_verifier(session, actor, person_id)
    records.audit(session, actor, "person.phone_revealed", person, now)
    return person


@query
def by_id(session: Session, person_id: int) -> Person:
    """One account; raises Missing."""
    person = session.get(Person, person_id)
    if person is None:
        raise Missing
    return person


@query
def demo_accounts(session: Session) -> list[Person]:
    """One account of the demo for every role, in the order of the roles."""
    first = (
        select(func.min(Person.id))
        .where(Person.is_demo.is_(True), Person.disabled_at.is_(None), Person.verified_at.is_not(None))
        .where(Person.password_hash.is_not(None), Person.phone.is_not(None))
        .group_by(Person.role)
    )
    people = session.scalars(select(Person).where(Person.id.in_(first)))
    return sorted(people, key=lambda person: list(Role).index(person.role))
