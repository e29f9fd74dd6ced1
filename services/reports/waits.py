"""How long people waited for a yes or a no: the middle one, nine of ten, and the longest."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.reports import rank
from domain.spaces import WHOLE_ROOM, SpaceKind
from models import Booking, Space
from services.reports.kept import Figures


@dataclass(frozen=True, slots=True)
class Wait:
    """Some decisions, and the minutes that people waited for them; nearest rank."""

    count: int
    median: int
    ninety: int
    longest: int


@dataclass(frozen=True, slots=True)
class Waits:
    """All of them, by space, and by the hour at which was asked; and since when the oldest open request waits."""

    whole: Wait | None
    by_space: dict[int, Wait]
    by_hour: dict[int, Wait]
    oldest_open: datetime | None


def of_figures(session: Session, found: Sequence[Figures], window: Interval, now: datetime) -> Waits:
    """The waiting for bookings that begin within a window, in one query; of a decision taken back the last counts.

    Private spaces have no part in the hours.
    """
    whole: Counter[int] = Counter()
    by_space: dict[int, Wait] = {}
    by_hour: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for figures in found:
        of_space: Counter[int] = Counter()
        for part in figures.parts:
            for hour, minutes in part.waits.items():
                of_space.update(minutes)
                if not figures.space.is_private:
                    by_hour[hour].update(minutes)
        if of_space:
            by_space[figures.space.id] = _wait(of_space)
            whole.update(of_space)
    return Waits(
        whole=_wait(whole) if whole else None,
        by_space=by_space,
        by_hour={hour: _wait(minutes) for hour, minutes in by_hour.items()},
        oldest_open=session.scalar(
            select(func.min(Booking.created_at)).where(
                Booking.status == BookingStatus.PENDING,
                Booking.starts_at >= window.starts_at,
                Booking.starts_at > now,
                Booking.starts_at < window.ends_at,
                _of_the_space_itself(figures.space for figures in found),
            )
        ),
    )


def _of_the_space_itself(spaces: Iterable[Space]) -> ColumnElement[bool]:
    """Bookings of a space as such: booths lie within a show, which is counted instead."""
    studios = [space.id for space in spaces if space.kind is SpaceKind.STUDIO]
    return or_(Booking.space_id.not_in(studios), Booking.place == WHOLE_ROOM)


def _wait(minutes: Counter[int]) -> Wait:
    """The ranks of so many decisions, by how many were waited for how many minutes."""
    ordered = sorted(minutes)
    upto = list(accumulate(minutes[waited] for waited in ordered))

    def at(percent: int) -> int:
        return ordered[bisect_left(upto, rank(upto[-1], percent))]

    return Wait(upto[-1], at(50), at(90), ordered[-1])
