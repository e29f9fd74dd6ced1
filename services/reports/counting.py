"""Counting what happened in stretches of days, space by space, from the rows themselves: what kept sums are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.reports import CAME, HELD, HOURS, MONDAY_SHIFT, TICKS_OF_HOUR, TICKS_OF_WEEK, WHY, Why
from domain.spaces import WHOLE_ROOM, SpaceKind
from domain.studio.shows import ShowStatus
from domain.tallies import COUNTS, Tally, planes, week
from models import AuditEvent, Booking, PenaltyPoint, RefusedDemand, Show, Space, WaitlistEntry, WalkIn
from models.base import BigInt, UtcDateTime
from models.engine import epoch
from models.records import DECIDES

TICK, SECONDS = 15, 900
_HELD, _CAME = ({status.value for status in chosen} for chosen in (HELD, CAME))
_NAMES = {status.value: status.value for status in BookingStatus if status.value in COUNTS} | {
    BookingStatus.NO_SHOW.value: "no_shows"
}
"""The statuses that are told by themselves, and under which name."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window of one space; what begins within it counts."""

    space: Space
    window: Interval


class Counting:
    """The tallies of some stretches, in six queries however many there are of them."""

    def __init__(self, session: Session, stretches: Sequence[Stretch]) -> None:
        self._session = session
        self.tallies = [Tally() for _ in stretches]
        self._wanted = _as_table(stretches)
        studios = [one.space.id for one in stretches if one.space.kind is SpaceKind.STUDIO]
        # Bookings of a space as such: booths lie within a show, which is counted instead.
        self._itself = or_(self._wanted.c.space_id.not_in(studios), Booking.place == WHOLE_ROOM)

    def of_use(self, now: datetime) -> None:
        """What was booked and used, who came and who did not."""
        self._count_bookings()
        self._count_excused()
        self._count_shows(now)
        self._count_walk_ins()

    def of_wishes(self) -> None:
        """How long people waited for an answer, and what they wanted in vain."""
        self._count_waits()
        self._count_wishes()

    def _within(self, table: Any) -> ColumnElement[bool]:
        wanted = self._wanted.c
        return and_(
            table.space_id == wanted.space_id,
            table.starts_at >= wanted.begins_at,
            table.starts_at < wanted.ends_at,
        )

    def _stretch(self, table: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """The quarter-hour of the week at which a row begins, and how many it takes."""
        length = (epoch(self._session, table.ends_at) - epoch(self._session, table.starts_at)) // SECONDS
        return first_tick(self._session, table.starts_at), length

    def _count_bookings(self) -> None:
        first, length = self._stretch(Booking)
        rows = self._session.execute(
            select(
                self._wanted.c.number,
                type_coerce(Booking.status, String),
                first,
                length,
                Booking.booker_id,
                Booking.created_by_id,
            )
            .select_from(self._wanted)
            .join(Booking, and_(self._within(Booking), self._itself))
        )
        visits = [Counter[int]() for _ in self.tallies]
        proxied = [Counter[int]() for _ in self.tallies]
        seen: Counter[tuple[int, str, int, int]] = Counter()
        for number, status, start, ticks, booker, typed_by in rows:
            seen[number, status, start, ticks] += 1
            if status in _CAME:
                visits[number][booker] += 1
                if typed_by != booker:
                    proxied[number][booker] += 1
        for key, count in seen.items():
            self._tell(*key, count)
        for tally, came, typed in zip(self.tallies, visits, proxied, strict=True):
            tally.visits, tally.proxied = planes(came), planes(typed)

    def _tell(self, number: int, status: str, start: int, ticks: int, count: int) -> None:
        tally = self.tallies[number]
        if (name := _NAMES.get(status)) is not None:
            tally.counts[name] += count
        if status in _HELD:
            tally.counts["bookings"] += count
            tally.counts["booked_minutes"] += ticks * TICK * count
        if status in _CAME:
            tally.counts["came"] += count
            tally.used += week(start, ticks) * count

    def _count_excused(self) -> None:
        rows = self._session.execute(
            select(self._wanted.c.number, func.count())
            .select_from(self._wanted)
            .join(Booking, and_(self._within(Booking), Booking.status == BookingStatus.NO_SHOW))
            .join(
                PenaltyPoint,
                and_(
                    PenaltyPoint.booking_id == Booking.id,
                    PenaltyPoint.kind == PointKind.NO_SHOW,
                    PenaltyPoint.excused_at.is_not(None),
                ),
            )
            .group_by(self._wanted.c.number)
        )
        for number, count in rows:
            self.tallies[number].counts["excused"] = count

    def _count_shows(self, now: datetime) -> None:
        first, length = self._stretch(Show)
        over = case((Show.ends_at <= now, 1), else_=0)
        rows = self._session.execute(
            select(self._wanted.c.number, first, length, over)
            .select_from(self._wanted)
            .join(Show, and_(self._within(Show), Show.status == ShowStatus.OPEN))
        )
        for number, start, ticks, is_over in rows:
            self._sit(number, start, ticks, "shows", is_used=bool(is_over))

    def _count_walk_ins(self) -> None:
        """A seat is theirs to the end of the quarter-hour in which they left."""
        session = self._session
        start = epoch(session, WalkIn.starts_at)
        left = (epoch(session, WalkIn.left_at) + SECONDS - 1) // SECONDS * SECONDS
        end = case((WalkIn.left_at < WalkIn.ends_at, left), else_=epoch(session, WalkIn.ends_at))
        ticks = case((end > start, (end - start) // SECONDS), else_=1)
        rows = session.execute(
            select(self._wanted.c.number, first_tick(session, WalkIn.starts_at), ticks)
            .select_from(self._wanted)
            .join(WalkIn, self._within(WalkIn))
        )
        for number, begins, length in rows:
            self._sit(number, begins, length, "walk_ins", is_used=True)

    def _sit(self, number: int, first: int, ticks: int, name: str, *, is_used: bool) -> None:
        tally = self.tallies[number]
        tally.counts[name] += 1
        tally.counts["booked_minutes"] += ticks * TICK
        if is_used:
            tally.used += week(first, ticks)

    def _count_waits(self) -> None:
        """Each decided booking: the hour at which was asked, and the minutes until the decision that stands."""
        asked = first_tick(self._session, Booking.created_at) // TICKS_OF_HOUR % HOURS
        minutes = (
            epoch(self._session, func.max(AuditEvent.at)) - epoch(self._session, Booking.created_at)
        ) // 60
        rows = self._session.execute(
            select(self._wanted.c.number, asked, minutes)
            .select_from(self._wanted)
            .join(
                Booking,
                and_(self._within(Booking), Booking.status != BookingStatus.PENDING, self._itself),
            )
            .join(
                AuditEvent,
                and_(AuditEvent.object_id == Booking.id, literal_column(DECIDES)),
            )
            .group_by(self._wanted.c.number, Booking.id, Booking.created_at)
        )
        for number, hour, waited in rows:
            self.tallies[number].waits.setdefault(int(hour), []).append(int(waited))

    def _count_wishes(self) -> None:
        for number, cell, why, count in self._session.execute(self._wishes()):
            self.tallies[number].wishes[int(cell), why] += count

    def _wishes(self) -> Select[Any]:
        """Stretch, hour of the week, reason, count; who was refused and then stood in line wanted it once."""
        wanted = self._wanted.c.number
        refused = (
            select(
                wanted,
                RefusedDemand.person_id,
                RefusedDemand.starts_at,
                RefusedDemand.ends_at,
                _reason(RefusedDemand.code).label("reason"),
            )
            .select_from(self._wanted)
            .join(RefusedDemand, and_(self._within(RefusedDemand), RefusedDemand.code.in_(list(WHY))))
        )
        waiting = (
            select(
                wanted,
                WaitlistEntry.person_id,
                WaitlistEntry.starts_at,
                WaitlistEntry.ends_at,
                literal(list(Why).index(Why.FULL), Integer).label("reason"),
            )
            .select_from(self._wanted)
            .join(WaitlistEntry, and_(self._within(WaitlistEntry), WaitlistEntry.show_id.is_(None)))
        )
        every = union_all(refused, waiting).subquery()
        once = (
            select(every.c.number, every.c.starts_at, func.min(every.c.reason).label("reason"))
            .group_by(every.c.number, every.c.person_id, every.c.starts_at, every.c.ends_at)
            .subquery()
        )
        hour = first_tick(self._session, once.c.starts_at) // TICKS_OF_HOUR
        each = (once.c.number, hour, once.c.reason)
        return select(*each, func.count()).group_by(*each)


def first_tick(session: Session, moment: Any) -> ColumnElement[int]:
    """The quarter-hour of the community's week that holds a column's moment."""
    return (epoch(session, moment) // SECONDS + MONDAY_SHIFT) % TICKS_OF_WEEK


def _as_table(stretches: Sequence[Stretch]) -> CTE:
    return (
        values(
            column("number", Integer),
            column("space_id", BigInt),
            column("begins_at", UtcDateTime),
            column("ends_at", UtcDateTime),
            name="wanted",
        )
        .data(
            [
                (number, one.space.id, one.window.starts_at, one.window.ends_at)
                for number, one in enumerate(stretches)
            ]
        )
        .cte("wanted")
    )


def _reason(code: Any) -> ColumnElement[int]:
    """Where the reason of a code stands in their order."""
    order: Mapping[str, int] = {code: list(Why).index(why) for code, why in WHY.items()}
    return case(order, value=code)
