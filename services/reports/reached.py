"""Whom the house reached: residents who really came, counted and never named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, case, cast, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from domain.interval import Interval
from domain.people import HOUSEHOLD_ROLES
from domain.reports import CAME
from models import Booking, Person, Space
from services.reports.usage import of_the_space_itself, within


@dataclass(frozen=True, slots=True)
class Reached:
    """Distinct residents, households and buildings; how many are verified, came for the first time; visits of theirs.

    `proxied` are the visits that somebody else had typed in for them.
    """

    people: int = 0
    households: int = 0
    buildings: int = 0
    verified: int = 0
    first_timers: int = 0
    visits: int = 0
    proxied: int = 0


@dataclass(frozen=True, slots=True)
class ReachedIn:
    """The distinct residents and households of one space."""

    people: int
    households: int


NOBODY = ReachedIn(0, 0)


def of_spaces(
    session: Session, spaces: Sequence[Space], window: Interval
) -> tuple[Reached, dict[int, ReachedIn]]:
    """Whom all of them reached, and each; private spaces reach nobody that is counted. Three queries."""
    counted = [space for space in spaces if not space.is_private]
    if not counted:
        return Reached(), {}
    came = _came(counted, window)
    visitor = (
        select(Booking.booker_id, func.count().label("visits"), func.sum(_is_proxied()).label("proxied"))
        .where(*came)
        .group_by(Booking.booker_id)
        .subquery()
    )
    earlier = aliased(Booking)
    before = exists().where(
        earlier.booker_id == visitor.c.booker_id,
        earlier.starts_at < window.starts_at,
        earlier.status.in_(CAME),
    )
    whole = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((Person.verified_at.is_not(None), 1), else_=0)), 0),
            func.coalesce(func.sum(case((before, 0), else_=1)), 0),
            func.coalesce(func.sum(visitor.c.visits), 0),
            func.coalesce(func.sum(visitor.c.proxied), 0),
        )
        .join_from(visitor, Person, Person.id == visitor.c.booker_id)
        .where(Person.role.in_(HOUSEHOLD_ROLES))
    ).one()
    people, verified, first_timers, visits, proxied = (int(one) for one in whole)
    households, buildings = _homes(session, came)
    reached = Reached(people, households, buildings, verified, first_timers, visits, proxied)
    return reached, _by_space(session, came)


def _home() -> ColumnElement[str]:
    """A household in one text; NULL for who has none, so that it is not counted."""
    return cast(Person.building, String) + "-" + cast(Person.unit, String) + "-" + Person.room


def _homes(session: Session, came: Sequence[ColumnElement[bool]]) -> tuple[int, int]:
    row = session.execute(
        select(func.count(distinct(_home())), func.count(distinct(Person.building)))
        .join(Booking, Booking.booker_id == Person.id)
        .where(*came, Person.role.in_(HOUSEHOLD_ROLES))
    ).one()
    return row[0], row[1]


def _by_space(session: Session, came: Sequence[ColumnElement[bool]]) -> dict[int, ReachedIn]:
    rows = session.execute(
        select(Booking.space_id, func.count(distinct(Person.id)), func.count(distinct(_home())))
        .join(Person, Person.id == Booking.booker_id)
        .where(*came, Person.role.in_(HOUSEHOLD_ROLES))
        .group_by(Booking.space_id)
    )
    return {space_id: ReachedIn(people, households) for space_id, people, households in rows}


def _came(spaces: Sequence[Space], window: Interval) -> tuple[ColumnElement[bool], ...]:
    return (
        Booking.space_id.in_([space.id for space in spaces]),
        *within(window),
        Booking.status.in_(CAME),
        of_the_space_itself(spaces),
    )


def _is_proxied() -> ColumnElement[int]:
    return case((Booking.created_by_id != Booking.booker_id, 1), else_=0)
