"""Booths of a show: the three axes on which one stands besides its booking, and the rules of taking one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import Violation
from domain.studio.shows import BoothTime, ShowStatus, lock_moment


class OnAir(StrEnum):
    """How far a booth slot has come in the live show."""

    WAITING = "waiting"
    ON_AIR = "on_air"
    DONE = "done"
    SKIPPED = "skipped"


class Sample(StrEnum):
    """Where the sample of a product is that the studio needs to show it."""

    AWAITED = "awaited"
    RECEIVED = "received"
    RETURNED = "returned"


class SwapStatus(StrEnum):
    """How far a proposal of two shops to change booths has come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


def nearest_booths(wanted: BoothTime, free: Sequence[BoothTime], most: int = 3) -> list[BoothTime]:
    """The free booth slots nearest to a wish: by time first, then by number."""

    def distance(found: BoothTime) -> tuple[timedelta, int, datetime]:
        apart = abs(found.interval.starts_at - wanted.interval.starts_at)
        return apart, abs(found.booth - wanted.booth), found.interval.starts_at

    return sorted(free, key=distance)[:most]


@dataclass(frozen=True, slots=True)
class BoothAsk:
    """What the rules of taking a booth look at; the counts leave out the booth slot asked for.

    The first two counts are of live booth slots; the month's are live or done, since a past booth is used up too.
    """

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
    if ask.now >= lock_moment(ask.show_starts_at, ask.lock_hours):
        return Violation("show_locked", {"hours": ask.lock_hours})
    return None


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
