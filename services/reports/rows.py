"""The bookings of some days as rows that leave the house: masked as on the sheet of a day, a week at a time.

Each week is read in a short transaction of its own: whoever reads slowly, or goes away, holds no connection meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from domain.errors import Forbidden
from domain.people import Actor, mask_name, mask_phone
from domain.reports import Days
from models import Booking, Person, Space
from models.engine import epoch
from services.unit_of_work import query

AT_ONCE = timedelta(days=7)
MOST_KNOWN = 20_000
"""So many people are remembered from one week to the next."""
EAST = 8 * 60
"""Minutes from UTC to the community's clock."""
DAY = 24 * 60
FIRST = date(1970, 1, 1)
CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(DAY))
Row = tuple[int, str, str, str, str, str, int | str, str, str, str, str]
"""Number, space, day, start, end, state, people, name, phone, whether somebody else typed it, when it was asked for."""


@dataclass(slots=True)
class Wording:
    """How rows are written: the words for states and for yes, names in a language, and what makes a text safe."""

    locale: str
    states: Mapping[str, str]
    yes: str
    safe: Callable[[str], str]
    _spaces: dict[int, tuple[str, bool]] = field(default_factory=dict)
    _people: dict[int, tuple[str, str]] = field(default_factory=dict)
    _days: dict[int, str] = field(default_factory=dict)

    def write(self, session: Session, found: Iterable[Any]) -> list[Row]:
        """The rows of some bookings as they were read."""
        rows = list(found)
        self._learn(session, {row[6] for row in rows})
        return [self._row(*row) for row in rows]

    def learn_spaces(self, session: Session) -> list[int]:
        """Get to know every space there is, once; returns their ids."""
        if not self._spaces:
            self._spaces = {
                space.id: (self.safe(space.name_in(self.locale)), space.is_private)
                for space in session.scalars(select(Space))
            }
        return list(self._spaces)

    def _learn(self, session: Session, ids: set[int]) -> None:
        if len(self._people) > MOST_KNOWN:
            self._people.clear()
        unknown = sorted(ids - self._people.keys())
        if not unknown:
            return
        for person_id, name, salutation, phone in session.execute(
            select(Person.id, Person.name, Person.salutation, Person.phone).where(Person.id.in_(unknown))
        ):
            self._people[person_id] = self.safe(mask_name(name, salutation)), self.safe(mask_phone(phone))

    def _row(
        self,
        booking_id: int,
        space_id: int,
        starts: int,
        ends: int,
        state: str,
        size: int,
        booker: int,
        typed_by: int,
        asked: int,
    ) -> Row:
        space, is_private = self._spaces[space_id]
        day, start = divmod(starts + EAST, DAY)
        asked_on, asked_at = divmod(asked + EAST, DAY)
        name, phone = self._people[booker]
        if is_private:
            name = phone = ""
        return (
            booking_id,
            space,
            self._days.get(day) or self._day(day),
            CLOCK[start],
            CLOCK[(ends + EAST) % DAY],
            self.states[state],
            "" if is_private else size,
            name,
            phone,
            "" if typed_by == booker else self.yes,
            f"{self._days.get(asked_on) or self._day(asked_on)} {CLOCK[asked_at]}",
        )

    def _day(self, number: int) -> str:
        said = self._days[number] = (FIRST + timedelta(days=number)).isoformat()
        return said


def weeks_of(days: Days) -> Iterator[Days]:
    """The days, seven at a time."""
    first = days.first
    while first <= days.last:
        last = min(first + AT_ONCE - timedelta(days=1), days.last)
        yield Days(first, last)
        first = last + timedelta(days=1)


def of_days(actor: Actor, days: Days, wording: Wording) -> Iterator[list[Row]]:
    """The bookings that begin on some days in the order in which they begin, week by week; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    return (_of_week(week, wording) for week in weeks_of(days))


@query
def _of_week(session: Session, week: Days, wording: Wording) -> list[Row]:
    session.rollback()
    rows = read(session, week, wording)
    session.rollback()  # nothing is held while the rows go out
    return rows


def read(session: Session, days: Days, wording: Wording) -> list[Row]:
    """The same within a transaction of the caller."""
    spaces = wording.learn_spaces(session)
    starts, ends, asked = (
        epoch(session, moment) // 60 for moment in (Booking.starts_at, Booking.ends_at, Booking.created_at)
    )
    window = days.window
    found = session.execute(
        select(
            Booking.id,
            Booking.space_id,
            starts,
            ends,
            type_coerce(Booking.status, String),
            Booking.party_size,
            Booking.booker_id,
            Booking.created_by_id,
            asked,
        )
        .where(
            Booking.space_id.in_(spaces),
            Booking.starts_at >= window.starts_at,
            Booking.starts_at < window.ends_at,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return wording.write(session, found)
