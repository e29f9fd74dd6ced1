"""What people change of their own account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, StalePerson
from domain.people import HOUSEHOLD_ROLES, Actor, normalise_phone
from models import Person
from services import arbiter, records
from services.privacy.erasing import confirm
from services.registry.keeping import Facts, values_of, write
from services.unit_of_work import transaction

HOME = frozenset({"building", "unit", "room"})


def _own(session: Session, actor: Actor) -> Person:
    arbiter.lock_person(session, actor.id)
    person = session.get(Person, actor.id, populate_existing=True)
    if person is None or person.disabled_at is not None:
        raise Missing
    return person


@transaction
def change_facts(session: Session, actor: Actor, facts: Facts, *, version: int, now: datetime) -> Person:
    """Change one's own name, salutation and home; another home has to be verified again.

    Raises BadInput, StalePerson.
    """
    values = values_of(facts)
    values.pop("phone", None)
    person = _own(session, actor)
    if person.version != version:
        raise StalePerson(person.id)
    lives_here = person.role in HOUSEHOLD_ROLES
    if facts.home is None and lives_here:
        raise BadInput("home_invalid", field="room")
    changed = write(session, person, values)
    if not changed:
        return person
    person.version += 1
    if lives_here and HOME & set(changed):
        person.verified_at, person.verified_by_id = None, None
    records.audit(session, actor, "person.facts_changed", person, now, fields=changed)
    return person


def change_phone(actor: Actor, phone: str, password: str, now: datetime) -> Person:
    """Change the number that one logs in with, the password said again; raises BadInput, TooManyAttempts."""
    phone = normalise_phone(phone)
    confirm(actor, password, now)
    return _change_phone(actor, phone, now)


@transaction
def _change_phone(session: Session, actor: Actor, phone: str, now: datetime) -> Person:
    person = _own(session, actor)
    if write(session, person, {"phone": phone}):
        person.version += 1
        records.audit(session, actor, "person.phone_changed", person, now)
        records.tell(session, person.id, "phone_changed", now)
    return person
