"""The figures of spaces over some days: kept sums of the thirds of months that are over, and the rest counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day
from domain.reports import Days, tick_of_week
from domain.tallies import Tally, third_of, thirds_of, week
from models import ReportHours, ReportSum, Space
from models.engine import epoch
from services import opening
from services.reports.counting import Counting, Stretch


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
    pieces = list(_pieces(begun))
    rest = {space_id: dict.fromkeys(range(len(pieces))) for space_id in found}
    for space_id, number, figures in _kept(session, ReportSum.figures, found, pieces):
        found[space_id].parts.append(Tally.from_json(figures))
        del rest[space_id][number]
    _count(session, found, _joined(pieces, rest), now)
    if days.last > begun.last:  # who waits, and who was turned away, is known before the day itself
        ahead = Days(begun.last + timedelta(days=1), days.last).window
        counting = Counting(session, [Stretch(space, ahead) for space in spaces])
        counting.of_wishes()
        for space, tally in zip(spaces, counting.tallies, strict=True):
            found[space.id].parts.append(tally)
    _open(session, found, pieces)
    return list(found.values())


def _pieces(days: Days) -> Iterator[Days]:
    """The days cut where thirds of months begin."""
    first = days.first
    while first <= days.last:
        last = min(third_of(first).last, days.last)
        yield Days(first, last)
        first = last + timedelta(days=1)


def _kept(
    session: Session, column: Any, found: Mapping[int, Figures], pieces: Sequence[Days]
) -> Iterator[tuple[int, int, Any]]:
    """What is kept of whole thirds: the space, which of the pieces, and what it is."""
    numbers = {
        int(piece.window.starts_at.timestamp()): number
        for number, piece in enumerate(pieces)
        if piece == third_of(piece.first)
    }
    table = column.class_
    rows = session.execute(
        select(table.space_id, epoch(session, table.begins_at), column).where(
            table.space_id.in_(list(found)),
            table.begins_at >= pieces[0].window.starts_at,
            table.begins_at < pieces[-1].window.ends_at,
        )
    )
    for space_id, begins, kept in rows:
        if (number := numbers.get(begins)) is not None:
            yield space_id, number, kept


def _joined(pieces: Sequence[Days], rest: Mapping[int, Iterable[int]]) -> dict[int, list[Days]]:
    """The pieces that are left of each space, those that follow each other as one."""
    found: dict[int, list[Days]] = {}
    for space_id, numbers in rest.items():
        left: list[Days] = []
        for number in numbers:
            piece = pieces[number]
            if left and left[-1].last + timedelta(days=1) == piece.first:
                left[-1] = Days(left[-1].first, piece.last)
            else:
                left.append(piece)
        found[space_id] = left
    return found


def _count(
    session: Session, found: Mapping[int, Figures], rest: dict[int, list[Days]], now: datetime
) -> None:
    stretches = [
        Stretch(found[space_id].space, days.window) for space_id, left in rest.items() for days in left
    ]
    if not stretches:
        return
    counting = Counting(session, stretches)
    counting.of_use(now)
    counting.of_wishes()
    for stretch, tally in zip(stretches, counting.tallies, strict=True):
        found[stretch.space.id].parts.append(tally)


def _open(session: Session, found: Mapping[int, Figures], pieces: Sequence[Days]) -> None:
    """As it was kept when a third was over; what is not kept by the hours of today."""
    rest = {space_id: set(range(len(pieces))) for space_id in found}
    for space_id, number, lanes in _kept(session, ReportHours.opened, found, pieces):
        found[space_id].opened += int(lanes, 16)
        rest[space_id].remove(number)
    asked = [day for number in sorted(set().union(*rest.values())) for day in pieces[number]]
    spaces = [found[space_id].space for space_id, left in rest.items() if left]
    if not spaces:
        return
    openings = opening.on_days(session, spaces, asked)
    for space in spaces:
        left = {day: openings[space.id][day] for number in rest[space.id] for day in pieces[number]}
        found[space.id].opened += opened(space, left)


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
