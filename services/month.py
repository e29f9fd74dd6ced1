"""A month at a glance: how full each day is, of one space or of all of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day, tick_of
from domain.months import Fullness, Load, days_of, first_of, fullness_of, next_month
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import WHOLE_ROOM, DayKind, SpaceKind
from models import CalendarDay, Occupancy
from services import opening, space_lines
from services.board import furthest_day_ahead
from services.kept import shelf
from services.space_lines import Pages, SpaceLine, SpaceName, pages_in
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


class Span(NamedTuple):
    """The first day of a month, and the last one that the viewer may book."""

    today: date
    first: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Filled:
    """How full the days of a month are; `pictures` are those that were drawn of it, each under how it was drawn."""

    spaces: Sequence[SpaceLine]
    days: list[MonthDay]
    announced: bool
    pictures: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of one space, or of all rooms and seats where `space` is None; `spaces` are those beside it."""

    space: SpaceLine | None
    spaces: Sequence[SpaceLine | SpaceName]
    pages: Pages
    span: Span
    filled: Filled

    @property
    def first(self) -> date:
        """Its first day."""
        return self.span.first

    @property
    def days(self) -> list[MonthDay]:
        """All of its days."""
        return self.filled.days

    @property
    def announced(self) -> bool:
        """Whether the holidays of its year are known."""
        return self.filled.announced

    @property
    def earlier(self) -> date | None:
        """The month before, from this one on."""
        return first_of(self.first - timedelta(days=1)) if self.first > first_of(self.span.today) else None

    @property
    def later(self) -> date | None:
        """The month after, up to the last bookable day."""
        following = next_month(self.first)
        return following if following <= self.span.last_day else None


@query
def of_space(
    session: Session, viewer: Actor | None, code: str, wanted: date | None, now: datetime, page: int = 1
) -> Month:
    """The month of a space that holds a day, from this month to the last bookable one; raises Missing."""
    listed, in_use = space_lines.found(session, code), space_lines.counted(session)
    pages = pages_in(sum(one.spaces for one in in_use), page, [one.kind for one in in_use])
    span = _span([listed.advance_days], viewer, wanted, now)
    kept, name = shelf(session), (Filled, listed.id, span, tick_of(now))
    filled: Filled | None = kept.get(name, listed.revision)
    if filled is None:
        filled = _filled(session, [space_lines.by_code(session, code)], span, now)
        kept.put(name, listed.revision, filled)
    return Month(filled.spaces[0], space_lines.names(session, pages), pages, span, filled)


@query
def of_all(
    session: Session, viewer: Actor | None, wanted: date | None, now: datetime, page: int = 1
) -> Month:
    """The month of everything that people book by time, in as many queries as that of one space."""
    spaces = space_lines.in_use(session)
    pages = pages_in(len(spaces), page)
    span = _span([one.advance_days for one in spaces], viewer, wanted, now)
    return Month(None, pages.of(spaces), pages, span, _filled(session, spaces, span, now))


def _span(advance_days: Sequence[int], viewer: Actor | None, wanted: date | None, now: datetime) -> Span:
    today = local_day(now)
    last_day = today + timedelta(days=furthest_day_ahead(advance_days, viewer))
    first = min(max(first_of(wanted or today), first_of(today)), first_of(last_day))
    return Span(today, first, last_day)


def _filled(session: Session, spaces: Sequence[SpaceLine], span: Span, now: datetime) -> Filled:
    special = _special_days(session, span.first)
    days = _days(session, spaces, span.first, span.last_day, special.days, now)
    return Filled(spaces, days, special.is_known)


# Statements are put together once: doing it at every request costs more than running them.
_NUMBER = (Occupancy.tick - bindparam("base", type_=Integer)) // bindparam("length", type_=Integer)
_COUNTED = (
    select(Occupancy.space_id, _NUMBER, func.count())
    .where(
        Occupancy.space_id.in_(bindparam("spaces", expanding=True)),
        Occupancy.tick >= bindparam("since"),
        Occupancy.tick < bindparam("until"),
        # Booths lie within a show, which holds the whole studio.
        or_(Occupancy.space_id.not_in(bindparam("studios", expanding=True)), Occupancy.place == WHOLE_ROOM),
    )
    .group_by(Occupancy.space_id, _NUMBER)
)
_DAY = CalendarDay.__table__.c
_SPECIAL = (
    select(_DAY.day, _DAY.day_kind, _DAY.name)
    .where(_DAY.day.between(bindparam("first"), bindparam("last")))
    .order_by(_DAY.day)
)


@dataclass(frozen=True, slots=True)
class _Special:
    """What the calendar table says of the days of a month, and whether it knows their year."""

    days: dict[date, SpecialDay]
    is_known: bool


def _special_days(session: Session, first: date) -> _Special:
    of_year = {"first": date(first.year, 1, 1), "last": date(first.year, 12, 31)}
    rows = session.execute(_SPECIAL, of_year).all()
    within = (row for row in rows if first <= row.day < next_month(first))
    return _Special({row.day: SpecialDay(row.day, row.day_kind, row.name) for row in within}, bool(rows))


def _days(
    session: Session,
    spaces: Sequence[SpaceLine],
    first: date,
    last_day: date,
    special: Mapping[date, SpecialDay],
    now: datetime,
) -> list[MonthDay]:
    days = days_of(first)
    whole = Interval(Interval.of_day(days[0]).starts_at, Interval.of_day(days[-1]).ends_at)
    ahead = range(max(tick_of(now), whole.ticks().start), whole.ticks().stop)
    ids = [space.id for space in spaces]
    closures = opening.closures(session, ids, whole)
    calendar = {day: one.kind for day, one in special.items()}
    openings = opening.on_days(session, spaces, days, closures, calendar)
    taken = _taken(session, spaces, days, ahead)
    # Hundreds of spaces share a handful of timetables, and with them how long they are open.
    timetables = {id(by_day): by_day for by_day in openings.values()}
    lengths = {
        key: {day: _open_ticks(times, ahead) for day, times in by_day.items()}
        for key, by_day in timetables.items()
    }
    open_for = [(space, lengths[id(openings[space.id])]) for space in spaces]
    made = []
    for day in days:
        if day < local_day(now) or day > last_day:
            word = Fullness.PAST if day <= last_day else Fullness.BEYOND
            made.append(MonthDay(day, word, 0.0, 0, 0, special.get(day)))
            continue
        shares = [
            Load(space.own_places * by_day[day], taken[space.id, day]).share
            if (space.id, day) in taken
            else 0.0
            for space, by_day in open_for
            if by_day[day]
        ]
        made.append(_day(day, shares, _is_shut(closures, day), special.get(day)))
    return made


def _day(day: date, shares: Sequence[float], is_shut: bool, special: SpecialDay | None) -> MonthDay:
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


def _open_ticks(openings: Sequence[Interval], ahead: range) -> int:
    """The quarter-hours of them that are still to come."""
    clipped = ((max(one.ticks().start, ahead.start), min(one.ticks().stop, ahead.stop)) for one in openings)
    return sum(end - first for first, end in clipped if first < end)


def _studios(spaces: Sequence[SpaceLine]) -> list[int]:
    return [space.id for space in spaces if space.kind is SpaceKind.STUDIO]


def _taken(session: Session, spaces: Sequence[SpaceLine], days: Sequence[date], ahead: range) -> Taken:
    """Counted by the database, one row per space and day; the zone has no clock change, so days are equally long."""
    base = Interval.of_day(days[0]).ticks()
    rows = session.execute(
        _COUNTED,
        {
            "base": base.start,
            "length": len(base),
            "spaces": [space.id for space in spaces],
            "studios": _studios(spaces),
            "since": ahead.start,
            "until": ahead.stop,
        },
    )
    return {(space_id, days[int(index)]): count for space_id, index, count in rows}
