"""Two accounts of one human become one: everything moves to the account that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, exists, func, select, update
from sqlalchemy.orm import Session

from domain.bookings import BOOKED
from domain.errors import Forbidden, Missing, RuleViolation, StalePerson, Violation
from domain.people import HOUSEHOLD_ROLES, Actor, Role
from models import Booking, Notice, PenaltyPoint, Person, Series, WaitlistEntry
from services import records
from services.privacy import locking
from services.privacy.references import Merged, columns
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two accounts, and how much of what hangs on it."""

    person: Person
    bookings: int
    upcoming: int
    waiting: int
    series: int
    points: int
    notices: int


@query
def compare(
    session: Session, actor: Actor, kept_id: int, dropped_id: int, now: datetime
) -> tuple[Side, Side]:
    """The account that would stay and the one that would go; raises Forbidden, Missing, RuleViolation."""
    kept, dropped = _both(session, actor, kept_id, dropped_id)
    return _side(session, kept, now), _side(session, dropped, now)


def _side(session: Session, person: Person, now: datetime) -> Side:
    def count(*conditions: Any) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0

    return Side(
        person=person,
        bookings=count(Booking.booker_id == person.id),
        upcoming=count(Booking.booker_id == person.id, Booking.status.in_(BOOKED), Booking.ends_at > now),
        waiting=count(WaitlistEntry.person_id == person.id),
        series=count(Series.booker_id == person.id),
        points=count(PenaltyPoint.person_id == person.id),
        notices=count(Notice.person_id == person.id),
    )


def _both(session: Session, actor: Actor, kept_id: int, dropped_id: int) -> tuple[Person, Person]:
    if not actor.is_admin:
        raise Forbidden
    kept, dropped = (session.get(Person, one, populate_existing=True) for one in (kept_id, dropped_id))
    if kept is None or dropped is None or kept.id == dropped.id:
        raise Missing
    if any(one.merged_into_id or one.erased_at for one in (kept, dropped)):
        raise Missing
    if dropped.role not in HOUSEHOLD_ROLES and dropped.role is not kept.role:
        raise RuleViolation([Violation("merge_role")])
    if dropped.role in (Role.STAFF, Role.ADMIN) or dropped.id == actor.id:
        raise RuleViolation([Violation("merge_staff")])
    return kept, dropped


@transaction
def merge(
    session: Session,
    actor: Actor,
    kept_id: int,
    dropped_id: int,
    *,
    versions: tuple[int, int],
    now: datetime,
) -> Person:
    """Move everything of one account to another and close it; both must be as they were looked at.

    Limits may be exceeded by what comes together. Raises Forbidden, Missing, StalePerson, RuleViolation.
    """
    locking.lock_all_around(session, sorted((kept_id, dropped_id)))
    kept, dropped = _both(session, actor, kept_id, dropped_id)
    if (kept.version, dropped.version) != versions:
        raise StalePerson(kept.id)
    moved = _move(session, kept.id, dropped.id)
    _take_over(session, kept, dropped)
    dropped.merged_into_id, dropped.disabled_at = kept.id, dropped.disabled_at or now
    kept.version, dropped.version = kept.version + 1, dropped.version + 1
    records.audit(session, actor, "person.merged", kept, now, dropped=dropped.id, moved=moved)
    records.audit(session, actor, "person.merged_away", dropped, now, kept=kept.id)
    records.tell(session, kept.id, "accounts_merged", now)
    return kept


def _move(session: Session, kept_id: int, dropped_id: int) -> dict[str, int]:
    """Give every row to the account that stays, or drop it; returns how many moved, by column."""
    session.flush()
    moved: dict[str, int] = {}
    for column, known in columns():
        if known.merged is Merged.KEPT:
            continue
        if known.merged is Merged.MOVED:
            _drop_what_both_have(session, column, kept_id, dropped_id)
            rows = session.execute(
                update(column.table).where(column == dropped_id).values({column: kept_id}).returning(column)
            ).all()
            if rows:
                moved[f"{column.table.name}.{column.name}"] = len(rows)
        else:
            session.execute(delete(column.table).where(column == dropped_id))
    session.expire_all()
    return moved


def _drop_what_both_have(session: Session, column: Column[int], kept_id: int, dropped_id: int) -> None:
    """Where the account that stays has the same already, its own counts."""
    table: Table = column.table
    for key in _keys_with(table, column):
        theirs = table.alias("theirs")
        same = and_(theirs.c[column.name] == kept_id, *(theirs.c[one.name] == one for one in key))
        session.execute(delete(table).where(column == dropped_id, exists().where(same)))


def _keys_with(table: Table, column: Column[int]) -> list[list[Column[Any]]]:
    """The other columns of every unique key that a column is a part of."""
    keys = [list(table.primary_key.columns)]
    keys += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return [[one for one in key if one is not column] for key in keys if column in key]


def _take_over(session: Session, kept: Person, dropped: Person) -> None:
    """What the account that stays lacks it gets from the other: phone and password, home, proof of the home."""
    phone, password_hash = dropped.phone, dropped.password_hash
    dropped.phone, dropped.password_hash = None, None
    session.flush()
    if kept.phone is None and phone is not None:
        kept.phone, kept.password_hash = phone, password_hash
    if kept.building is None:
        kept.building, kept.unit, kept.room = dropped.building, dropped.unit, dropped.room
    same_home = (kept.building, kept.unit, kept.room) == (dropped.building, dropped.unit, dropped.room)
    if kept.verified_at is None and dropped.verified_at is not None and same_home:
        kept.verified_at, kept.verified_by_id = dropped.verified_at, dropped.verified_by_id
    dropped.captain_of = None
