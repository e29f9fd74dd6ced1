"""Counting what happened in stretches of days, space by space, from the rows themselves: what kept sums are made of."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.interval import Interval, tick_of
from domain.reports import CAME, HELD, HOURS, TICKS_OF_HOUR, WHY, Why, tick_of_week
from domain.spaces import WHOLE_ROOM, SpaceKind
from domain.studio.shows import ShowStatus
from domain.tallies import COUNTS, Tally, planes, week
from models import AuditEvent, Booking, PenaltyPoint, RefusedDemand, Show, Space, WaitlistEntry, WalkIn
from models.engine import epoch
from models.records import DECIDES

TICK, SECONDS = 15, 900
_HELD, _CAME = ({status.value for status in chosen} for chosen in (HELD, CAME))
_NAMES = {status.value: status.value for status in BookingStatus if status.value in COUNTS} | {
    BookingStatus.NO_SHOW.value: "no_shows"
}
"""The statuses that are told by themselves, and under which name."""
_ORDER: Mapping[str, int] = {code: list(Why).index(why) for code, why in WHY.items()}
"""Where the reason of a code stands in the order of reasons."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window of one space; what begins within it counts."""

    space: Space
    window: Interval


class _Places:
    """Which stretch a row belongs to, by its space and the quarter-hour at which it begins; and which rows to read."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._starts: defaultdict[int, list[int]] = defaultdict(list)
        self._numbers: defaultdict[int, list[int]] = defaultdict(list)
        windows: defaultdict[int, list[Interval]] = defaultdict(list)
        for number, one in sorted(enumerate(stretches), key=lambda item: item[1].window):
            space_id, window = one.space.id, one.window
            self._starts[space_id].append(tick_of(window.starts_at))
            self._numbers[space_id].append(number)
            known = windows[space_id]
            if known and known[-1].ends_at == window.starts_at:
                known[-1] = Interval(known[-1].starts_at, window.ends_at)
            else:
                known.append(window)
        self._spaces: defaultdict[Interval, list[int]] = defaultdict(list)
        for space_id, known in windows.items():
            for window in known:
                self._spaces[window].append(space_id)

    def number(self, space_id: int, tick: int) -> int:
        """The stretch of such a row."""
        return self._numbers[space_id][bisect_right(self._starts[space_id], tick) - 1]

    def rows(self, table: Any) -> ColumnElement[bool]:
        """The rows of a table that begin in any of the stretches: mostly one window of all spaces."""
        return or_(
            *(
                and_(
                    table.space_id.in_(space_ids),
                    table.starts_at >= window.starts_at,
                    table.starts_at < window.ends_at,
                )
                for window, space_ids in self._spaces.items()
            )
        )


class Counting:
    """The tallies of some stretches, at least one, in six queries however many there are of them."""

    def __init__(self, session: Session, stretches: Sequence[Stretch]) -> None:
        self._session = session
        self.tallies = [Tally() for _ in stretches]
        self._places = _Places(stretches)
        studios = sorted({one.space.id for one in stretches if one.space.kind is SpaceKind.STUDIO})
        # Bookings of a space as such: booths lie within a show, which is counted instead.
        self._itself = or_(Booking.space_id.not_in(studios), Booking.place == WHOLE_ROOM)

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

    def _tick(self, moment: Any) -> ColumnElement[int]:
        return epoch(self._session, moment) // SECONDS

    def _length(self, table: Any) -> ColumnElement[int]:
        return (epoch(self._session, table.ends_at) - epoch(self._session, table.starts_at)) // SECONDS

    def _read(self, table: Any, *columns: Any) -> Select[Any]:
        """The space and the quarter-hour of each row that counts, and more of it."""
        return select(table.space_id, self._tick(table.starts_at), *columns).where(self._places.rows(table))

    def _placed(self, statement: Select[Any]) -> Iterator[tuple[int, int, Any]]:
        """The stretch, the quarter-hour of the week and the whole of each row."""
        number = self._places.number
        for row in self._session.execute(statement):
            yield number(row[0], row[1]), tick_of_week(row[1]), row

    def _count_bookings(self) -> None:
        visits = [Counter[int]() for _ in self.tallies]
        proxied = [Counter[int]() for _ in self.tallies]
        seen: Counter[tuple[int, str, int, int]] = Counter()
        rows = self._read(
            Booking,
            self._length(Booking),
            type_coerce(Booking.status, String),
            Booking.booker_id,
            Booking.created_by_id,
        ).where(self._itself)
        for number, start, (_, _, ticks, status, booker, typed_by) in self._placed(rows):
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
        excused = and_(
            PenaltyPoint.booking_id == Booking.id,
            PenaltyPoint.kind == PointKind.NO_SHOW,
            PenaltyPoint.excused_at.is_not(None),
        )
        rows = self._read(Booking).join(PenaltyPoint, excused).where(Booking.status == BookingStatus.NO_SHOW)
        for number, _, _ in self._placed(rows):
            self.tallies[number].counts["excused"] += 1

    def _count_shows(self, now: datetime) -> None:
        over = case((Show.ends_at <= now, 1), else_=0)
        rows = self._read(Show, self._length(Show), over).where(Show.status == ShowStatus.OPEN)
        for number, start, (_, _, ticks, is_over) in self._placed(rows):
            self._sit(number, start, ticks, "shows", is_used=bool(is_over))

    def _count_walk_ins(self) -> None:
        """A seat is theirs to the end of the quarter-hour in which they left."""
        start = epoch(self._session, WalkIn.starts_at)
        left = (epoch(self._session, WalkIn.left_at) + SECONDS - 1) // SECONDS * SECONDS
        end = case((WalkIn.left_at < WalkIn.ends_at, left), else_=epoch(self._session, WalkIn.ends_at))
        length = case((end > start, (end - start) // SECONDS), else_=1)
        for number, begins, (_, _, ticks) in self._placed(self._read(WalkIn, length)):
            self._sit(number, begins, ticks, "walk_ins", is_used=True)

    def _sit(self, number: int, first: int, ticks: int, name: str, *, is_used: bool) -> None:
        tally = self.tallies[number]
        tally.counts[name] += 1
        tally.counts["booked_minutes"] += ticks * TICK
        if is_used:
            tally.used += week(first, ticks)

    def _count_waits(self) -> None:
        """Each decided booking: the hour at which was asked, and the minutes until the decision that stands."""
        asked_at = epoch(self._session, Booking.created_at)
        rows = (
            self._read(
                Booking,
                self._tick(Booking.created_at),
                (epoch(self._session, func.max(AuditEvent.at)) - asked_at) // 60,
            )
            .join(AuditEvent, and_(AuditEvent.object_id == Booking.id, literal_column(DECIDES)))
            .where(Booking.status != BookingStatus.PENDING, self._itself)
            .group_by(Booking.id, Booking.space_id, Booking.starts_at, Booking.created_at)
        )
        for number, _, (_, _, asked, waited) in self._placed(rows):
            hour = tick_of_week(asked) // TICKS_OF_HOUR % HOURS
            self.tallies[number].waits.setdefault(hour, []).append(int(waited))

    def _count_wishes(self) -> None:
        for number, start, (_, _, why) in self._placed(self._wishes()):
            self.tallies[number].wishes[start // TICKS_OF_HOUR, why] += 1

    def _wishes(self) -> Select[Any]:
        """Space, quarter-hour and reason of each wish; who was refused and then stood in line wanted it once."""
        reason = case(_ORDER, value=RefusedDemand.code).label("reason")
        full = literal(list(Why).index(Why.FULL), Integer).label("reason")
        wishes = [
            select(table.space_id, table.person_id, table.starts_at, table.ends_at, why).where(
                self._places.rows(table), counts
            )
            for table, why, counts in (
                (RefusedDemand, reason, RefusedDemand.code.in_(list(WHY))),
                (WaitlistEntry, full, WaitlistEntry.show_id.is_(None)),
            )
        ]
        every = union_all(*wishes).subquery().c
        return select(every.space_id, self._tick(every.starts_at), func.min(every.reason)).group_by(
            every.space_id, every.person_id, every.starts_at, every.ends_at
        )
