"""The figures of spaces over some days: kept sums of the thirds of months that are over, and the rest counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day
from domain.reports import Days, tick_of_week
from domain.tallies import Tally, thirds_of, week
from models import ReportHours, ReportSum, Space
from services import opening
from services.reports.counting import Counting, Stretch

Moment = datetime


@dataclass(slots=True)
class Figures:
    """One space: its tallies one after the other, and the lanes of minutes for which its places were open."""

    space: Space
    parts: list[Tally] = field(default_factory=list)
    opened: int = 0


def of_spaces(session: Session, spaces: Sequence[Space], days: Days, now: datetime) -> list[Figures]:
    """What each space saw on some days: their use as far as they have begun, and the wishes for all of them.

    As many queries whatever happened and whatever is kept.
    """
    begun = days.until(local_day(now))
    found = {space.id: Figures(space) for space in spaces}
    if begun is None or not spaces:
        return list(found.values())
    rest = {space_id: [begun.window] for space_id in found}
    window = begun.window
    for row in session.execute(
        select(ReportSum.space_id, ReportSum.begins_at, ReportSum.ends_at, ReportSum.figures)
        .where(
            ReportSum.space_id.in_(list(found)),
            ReportSum.begins_at >= window.starts_at,
            ReportSum.begins_at < window.ends_at,
            ReportSum.ends_at <= window.ends_at,
        )
        .order_by(ReportSum.space_id, ReportSum.begins_at)
    ):
        found[row.space_id].parts.append(Tally.from_json(row.figures))
        _cut(rest[row.space_id], row.begins_at, row.ends_at)
    _count(session, found, rest, now)
    if (
        days.window.ends_at > window.ends_at
    ):  # who waits, and who was turned away, is known before the day itself
        ahead = Interval(window.ends_at, days.window.ends_at)
        counting = Counting(session, [Stretch(space, ahead) for space in spaces])
        counting.of_wishes()
        for space, tally in zip(spaces, counting.tallies, strict=True):
            found[space.id].parts.append(tally)
    _open(session, found, begun)
    return list(found.values())


def _cut(rest: list[Interval], begins_at: Moment, ends_at: Moment) -> None:
    """Take what is kept from the last of the windows that are still to be counted; it comes in order."""
    last = rest.pop()
    if last.starts_at < begins_at:
        rest.append(Interval(last.starts_at, begins_at))
    if ends_at < last.ends_at:
        rest.append(Interval(ends_at, last.ends_at))


def _count(
    session: Session, found: dict[int, Figures], rest: dict[int, list[Interval]], now: datetime
) -> None:
    stretches = [
        Stretch(found[space_id].space, window) for space_id, windows in rest.items() for window in windows
    ]
    if not stretches:
        return
    counting = Counting(session, stretches)
    counting.of_use(now)
    counting.of_wishes()
    for stretch, tally in zip(stretches, counting.tallies, strict=True):
        found[stretch.space.id].parts.append(tally)


def _open(session: Session, found: dict[int, Figures], days: Days) -> None:
    """As it was kept when a third was over; what is not kept by the hours of today."""
    window = days.window
    rest = {space_id: set(days) for space_id in found}
    for row in session.execute(
        select(ReportHours.space_id, ReportHours.begins_at, ReportHours.ends_at, ReportHours.opened).where(
            ReportHours.space_id.in_(list(found)),
            ReportHours.begins_at >= window.starts_at,
            ReportHours.begins_at < window.ends_at,
            ReportHours.ends_at <= window.ends_at,
        )
    ):
        found[row.space_id].opened += int(row.opened, 16)
        rest[row.space_id].difference_update(days_of(row.begins_at, row.ends_at))
    asked = sorted(set().union(*rest.values()))
    spaces = [found[space_id].space for space_id, left in rest.items() if left]
    if not spaces:
        return
    openings = opening.on_days(session, spaces, asked)
    for space in spaces:
        figures = found[space.id]
        figures.opened += opened(space, {day: openings[space.id][day] for day in rest[space.id]})


def days_of(begins_at: datetime, ends_at: datetime) -> Days:
    """The local days from one midnight to another."""
    return Days(local_day(begins_at), local_day(ends_at) - timedelta(days=1))


def opened(space: Space, openings: dict[date, list[Interval]]) -> int:
    """The lanes of minutes for which its places were open on some days; none after it was given up."""
    gone, places, lanes = space.archived_at, space.own_places, 0
    for day, intervals in openings.items():
        if gone is None or day <= local_day(gone):
            for one in intervals:
                ticks = one.ticks()
                lanes += week(tick_of_week(ticks.start), len(ticks)) * places
    return lanes


def over(first: date, now: datetime) -> Iterator[Days]:
    """The thirds from a day on that have been over for a whole day: nothing of them is still going on."""
    return thirds_of(Days(first, local_day(now) - timedelta(days=2)))


def windows(days: Iterable[Days]) -> list[Interval]:
    """Their windows."""
    return [one.window for one in days]
