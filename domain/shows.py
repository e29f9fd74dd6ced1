"""Shows of the livestream studio: layouts, the time of each booth slot, and the rules of taking one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import BadInput, Violation
from domain.interval import Interval, on_grid


class Layout(StrEnum):
    """`rundown`: booths go on air one after another. `market`: all booths are open in every slot."""

    RUNDOWN = "rundown"
    MARKET = "market"


class ShowStatus(StrEnum):
    """Whether merchants may take booths; that a show is past or locked is read off the clock."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class OnAir(StrEnum):
    """How far a booth slot has come in the live show."""

    WAITING = "waiting"
    ON_AIR = "on_air"
    DONE = "done"
    SKIPPED = "skipped"


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
    if plan.slot_minutes < 15 or plan.slot_minutes % 15:
        raise BadInput("slot_length", field="slot_minutes")
    if not on_grid(plan.starts_at):
        raise BadInput("off_grid", field="starts_at")
    return plan


@dataclass(frozen=True, slots=True)
class BoothAsk:
    """What the rules of taking a booth look at; counts are of live booth slots and leave out the one asked for."""

    now: datetime
    show_status: ShowStatus
    show_starts_at: datetime
    lock_hours: int
    same_time_count: int
    same_product_count: int
    month_count: int
    monthly_quota: int


def _not_open(ask: BoothAsk) -> Violation | None:
    return None if ask.show_status is ShowStatus.OPEN else Violation("show_not_open")


def _locked(ask: BoothAsk) -> Violation | None:
    lock_at = ask.show_starts_at - timedelta(hours=ask.lock_hours)
    return Violation("show_locked", {"hours": ask.lock_hours}) if ask.now >= lock_at else None


def _twice_at_once(ask: BoothAsk) -> Violation | None:
    return Violation("merchant_twice_at_once") if ask.same_time_count else None


def _product_twice(ask: BoothAsk) -> Violation | None:
    return Violation("product_twice", field="product_id") if ask.same_product_count else None


def _quota(ask: BoothAsk) -> Violation | None:
    if ask.month_count >= ask.monthly_quota:
        return Violation("booth_quota", {"maximum": ask.monthly_quota})
    return None


BOOTH_RULES: tuple[Callable[[BoothAsk], Violation | None], ...] = (
    _not_open,
    _locked,
    _twice_at_once,
    _product_twice,
    _quota,
)


def booth_violations(ask: BoothAsk) -> list[Violation]:
    """All broken rules, in the order of the list."""
    return [found for check in BOOTH_RULES if (found := check(ask)) is not None]
