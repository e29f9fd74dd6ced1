"""The rulebook of a booking: one rule, one named check, one code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import Violation
from domain.interval import TICK, Interval, local_day, on_grid
from domain.people import HOUSEHOLD_ROLES, Role
from domain.spaces import SpaceKind


@dataclass(frozen=True, slots=True)
class SpaceRules:
    """The figures of one space that the checks need; minutes, days and people."""

    kind: SpaceKind
    capacity: int | None
    min_minutes: int
    max_minutes: int
    advance_days: int
    lead_minutes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a resident may hold at most at a time."""

    max_upcoming: int
    max_week_minutes: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything that the rules look at; the counts leave out the booking that is being moved."""

    interval: Interval
    party_size: int
    now: datetime
    rules: SpaceRules
    openings: Sequence[Interval]
    limits: Limits
    booker_role: Role
    booker_verified: bool
    upcoming_count: int
    week_minutes: int


Check = Callable[[Ask], Violation | None]


def _role(ask: Ask) -> Violation | None:
    if ask.booker_role is Role.MERCHANT:
        return Violation("role_may_not_book")
    return None


def _verified(ask: Ask) -> Violation | None:
    if ask.booker_role in HOUSEHOLD_ROLES and not ask.booker_verified:
        return Violation("not_verified")
    return None


def _grid(ask: Ask) -> Violation | None:
    if on_grid(ask.interval.starts_at) and on_grid(ask.interval.ends_at):
        return None
    return Violation("off_grid", field="starts_at")


def _too_short(ask: Ask) -> Violation | None:
    if ask.interval.minutes < ask.rules.min_minutes:
        return Violation("too_short", {"minutes": ask.rules.min_minutes}, "ends_at")
    return None


def _too_long(ask: Ask) -> Violation | None:
    if ask.interval.minutes > ask.rules.max_minutes:
        return Violation("too_long", {"minutes": ask.rules.max_minutes}, "ends_at")
    return None


def _past(ask: Ask) -> Violation | None:
    return Violation("in_the_past", field="starts_at") if ask.interval.ends_at <= ask.now else None


def _too_soon(ask: Ask) -> Violation | None:
    lead = timedelta(minutes=ask.rules.lead_minutes)
    # Where no lead time is asked for, the quarter-hour that is running may still be taken.
    too_late = ask.interval.starts_at < ask.now + lead if lead else ask.interval.starts_at + TICK <= ask.now
    if too_late and ask.interval.ends_at > ask.now:
        return Violation("too_soon", {"minutes": ask.rules.lead_minutes}, "starts_at")
    return None


def _too_far(ask: Ask) -> Violation | None:
    last_day = local_day(ask.now) + timedelta(days=ask.rules.advance_days)
    if local_day(ask.interval.starts_at) > last_day:
        return Violation("too_far", {"days": ask.rules.advance_days}, "starts_at")
    return None


def outside_hours(interval: Interval, openings: Sequence[Interval]) -> Violation | None:
    """The one check against opening hours: rooms, seats and shows all lie within one opening."""
    if any(opening.contains(interval) for opening in openings):
        return None
    day = local_day(interval.starts_at)
    today = [o for o in openings if local_day(o.starts_at) <= day <= local_day(o.ends_at)]
    if not today:
        return Violation("closed_that_day", {"day": day}, "starts_at")
    return Violation("outside_hours", {"openings": tuple(today)}, "starts_at")


def _hours(ask: Ask) -> Violation | None:
    return outside_hours(ask.interval, ask.openings)


def _people(ask: Ask) -> Violation | None:
    if ask.party_size < 1:
        return Violation("too_few_people", field="party_size")
    if ask.rules.kind is SpaceKind.POOL and ask.party_size > 1:
        return Violation("one_seat_each", field="party_size")
    if ask.rules.capacity is not None and ask.party_size > ask.rules.capacity:
        return Violation("too_many_people", {"capacity": ask.rules.capacity}, "party_size")
    return None


def _quota_count(ask: Ask) -> Violation | None:
    if ask.booker_role in HOUSEHOLD_ROLES and ask.upcoming_count >= ask.limits.max_upcoming:
        return Violation("quota_count", {"maximum": ask.limits.max_upcoming})
    return None


def _quota_hours(ask: Ask) -> Violation | None:
    if (
        ask.booker_role in HOUSEHOLD_ROLES
        and ask.week_minutes + ask.interval.minutes > ask.limits.max_week_minutes
    ):
        left = max(0, ask.limits.max_week_minutes - ask.week_minutes)
        return Violation("quota_hours", {"hours": ask.limits.max_week_minutes / 60, "left_minutes": left})
    return None


RULEBOOK: tuple[Check, ...] = (
    _role,
    _verified,
    _grid,
    _too_short,
    _too_long,
    _past,
    _too_soon,
    _too_far,
    _hours,
    _people,
    _quota_count,
    _quota_hours,
)

TIME_RULES: tuple[Check, ...] = (_grid, _past, _too_soon, _too_far, _hours)
"""The checks that another time could pass: used to look for alternatives."""


def violations(ask: Ask, checks: Iterable[Check] = RULEBOOK) -> list[Violation]:
    """All broken rules in the order of the rulebook."""
    return [found for check in checks if (found := check(ask)) is not None]
