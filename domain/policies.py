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
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a resident may hold at most at a time."""

    max_upcoming: int
    max_week_minutes: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure as the rules see it; `id` is that of the stored one, to lift it."""

    interval: Interval
    reason: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything that the rules look at; the counts leave out the booking that is being moved.

    `openings` are the hours, closures not taken out. `by_staff` and `by_captain` say who types it for somebody else.
    """

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
    closures: Sequence[Closed] = ()
    own_times: Sequence[Interval] = ()
    paused_until: datetime | None = None
    by_staff: bool = False
    by_captain: bool = False
    shop_verified: bool = False


HELD_TO_LIMITS = HOUSEHOLD_ROLES | {Role.MERCHANT}
"""Whom quotas, pauses and the one place at a time are for; a merchant's booths have a quota of their own."""

STAFF_ADVANCE_DAYS = 366
"""Staff plan classes and series ahead; the days of a space are for those who book for themselves [default]."""


def days_ahead(rules: SpaceRules, *, by_staff: bool) -> int:
    """How many days ahead a space may be booked, by whom."""
    return max(rules.advance_days, STAFF_ADVANCE_DAYS) if by_staff else rules.advance_days


LONGEST = timedelta(days=1)
"""Nobody holds a space for longer at one go, staff included: the arbiter's ticks are for days, closures for weeks."""

Check = Callable[[Ask], Violation | None]


def _role(ask: Ask) -> Violation | None:
    """Merchants have booths, and the studio itself for rehearsals."""
    if ask.booker_role is Role.MERCHANT and ask.rules.kind is not SpaceKind.STUDIO:
        return Violation("role_may_not_book")
    return None


def _verified(ask: Ask) -> Violation | None:
    if ask.booker_role in HOUSEHOLD_ROLES and not ask.booker_verified:
        return Violation("not_verified")
    return None


def _verified_shop(ask: Ask) -> Violation | None:
    is_theirs = ask.booker_role is Role.MERCHANT and ask.rules.kind is SpaceKind.STUDIO
    return Violation("studio_needs_verified_shop") if is_theirs and not ask.shop_verified else None


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


def _beyond_a_day(ask: Ask) -> Violation | None:
    if ask.interval.ends_at - ask.interval.starts_at > LONGEST:
        return Violation("longer_than_a_day", field="ends_at")
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
    days = days_ahead(ask.rules, by_staff=ask.by_staff)
    if local_day(ask.interval.starts_at) > local_day(ask.now) + timedelta(days=days):
        return Violation("too_far", {"days": days}, "starts_at")
    return None


def closed(interval: Interval, closures: Sequence[Closed]) -> Violation | None:
    """The one check against closures."""
    for closure in closures:
        if closure.interval.overlaps(interval):
            return Violation("closed", {"interval": closure.interval, "reason": closure.reason}, "starts_at")
    return None


def _closed(ask: Ask) -> Violation | None:
    return closed(ask.interval, ask.closures)


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
    if ask.booker_role in HELD_TO_LIMITS and ask.upcoming_count >= ask.limits.max_upcoming:
        return Violation("quota_count", {"maximum": ask.limits.max_upcoming})
    return None


def _quota_hours(ask: Ask) -> Violation | None:
    if (
        ask.booker_role in HELD_TO_LIMITS
        and ask.week_minutes + ask.interval.minutes > ask.limits.max_week_minutes
    ):
        left = max(0, ask.limits.max_week_minutes - ask.week_minutes)
        return Violation("quota_hours", {"hours": ask.limits.max_week_minutes / 60, "left_minutes": left})
    return None


def _paused(ask: Ask) -> Violation | None:
    if ask.booker_role in HELD_TO_LIMITS and ask.paused_until is not None:
        return Violation("paused", {"until": ask.paused_until})
    return None


def _overlaps_own(ask: Ask) -> Violation | None:
    if ask.booker_role in HELD_TO_LIMITS:
        for own in ask.own_times:
            if own.overlaps(ask.interval):
                return Violation("overlaps_own", {"interval": own}, "starts_at")
    return None


def _private(ask: Ask) -> Violation | None:
    """Who comes to a private space is nobody's business: the person asks, or staff do, and no neighbour."""
    return Violation("private_space") if ask.rules.is_private and ask.by_captain else None


RULEBOOK: tuple[Check, ...] = (
    _role,
    _verified,
    _verified_shop,
    _grid,
    _too_short,
    _too_long,
    _beyond_a_day,
    _past,
    _too_soon,
    _too_far,
    _closed,
    _hours,
    _people,
    _quota_count,
    _quota_hours,
    _paused,
    _overlaps_own,
    _private,
)

TIME_RULES: tuple[Check, ...] = (_grid, _past, _too_soon, _too_far, _closed, _hours)
"""The checks that another time could pass: used to look for alternatives."""

TIME_CODES = frozenset(
    {
        "off_grid",
        "in_the_past",
        "too_soon",
        "too_far",
        "closed",
        "closed_that_day",
        "outside_hours",
        "overlaps_own",
    }
)
"""What another time could cure."""

OVERRIDABLE = frozenset(
    {
        "role_may_not_book",
        "not_verified",
        "studio_needs_verified_shop",
        "too_short",
        "too_long",
        "too_soon",
        "too_far",
        "closed_that_day",
        "outside_hours",
        "too_many_people",
        "quota_count",
        "quota_hours",
        "paused",
        "overlaps_own",
    }
)
"""What staff may set aside with a reason. A closure is lifted instead; the grid and the past are no opinion."""


@dataclass(frozen=True, slots=True)
class Override:
    """The named rules that staff set aside for one booking, and why."""

    codes: frozenset[str]
    reason: str


def violations(ask: Ask, checks: Iterable[Check] = RULEBOOK) -> list[Violation]:
    """All broken rules in the order of the rulebook."""
    return [found for check in checks if (found := check(ask)) is not None]
