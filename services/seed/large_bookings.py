"""A million bookings over three years that never overlap, with their audit events and the ticks of the live ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from domain.bookings import LIVE, BookingStatus
from domain.interval import at_local, local_day, moment_of, tick_of
from services import arbiter
from services.seed import bulk

DAYS_BACK, DAYS_AHEAD = 3 * 365, 14
DAYS_SHOWN = 90
"""How far back from today a page, or the demo's own play, may reach."""
SEED = 20261126
FIRST_TICK, BLOCKS, BLOCK_TICKS = 32, 7, 8
"""A lane's day from 08:00 on is seven blocks of two hours with at most one booking each."""
REGULARS = 300
"""Only these residents hold bookings that are still to come, so that all others may book."""
PAST = (
    (0.80, BookingStatus.COMPLETED),
    (0.88, BookingStatus.CANCELLED),
    (0.92, BookingStatus.DECLINED),
    (0.96, BookingStatus.EXPIRED),
    (1.0, BookingStatus.NO_SHOW),
)
BOOKING = (
    "id", "space_id", "place", "starts_at", "ends_at", "status", "version", "purpose", "party_size",
    "booker_id", "created_by_id", "created_at", "decision_reason", "pickup_number",
)  # fmt: skip
Clock = Callable[[int], Any]
AUDIT = ("at", "actor_id", "action", "object_type", "object_id", "detail")


@dataclass(frozen=True, slots=True)
class Lane:
    """One place of a space; `booked_place` is what its bookings say, None in a pool."""

    space_id: int
    place: int
    booked_place: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """One booking to be written."""

    id: int
    lane: Lane
    ticks: range
    status: BookingStatus
    booker_id: int
    asked_tick: int


def spread(number: int, a_day: int | None) -> list[int]:
    """How many bookings each day gets, the oldest first: evenly, or `a_day` on those on show and the rest before."""
    days = DAYS_BACK + DAYS_AHEAD
    shown = [] if a_day is None else [a_day] * (DAYS_SHOWN + DAYS_AHEAD)
    history, left = days - len(shown), number - sum(shown)
    if left < 0:
        raise ValueError(f"{number} bookings are fewer than the days on show hold")
    return [left * (index + 1) // history - left * index // history for index in range(history)] + shown


def write_bookings(
    session: Session, lanes: Sequence[Lane], residents: Sequence[int], days: Sequence[int], now: datetime
) -> None:
    """Write so many bookings of each day; a day on show is the same whatever the others are."""

    @cache
    def at(tick: int) -> Any:
        return bulk.moment(session, moment_of(tick))

    if max(days) > BLOCKS * len(lanes):
        raise ValueError(f"{len(lanes)} lanes hold no {max(days)} bookings a day")
    for plans in bulk.chunks(_plans(bulk.next_id(session, "booking"), lanes, residents, days, now)):
        bulk.write(session, "booking", BOOKING, (_booking(plan, at) for plan in plans))
        bulk.write(session, "audit_event", AUDIT, (_audit(plan, at) for plan in plans))
        arbiter.hold_many(session, [row for plan in plans if plan.status in LIVE for row in _ticks(plan)])


def _plans(
    first_id: int, lanes: Sequence[Lane], residents: Sequence[int], days: Sequence[int], now: datetime
) -> Iterator[Plan]:
    today, now_tick, made = local_day(now), tick_of(now), 0
    for index, wanted in enumerate(days):
        dice = Random(SEED + index)  # noqa: S311  it draws data that can be repeated, no secret
        midnight = tick_of(at_local(today + timedelta(days=index - DAYS_BACK), 0))
        for turn in range(wanted):
            block, lane_number = divmod(turn, len(lanes))
            lane = lanes[lane_number]
            start = (
                midnight
                + FIRST_TICK
                + (block + lane_number + index) % BLOCKS * BLOCK_TICKS
                + dice.randrange(5)
            )
            ticks = range(start, start + dice.randint(1, 3))
            status = _status(dice, ticks, now_tick)
            known = residents[:REGULARS] if status in LIVE else residents
            asked = min(start, now_tick) - dice.randint(4, 480)
            yield Plan(first_id + made + turn, lane, ticks, status, dice.choice(known), asked)
        made += wanted


def _status(dice: Random, ticks: range, now_tick: int) -> BookingStatus:
    roll = dice.random()
    if ticks.stop > now_tick:
        waits = ticks.start > now_tick and roll < 0.25
        return BookingStatus.PENDING if waits else BookingStatus.CONFIRMED
    return next(status for limit, status in PAST if roll <= limit)


def _booking(plan: Plan, at: Clock) -> bulk.Row:
    reason = "当天场地维修" if plan.status is BookingStatus.DECLINED else ""
    return (
        plan.id, plan.lane.space_id, plan.lane.booked_place, at(plan.ticks.start), at(plan.ticks.stop),
        plan.status.value, 1, "活动", 1, plan.booker_id, plan.booker_id, at(plan.asked_tick), reason,
        f"{1000 + plan.id % 9000}",
    )  # fmt: skip


def _audit(plan: Plan, at: Clock) -> bulk.Row:
    return at(plan.asked_tick), plan.booker_id, "booking.requested", "booking", plan.id, "{}"


def _ticks(plan: Plan) -> Iterator[dict[str, int]]:
    for tick in plan.ticks:
        yield {"space_id": plan.lane.space_id, "tick": tick, "place": plan.lane.place, "booking_id": plan.id}
