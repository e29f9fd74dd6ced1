"""What the rulebook asks of the tables, read in one statement: it is built once, and a wish is one question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import LIVE
from domain.interval import Interval, at_local, local_day, week_start
from domain.policies import Closed
from domain.settings import HouseSettings
from domain.spaces import DayKind, Hours, OpenOn
from models import Booking, CalendarDay, Closure, OpeningHours, PenaltyPoint, Setting
from models.base import UtcDateTime
from models.prepared import Prepared
from models.rows import core, spelled, unindexed, untold
from services import settings

DAY = timedelta(days=1)
TYPES: dict[str, Any] = {
    "number": Integer(),
    "other": Integer(),
    "word": String(),
    "day": Date(),
    "starts_at": UtcDateTime(),
    "ends_at": UtcDateTime(),
    "also_starts_at": UtcDateTime(),
    "also_ends_at": UtcDateTime(),
}
"""The columns that all the facts share; a fact leaves empty what it has no use for."""


class Fact(NamedTuple):
    """One row of the statement: what it tells of, and the columns of `TYPES`."""

    what: str
    number: int
    other: int
    word: str
    day: date
    starts_at: datetime
    ends_at: datetime
    also_starts_at: datetime | None
    also_ends_at: datetime | None


@dataclass(slots=True)
class Facts:
    """What is known of a space within a span, of what its booker holds, and the house's figures."""

    hours: list[Hours] = field(default_factory=list)
    calendar: dict[date, DayKind] = field(default_factory=dict)
    closures: list[Closed] = field(default_factory=list)
    own_times: list[Interval] = field(default_factory=list)
    points: list[datetime] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def house(self) -> HouseSettings:
        """The settings as they stand."""
        return settings.laid_over(self.figures)


def _fact(what: str, **columns: Any) -> Select[Any]:
    empty = {name: cast(null(), kind) for name, kind in TYPES.items() if name not in columns}
    chosen = {**columns, **empty}
    return select(
        literal_column(f"'{what}'", String()).label("what"),
        *(type_coerce(chosen[name], kind).label(name) for name, kind in TYPES.items()),
    )


def _held() -> Select[Any]:
    """What people hold, booths left out: they are the shop's, and have a quota of their own."""
    return _fact(
        "own",
        number=Booking.id,
        starts_at=Booking.starts_at,
        ends_at=Booking.ends_at,
        also_starts_at=Booking.proposed_starts_at,
        also_ends_at=Booking.proposed_ends_at,
    ).where(~Booking.booth_slot.has())


LIVING = [*map(spelled, sorted(LIVE))]
SINCE = untold("since", UtcDateTime())
_OWN_TIMES: CompoundSelect[Any] = union_all(
    _held().where(
        Booking.booker_id == bindparam("booker"),
        unindexed(Booking.status).in_(LIVING),
        Booking.starts_at >= SINCE,
    ),
    # Only what lives has a proposed time, and few do: they are not looked for among all that somebody ever booked.
    _held().where(
        Booking.proposed_starts_at.is_not(None),
        unindexed(Booking.proposed_starts_at) >= SINCE,
        unindexed(Booking.booker_id) == bindparam("booker"),
    ),
)
"""In two halves: each of them reads an index from a moment on, however much there was before it."""
_FACTS_OF_SPACE: CompoundSelect[Any] = union_all(
    _fact(
        "hours",
        word=OpeningHours.open_on,
        number=OpeningHours.opens_minute,
        other=OpeningHours.closes_minute,
    ).where(OpeningHours.space_id == bindparam("space")),
    _fact("calendar", day=CalendarDay.day, word=CalendarDay.day_kind).where(
        CalendarDay.day.between(bindparam("first"), bindparam("last"))
    ),
    _fact(
        "closure",
        number=Closure.id,
        word=Closure.reason,
        starts_at=Closure.starts_at,
        ends_at=Closure.ends_at,
    ).where(
        Closure.space_id == bindparam("space"),
        Closure.ends_at > bindparam("starts_at"),
        Closure.starts_at < bindparam("ends_at"),
        Closure.lifted_at.is_(None),
    ),
    _fact("point", number=PenaltyPoint.points, starts_at=PenaltyPoint.created_at).where(
        PenaltyPoint.person_id == bindparam("booker"),
        PenaltyPoint.kind == literal(PointKind.NO_SHOW, PenaltyPoint.kind.type),
        PenaltyPoint.excused_at.is_(None),
    ),
    _fact("figure", word=Setting.key, number=Setting.value),
)
OWN_TIMES, FACTS_OF_SPACE = Prepared(_OWN_TIMES), Prepared(_FACTS_OF_SPACE)
FACTS = Prepared(union_all(*_FACTS_OF_SPACE.selects, *_OWN_TIMES.selects))


def of(
    session: Session,
    space_id: int,
    booker_id: int,
    span: Interval,
    now: datetime,
    moving: Collection[Booking] = (),
    *,
    counted: bool = True,
) -> Facts:
    """Everything that judging wishes within a span needs; what is `moving` is left out of what the booker has.

    What they have is only read where it is `counted`.
    """
    asked: dict[str, Any] = {
        "space": space_id,
        "booker": booker_id,
        "first": local_day(span.starts_at) - DAY,
        "last": local_day(span.ends_at) + DAY,
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
    }
    if counted:
        asked["since"] = _since(span, now)
    facts = Facts()
    left_out = {booking.id for booking in moving}  # and what the other half has told already
    for row in (FACTS if counted else FACTS_OF_SPACE).rows(core(session), asked):
        _note(facts, Fact._make(row), left_out)
    facts.closures.sort(key=lambda closed: closed.interval.starts_at)
    return facts


def _note(facts: Facts, row: Fact, left_out: set[int]) -> None:
    match row.what:
        case "hours":
            facts.hours.append(Hours(OpenOn(row.word), row.number, row.other))
        case "calendar":
            facts.calendar[row.day] = DayKind(row.word)
        case "closure":
            facts.closures.append(Closed(Interval(row.starts_at, row.ends_at), row.word, row.number))
        case (
            "point"
        ):  # the moment of each, as often as it counts; those of booths only lower the rank in a draw
            facts.points += [row.starts_at] * row.number
        case "figure":
            facts.figures[row.word] = row.number
        case _:
            facts.own_times += _times([row], left_out)


def own_times(
    session: Session, booker_id: int, span: Interval, now: datetime, moving: Collection[Booking] = ()
) -> list[Interval]:
    """Everything that the booker holds from the week of the span or from now on, proposed times included."""
    rows = OWN_TIMES.rows(core(session), {"booker": booker_id, "since": _since(span, now)})
    return _times([Fact._make(row) for row in rows], {booking.id for booking in moving})


def _since(span: Interval, now: datetime) -> datetime:
    return min(now, at_local(week_start(local_day(span.starts_at)), 0)) - DAY


def _times(rows: Sequence[Fact], left_out: set[int]) -> list[Interval]:
    """Each booking once, though both halves may tell of it."""
    times = []
    for row in rows:
        if row.number not in left_out:
            left_out.add(row.number)
            times.append(Interval(row.starts_at, row.ends_at))
            if row.also_starts_at is not None and row.also_ends_at is not None:
                times.append(Interval(row.also_starts_at, row.also_ends_at))
    return times
