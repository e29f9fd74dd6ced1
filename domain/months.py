"""How full a day is: the share of its open quarter-hours that somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.interval import week_start

BUSY_FROM = 0.5
"""From this share of the open time on a day counts as rather full [default]."""


class Fullness(StrEnum):
    """A day in one word."""

    PAST = "past"
    BEYOND = "beyond"
    REST = "rest"
    SHUT = "shut"
    FREE = "free"
    QUIET = "quiet"
    BUSY = "busy"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Load:
    """The quarter-hours of the places of one day that lie ahead: how many are open, and how many of them are taken."""

    open: int
    taken: int

    @property
    def share(self) -> float:
        """From 0, everything is free, to 1; clean-up time after closing makes it no fuller than full."""
        return min(1.0, self.taken / self.open) if self.open else 0.0


def fullness_of(shares: Sequence[float]) -> Fullness:
    """The word for a day on which spaces are open, from the share of each; full only when all of them are."""
    mean = sum(shares) / len(shares)
    if mean >= 1:
        return Fullness.FULL
    if mean >= BUSY_FROM:
        return Fullness.BUSY
    return Fullness.QUIET if mean > 0 else Fullness.FREE


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return first_of(first + timedelta(days=31))


def days_of(first: date) -> list[date]:
    """Every day of a month."""
    return [first + timedelta(days=n) for n in range((next_month(first) - first).days)]


def weeks_of(first: date) -> list[list[date]]:
    """The weeks that a month touches, Monday first, whole ones: with days of its neighbours at both ends."""
    monday, after = week_start(first), next_month(first)
    weeks = []
    while monday < after:
        weeks.append([monday + timedelta(days=n) for n in range(7)])
        monday += timedelta(days=7)
    return weeks
