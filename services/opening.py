"""When a space is open: its hours, the calendar table, and the closures taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day, subtract
from domain.policies import Closed
from domain.spaces import DayKind, Hours, openings_during, openings_on
from models import CalendarDay, Closure
from services.space_lines import AnySpace

Openings = dict[int, dict[date, list[Interval]]]
"""By space and local day."""


@dataclass(frozen=True, slots=True)
class KnownDays:
    """The dates that differ from their weekday, and the years whose holidays are in the calendar table."""

    kinds: dict[date, DayKind]
    years: set[int]


# Statements are put together once, of tables rather than of models: that costs more than running them.
_DAY, _CLOSURE = CalendarDay.__table__.c, Closure.__table__.c
_NEIGHBOURS = _DAY.day.between(bindparam("first"), bindparam("last"))


def _witness(start: str, end: str) -> ColumnElement[bool]:
    """A day of the year, whichever it is: it says that the year is known."""
    of_year = _DAY.day.between(bindparam(start), bindparam(end))
    return _DAY.day == select(func.min(_DAY.day)).where(of_year).scalar_subquery()


_CALENDAR = select(_DAY.day, _DAY.day_kind).where(_NEIGHBOURS)
_KNOWN_DAYS = select(_DAY.day, _DAY.day_kind).where(
    or_(_NEIGHBOURS, _witness("year_of_first", "end_of_first"), _witness("year_of_last", "end_of_last"))
)
_CLOSURES = (
    select(_CLOSURE.id, _CLOSURE.space_id, _CLOSURE.starts_at, _CLOSURE.ends_at, _CLOSURE.reason)
    .where(
        _CLOSURE.space_id.in_(bindparam("spaces", expanding=True)),
        _CLOSURE.ends_at > bindparam("starts_at"),
        _CLOSURE.starts_at < bindparam("ends_at"),
        _CLOSURE.lifted_at.is_(None),
    )
    .order_by(_CLOSURE.starts_at)
)


def calendar(session: Session, first: date, last: date) -> dict[date, DayKind]:
    """The dates between two days, both included, that differ from their weekday."""
    rows = session.execute(_CALENDAR, {"first": first, "last": last})
    return {row.day: row.day_kind for row in rows}


def known_days(session: Session, first: date, last: date) -> KnownDays:
    """The calendar between two days of the same or of neighbouring years, both included, in one query."""
    rows = session.execute(
        _KNOWN_DAYS,
        {
            "first": first,
            "last": last,
            "year_of_first": date(first.year, 1, 1),
            "end_of_first": date(first.year, 12, 31),
            "year_of_last": date(last.year, 1, 1),
            "end_of_last": date(last.year, 12, 31),
        },
    ).all()
    kinds = {day: kind for day, kind in rows if first <= day <= last}
    return KnownDays(kinds, {day.year for day, _kind in rows})


def closures(session: Session, space_ids: Iterable[int], window: Interval) -> dict[int, list[Closed]]:
    """What closes these spaces within a window, by space, in one query; lifted closures count no more."""
    wanted = list(space_ids)
    if not wanted:
        return {}
    rows = session.execute(
        _CLOSURES, {"spaces": wanted, "starts_at": window.starts_at, "ends_at": window.ends_at}
    )
    found: dict[int, list[Closed]] = {}
    for row in rows:
        closed = Closed(Interval(row.starts_at, row.ends_at), row.reason, row.id)
        found.setdefault(row.space_id, []).append(closed)
    return found


def calendar_of(session: Session, window: Interval) -> dict[date, DayKind]:
    """The dates that a window touches, and the one after them, that differ from their weekday."""
    return calendar(session, local_day(window.starts_at), local_day(window.ends_at) + timedelta(days=1))


def hours_during(
    session: Session, space: AnySpace, window: Interval, known: Mapping[date, DayKind] | None = None
) -> list[Interval]:
    """The opening hours of a space, loaded with them, on the local days that a window touches.

    `known` is the `calendar_of` the window, where the caller has it already.
    """
    if known is None:
        known = calendar_of(session, window)
    return openings_during(window, space.opening_rules(), known)


def during(
    session: Session, space: AnySpace, window: Interval, known: Mapping[date, DayKind] | None = None
) -> list[Interval]:
    """When a space can really be used on the local days that a window touches."""
    hours = hours_during(session, space, window, known)
    if not hours:
        return []
    whole = Interval(min(window.starts_at, hours[0].starts_at), max(window.ends_at, hours[-1].ends_at))
    gaps = closures(session, [space.id], whole).get(space.id, [])
    return subtract(hours, [gap.interval for gap in gaps])


def on_days(
    session: Session,
    spaces: Sequence[AnySpace],
    days: Sequence[date],
    gaps: Mapping[int, Sequence[Closed]] | None = None,
    known: Mapping[date, DayKind] | None = None,
) -> Openings:
    """When each space can be used on each of some days, in two queries however many there are of either.

    `gaps` are their closures over these days, `known` is the calendar of them, where the caller has them already.
    """
    if known is None:
        known = calendar(session, min(days), max(days))
    if gaps is None:
        whole = Interval(Interval.of_day(min(days)).starts_at, Interval.of_day(max(days)).ends_at)
        gaps = closures(session, [space.id for space in spaces], whole)
    # Hundreds of spaces share a handful of timetables.
    timetables: dict[tuple[Hours, ...], dict[date, list[Interval]]] = {}
    found: Openings = {}
    for space in spaces:
        hours = tuple(space.opening_rules())
        if hours not in timetables:
            timetables[hours] = {day: openings_on(day, hours, known) for day in days}
        closed = [gap.interval for gap in gaps.get(space.id, ())]
        by_day = timetables[hours]
        found[space.id] = {day: subtract(by_day[day], closed) for day in days} if closed else by_day
    return found


def announced_years(session: Session, years: set[int]) -> set[int]:
    """Those of the years whose holidays are in the calendar table; of the others “放假安排未公布” is said."""
    rows = session.scalars(
        select(CalendarDay.day).where(
            CalendarDay.day >= date(min(years), 1, 1), CalendarDay.day <= date(max(years), 12, 31)
        )
    )
    return {day.year for day in rows} & years
