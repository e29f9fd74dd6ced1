"""What admins change of an account: its role, its facts, whether it may be used at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.people import (
    HOUSEHOLD_ROLES,
    STAFF_ROLES,
    Actor,
    Home,
    Role,
    Salutation,
    normalise_phone,
)
from models import ApiToken, PasswordReset, Person, SpaceApprover, SpaceSteward, StaffPin
from services import login, records
from services.people import clean_name
from services.registry.looking import must_not_be_last_admin, to_change
from services.unit_of_work import transaction

HIGHEST_BUILDING = 9999
RANK = {Role.RESIDENT: 0, Role.MERCHANT: 0, Role.CAPTAIN: 1, Role.STAFF: 2, Role.ADMIN: 3}
"""Who may do more; a change to a role of the same rank takes something away, too."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Who somebody is and where they live; an empty phone leaves the one there is."""

    name: str
    salutation: Salutation
    home: Home | None
    phone: str = ""


@transaction
def unverify(session: Session, actor: Actor, person_id: int, *, version: int, now: datetime) -> Person:
    """Let a home count as unproven again; raises Forbidden, Missing, StalePerson."""
    person = to_change(session, actor, person_id, version)
    if person.verified_at is None or person.role not in HOUSEHOLD_ROLES:
        raise Missing
    person.verified_at, person.verified_by_id = None, None
    records.audit(session, actor, "person.unverified", person, now)
    records.tell(session, person.id, "person_unverified", now)
    return person


@transaction
def change_role(
    session: Session,
    actor: Actor,
    person_id: int,
    role: Role,
    *,
    captain_of: int | None,
    version: int,
    now: datetime,
) -> Person:
    """Give an account another role, a captain's with the building; what it may do no more ends at once.

    Whoever joins the staff logs in anew: nothing that was opened before carries the new rights. A shop stays with its
    people. Raises Forbidden, Missing, BadInput, StalePerson, RuleViolation for the last admin.
    """
    captain_of = _building(role, captain_of)
    person = to_change(session, actor, person_id, version)
    before = person.role
    if role is not Role.ADMIN:
        must_not_be_last_admin(session, person)
    person.captain_of = None  # the one goes with the other, and the table holds them to it
    person.role, person.captain_of = role, captain_of
    if role is not Role.RESIDENT and person.verified_at is None and role is not Role.MERCHANT:
        person.verified_at, person.verified_by_id = now, actor.id
    if role not in STAFF_ROLES:
        _end_staff_rights(session, person.id)
    if before is not role and (role in STAFF_ROLES or RANK[role] <= RANK[before]):
        _end_ways_in(session, person.id, now)
    records.audit(
        session,
        actor,
        "person.role_changed",
        person,
        now,
        before=before.value,
        after=role.value,
        captain_of=captain_of,
    )
    records.tell(session, person.id, "role_changed", now, role=role.value)
    return person


def _building(role: Role, captain_of: int | None) -> int | None:
    if role is not Role.CAPTAIN:
        return None
    if captain_of is None or not 1 <= captain_of <= HIGHEST_BUILDING:
        raise BadInput("captain_of_missing", field="captain_of")
    return captain_of


def _end_staff_rights(session: Session, person_id: int) -> None:
    """The PIN at the tablet and what somebody was named for go with the role."""
    for table in (StaffPin, SpaceSteward, SpaceApprover):
        session.execute(delete(table).where(table.person_id == person_id))


def _end_ways_in(session: Session, person_id: int, now: datetime) -> None:
    """Sessions, tokens and a PIN from staff: none of them was given for the rights that somebody has from now on."""
    login.revoke_sessions(session, person_id, now)
    end_tokens(session, person_id, now)
    session.execute(delete(PasswordReset).where(PasswordReset.person_id == person_id))


def end_tokens(session: Session, person_id: int, now: datetime) -> int:
    """End the API tokens of somebody, inside another service; returns how many."""
    ended = session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return ended.rowcount if isinstance(ended, CursorResult) else 0


@transaction
def correct(
    session: Session, actor: Actor, person_id: int, facts: Facts, *, version: int, now: datetime
) -> Person:
    """Put right what is known of somebody; raises Forbidden, Missing, BadInput, StalePerson.

    The audit names what changed, not how: it must not keep what is erased later.
    """
    values = values_of(facts)
    person = to_change(session, actor, person_id, version)
    if facts.home is None and person.role in HOUSEHOLD_ROLES:
        raise BadInput("home_invalid", field="room")
    changed = write(session, person, values)
    if changed:
        records.audit(session, actor, "person.corrected", person, now, fields=changed)
        records.tell(session, person.id, "facts_corrected", now)
    return person


def values_of(facts: Facts) -> dict[str, Any]:
    """The columns of an account that these facts are; raises BadInput."""
    home = facts.home
    values: dict[str, Any] = {
        "name": clean_name(facts.name),
        "salutation": facts.salutation,
        "building": home.building if home else None,
        "unit": home.unit if home else None,
        "room": home.room if home else None,
    }
    return values | ({"phone": normalise_phone(facts.phone)} if facts.phone.strip() else {})


def write(session: Session, person: Person, values: Mapping[str, Any]) -> list[str]:
    """Set what differs and say which fields did; raises BadInput where another account has the phone."""
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    session.flush()
    try:
        with session.begin_nested():
            for name in changed:
                setattr(person, name, values[name])
            session.flush()
    except IntegrityError as error:
        if "phone" not in str(error.orig):
            raise
        raise BadInput("phone_of_another", field="phone") from error
    return changed


@transaction
def disable(session: Session, actor: Actor, person_id: int, *, version: int, now: datetime) -> Person:
    """Close an account; its bookings stay. Raises Forbidden, Missing, StalePerson, RuleViolation for the last admin."""
    person = to_change(session, actor, person_id, version)
    must_not_be_last_admin(session, person)
    if person.disabled_at is None:
        person.disabled_at = now
        _end_ways_in(session, person.id, now)
        session.execute(delete(StaffPin).where(StaffPin.person_id == person.id))
        records.audit(session, actor, "person.disabled", person, now)
    return person


@transaction
def enable(session: Session, actor: Actor, person_id: int, *, version: int, now: datetime) -> Person:
    """Open a closed account again, not one that was erased or merged; raises Forbidden, Missing, StalePerson."""
    person = to_change(session, actor, person_id, version)
    if person.disabled_at is not None:
        person.disabled_at = None
        records.audit(session, actor, "person.enabled", person, now)
    return person


@transaction
def log_out_everywhere(
    session: Session, actor: Actor, person_id: int, *, version: int, now: datetime
) -> Person:
    """End every session of somebody; raises Forbidden, Missing, StalePerson."""
    person = to_change(session, actor, person_id, version)
    login.revoke_sessions(session, person.id, now)
    records.audit(session, actor, "person.logged_out_everywhere", person, now)
    return person


@transaction
def revoke_tokens(session: Session, actor: Actor, person_id: int, *, version: int, now: datetime) -> Person:
    """End the API tokens of somebody; raises Forbidden, Missing, StalePerson."""
    person = to_change(session, actor, person_id, version)
    ended = end_tokens(session, person.id, now)
    records.audit(session, actor, "person.tokens_revoked", person, now, count=ended)
    return person
