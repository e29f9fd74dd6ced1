"""A month at a glance: how full each day is, of one space or of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import Interval, local_day, tick_of
from domain.months import Fullness, Load, days_of, first_of, fullness_of, next_month
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import WHOLE_ROOM, DayKind, SpaceKind
from models import CalendarDay, Occupancy, Space
from services import opening, reading
from services.board import last_day_ahead
from services.unit_of_work import query

Taken = Mapping[tuple[int, date], int]
"""By space and day, how many quarter-hours of its places are owned."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday or a make-up workday, by its name."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day: its word, the share of the open time that is taken, and how many of the open spaces have time left."""

    day: date
    fullness: Fullness
    share: float
    open_spaces: int
    spaces_with_time: int
    special: SpecialDay | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of one space, or of all rooms and seats where `space` is None."""

    space: Space | None
    spaces: list[Space]
    first: date
    earlier: date | None
    later: date | None
    days: list[MonthDay]
    announced: bool


@query
def of_space(session: Session, viewer: Actor | None, code: str, wanted: date | None, now: datetime) -> Month:
    """The month of a space that holds a day, from this month to the last bookable one; raises Missing."""
    spaces = _bookable(session)
    space = next((one for one in spaces if one.code == code), None)
    if space is None:
        raise Missing
    return _month(session, viewer, space, [space], spaces, wanted, now)


@query
def of_all(session: Session, viewer: Actor | None, wanted: date | None, now: datetime) -> Month:
    """The month of everything that people book by time, in as many queries as that of one space."""
    spaces = _bookable(session)
    return _month(session, viewer, None, spaces, spaces, wanted, now)


def _bookable(session: Session) -> list[Space]:
    return reading.spaces_in_use(session)


def _month(
    session: Session,
    viewer: Actor | None,
    space: Space | None,
    counted: Sequence[Space],
    spaces: list[Space],
    wanted: date | None,
    now: datetime,
) -> Month:
    today = local_day(now)
    last_day = today + timedelta(days=last_day_ahead(counted, viewer))
    first = min(max(first_of(wanted or today), first_of(today)), first_of(last_day))
    special = _special_days(session, first)
    return Month(
        space=space,
        spaces=spaces,
        first=first,
        earlier=first_of(first - timedelta(days=1)) if first > first_of(today) else None,
        later=next_month(first) if next_month(first) <= last_day else None,
        days=_days(session, counted, first, last_day, special, now),
        announced=bool(opening.announced_years(session, {first.year})),
    )


def _special_days(session: Session, first: date) -> dict[date, SpecialDay]:
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.day_kind, CalendarDay.name)
        .where(CalendarDay.day >= first, CalendarDay.day < next_month(first))
        .order_by(CalendarDay.day)
    )
    return {row.day: SpecialDay(row.day, row.day_kind, row.name) for row in rows}


def _days(
    session: Session,
    spaces: Sequence[Space],
    first: date,
    last_day: date,
    special: Mapping[date, SpecialDay],
    now: datetime,
) -> list[MonthDay]:
    days = days_of(first)
    whole = Interval(Interval.of_day(days[0]).starts_at, Interval.of_day(days[-1]).ends_at)
    ahead = range(max(tick_of(now), whole.ticks().start), whole.ticks().stop)
    closures = opening.closures(session, [space.id for space in spaces], whole)
    openings = opening.on_days(session, spaces, days, closures)
    taken = _taken(session, spaces, days, ahead)
    made = []
    for day in days:
        if day < local_day(now) or day > last_day:
            word = Fullness.PAST if day <= last_day else Fullness.BEYOND
            made.append(MonthDay(day, word, 0.0, 0, 0, special.get(day)))
            continue
        loads = [
            Load(_open_ticks(space, openings[space.id][day], ahead), taken.get((space.id, day), 0))
            for space in spaces
        ]
        made.append(_day(day, loads, _is_shut(closures, day), special.get(day)))
    return made


def _day(day: date, loads: Sequence[Load], is_shut: bool, special: SpecialDay | None) -> MonthDay:
    shares = [load.share for load in loads if load.open]
    if not shares:
        return MonthDay(day, Fullness.SHUT if is_shut else Fullness.REST, 0.0, 0, 0, special)
    return MonthDay(
        day=day,
        fullness=fullness_of(shares),
        share=sum(shares) / len(shares),
        open_spaces=len(shares),
        spaces_with_time=sum(share < 1 for share in shares),
        special=special,
    )


def _is_shut(closures: Mapping[int, Sequence[Closed]], day: date) -> bool:
    whole = Interval.of_day(day)
    return any(gap.interval.overlaps(whole) for gaps in closures.values() for gap in gaps)


def _open_ticks(space: Space, openings: Sequence[Interval], ahead: range) -> int:
    """The quarter-hours of all that can be booked of it that are still to come."""
    clipped = ((max(one.ticks().start, ahead.start), min(one.ticks().stop, ahead.stop)) for one in openings)
    return space.own_places * sum(end - first for first, end in clipped if first < end)


def _studios(spaces: Sequence[Space]) -> list[int]:
    return [space.id for space in spaces if space.kind is SpaceKind.STUDIO]


def _taken(session: Session, spaces: Sequence[Space], days: Sequence[date], ahead: range) -> Taken:
    """Counted by the database, one row per space and day; the zone has no clock change, so days are equally long."""
    base = Interval.of_day(days[0]).ticks()
    number = (Occupancy.tick - base.start) // len(base)
    rows = session.execute(
        select(Occupancy.space_id, number, func.count())
        .where(
            Occupancy.space_id.in_([space.id for space in spaces]),
            Occupancy.tick >= ahead.start,
            Occupancy.tick < ahead.stop,
            # Booths lie within a show, which holds the whole studio.
            or_(Occupancy.space_id.not_in(_studios(spaces)), Occupancy.place == WHOLE_ROOM),
        )
        .group_by(Occupancy.space_id, number)
    )
    return {(space_id, days[int(index)]): count for space_id, index, count in rows}
