"""Shows of the livestream studio: layouts, allotment, and the time of each booth slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import BadInput, SlotTaken, Stale, Violation
from domain.interval import Interval, at_local, local_day, on_grid
from domain.policies import outside_hours

DEFAULT_BOOTHS = 10
"""By the newspaper's figures, as the 15 minutes of a booth [seed]."""
DEFAULT_MARKET_SLOTS = 10
SLOT_MINUTES = 15
MAX_SLOT_MINUTES = 120
LONGEST_HOURS = 24
"""Of a whole show [default]."""
MAX_TITLE = 60
MAX_DAYS_AHEAD = 366


class Layout(StrEnum):
    """`rundown`: booths go on air one after another. `market`: all booths are open in every slot."""

    RUNDOWN = "rundown"
    MARKET = "market"


class Allotment(StrEnum):
    """How booths find their shops: whoever comes first, or by a fair draw after applications close."""

    FIRST_COME = "first_come"
    DRAW = "draw"


class ShowStatus(StrEnum):
    """Whether merchants may take booths; that a show is past or locked is read off the clock."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BoothTime:
    """One booth in one slot of a show."""

    booth: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """The shape of a show; by the newspaper's figures 10 booths of 15 minutes [seed]."""

    layout: Layout
    starts_at: datetime
    booths: int
    slots: int
    slot_minutes: int

    @property
    def interval(self) -> Interval:
        """The window that the show holds."""
        rounds = self.booths if self.layout is Layout.RUNDOWN else self.slots
        return Interval(self.starts_at, self.starts_at + timedelta(minutes=rounds * self.slot_minutes))

    @property
    def size(self) -> int:
        """How many booth slots there are."""
        return self.booths if self.layout is Layout.RUNDOWN else self.slots * self.booths

    def booth_times(self) -> list[BoothTime]:
        """Every booth slot in the order of time, then booth."""
        length = timedelta(minutes=self.slot_minutes)
        if self.layout is Layout.RUNDOWN:
            cells = [(booth - 1, booth) for booth in range(1, self.booths + 1)]
        else:
            cells = [(slot, booth) for slot in range(self.slots) for booth in range(1, self.booths + 1)]
        return [
            BoothTime(booth, Interval(self.starts_at + slot * length, self.starts_at + (slot + 1) * length))
            for slot, booth in cells
        ]

    def interval_of(self, booth: int, starts_at: datetime | None = None) -> Interval:
        """When a booth is on; a market booth needs the start of its slot. Raises BadInput."""
        of_booth = [bt.interval for bt in self.booth_times() if bt.booth == booth]
        if not of_booth:
            raise BadInput("booth_unknown", field="booth", booths=self.booths)
        if self.layout is Layout.RUNDOWN and starts_at is None:
            return of_booth[0]
        for interval in of_booth:
            if starts_at is not None and interval.starts_at == starts_at:
                return interval
        raise BadInput("slot_unknown", field="starts_at")


def check_plan(plan: ShowPlan, places: int) -> ShowPlan:
    """A plan that fits the studio; else BadInput."""
    if not 1 <= plan.booths <= places:
        raise BadInput("booths_out_of_range", field="booths", maximum=places)
    if not 1 <= plan.slots <= 32:
        raise BadInput("slots_out_of_range", field="slots", maximum=32)
    if not 15 <= plan.slot_minutes <= MAX_SLOT_MINUTES or plan.slot_minutes % 15:
        raise BadInput("slot_length", field="slot_minutes", maximum=MAX_SLOT_MINUTES)
    if plan.interval.minutes > LONGEST_HOURS * 60:
        raise BadInput("show_too_long", field="slots", hours=LONGEST_HOURS)
    if not on_grid(plan.starts_at):
        raise BadInput("off_grid", field="starts_at")
    return plan


def clean_title(text: str) -> str:
    """A title without stray white space, of 1 to 60 characters; raises BadInput."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("title_missing", field="title")
    if len(cleaned) > MAX_TITLE:
        raise BadInput("title_long", field="title", maximum=MAX_TITLE)
    return cleaned


def check_start(starts_at: datetime, now: datetime) -> datetime:
    """A start within the next year, so that a mistyped one is noticed; raises BadInput."""
    if starts_at > now + timedelta(days=MAX_DAYS_AHEAD):
        raise BadInput("too_far", field="starts_at", days=MAX_DAYS_AHEAD)
    return starts_at


def show_violations(interval: Interval, openings: Sequence[Interval], now: datetime) -> list[Violation]:
    """What speaks against the window of a show: it lies ahead, and within the studio's hours."""
    past = Violation("in_the_past", field="starts_at") if interval.starts_at <= now else None
    return [found for found in (past, outside_hours(interval, openings)) if found is not None]


@dataclass(frozen=True, slots=True)
class Rival:
    """What holds the studio in a window that a show wants: another show or, without id and title, some other use."""

    show_id: int | None
    title: str
    interval: Interval


class StudioTaken(SlotTaken):
    """The studio is held in the window of a new show; `rivals` says by which ones."""

    def __init__(self, blocking: Sequence[Interval], rivals: Sequence[Rival]) -> None:
        super().__init__(blocking)
        self.rivals = tuple(rivals)


class StaleShow(Stale):
    """Somebody else changed the show first; `object_id` is that of the show."""


class Phase(StrEnum):
    """Where a show stands on the clock; booths may be taken while it is ahead."""

    AHEAD = "ahead"
    LOCKED = "locked"
    RUNNING = "running"
    OVER = "over"


def lock_moment(starts_at: datetime, lock_hours: int) -> datetime:
    """From when on no booth can be taken any more."""
    return starts_at - timedelta(hours=lock_hours)


def phase_of(window: Interval, lock_hours: int, now: datetime) -> Phase:
    """Where a show stands at a moment."""
    if now >= window.ends_at:
        return Phase.OVER
    if now >= window.starts_at:
        return Phase.RUNNING
    return Phase.LOCKED if now >= lock_moment(window.starts_at, lock_hours) else Phase.AHEAD


class ApplicationsPhase(StrEnum):
    """Whether a show takes applications: not yet, now, or no more."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


def applications_phase(
    show_open_at: datetime | None, close_at: datetime | None, now: datetime
) -> ApplicationsPhase:
    """Where the window of applications stands; half-open, without a limit on a side that is None.

    The lock of the show is a limit of its own: see `phase_of`.
    """
    if close_at is not None and now >= close_at:
        return ApplicationsPhase.CLOSED
    if show_open_at is not None and now < show_open_at:
        return ApplicationsPhase.NOT_YET
    return ApplicationsPhase.OPEN


def month_of(moment: datetime) -> Interval:
    """The community's calendar month that holds a moment; the quota counts by it."""
    first = local_day(moment).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Interval(at_local(first, 0), at_local(following, 0))
