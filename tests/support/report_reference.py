"""What a report must say, reckoned from the rows one by one in plain Python."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.interval import local
from domain.people import Role
from models import Booking, Person, RefusedDemand, Space, WaitlistEntry, WalkIn

QUARTER = timedelta(minutes=15)
HELD = ("confirmed", "checked_in", "completed", "no_show")
CAME = ("checked_in", "completed")
REASONS = {
    "slot_taken": "full", "closed": "closure", "closed_that_day": "hours", "outside_hours": "hours",
    "too_soon": "notice", "too_far": "notice", "quota_count": "limits", "quota_hours": "limits", "paused": "limits",
    "too_long": "limits", "too_many_people": "size",
}  # fmt: skip
ORDER = ("full", "closure", "hours", "notice", "limits", "size")


def cells_of(starts_at: datetime, ends_at: datetime) -> Counter[tuple[int, int]]:
    """The minutes of a stretch in each hour of each weekday, walked quarter by quarter."""
    found: Counter[tuple[int, int]] = Counter()
    while starts_at < ends_at:
        there = local(starts_at)
        found[there.weekday(), there.hour] += 15
        starts_at += QUARTER
    return found


def seat_end(one: WalkIn) -> datetime:
    """Until when a walk-in had the seat: the end of the quarter-hour in which they left."""
    if one.left_at is None or one.left_at >= one.ends_at:
        return one.ends_at
    end = one.starts_at
    while end < one.left_at or end == one.starts_at:
        end += QUARTER
    return end


def usage_of(space: Space, bookings: Sequence[Booking], walk_ins: Sequence[WalkIn]) -> dict[str, Any]:
    """Minutes and counts of one space, from what begins within the days."""
    mine = [one for one in bookings if one.space_id == space.id]
    seats = [one for one in walk_ins if one.space_id == space.id]
    used: Counter[tuple[int, int]] = Counter()
    for one in mine:
        if one.status in CAME:
            used += cells_of(one.starts_at, one.ends_at)
    for seat in seats:
        used += cells_of(seat.starts_at, seat_end(seat))
    by_status = Counter(str(one.status.value) for one in mine)
    sat = sum(sum(cells_of(seat.starts_at, seat_end(seat)).values()) for seat in seats)
    return {
        "booked_minutes": sum(one.interval.minutes for one in mine if one.status in HELD) + sat,
        "used_minutes": sum(used.values()),
        "used_on": used,
        "bookings": sum(by_status[status] for status in HELD),
        "came": sum(by_status[status] for status in CAME),
        **{f"{name}": by_status[name] for name in ("cancelled", "declined", "expired")},
        "no_shows": by_status["no_show"],
        "walk_ins": len(seats),
    }


def reached_of(
    bookings: Sequence[Booking], everything: Sequence[Booking], people: dict[int, Person], since: datetime
) -> dict[str, int]:
    """Who came, among residents."""
    visits = [
        one
        for one in bookings
        if one.status in CAME and people[one.booker_id].role in (Role.RESIDENT, Role.CAPTAIN)
    ]
    who = {one.booker_id for one in visits}
    homes = {(p.building, p.unit, p.room) for p in map(people.__getitem__, who) if p.building is not None}
    known = {one.booker_id for one in everything if one.status in CAME and one.starts_at < since}
    return {
        "people": len(who),
        "households": len(homes),
        "buildings": len({home[0] for home in homes}),
        "verified": sum(people[one].verified_at is not None for one in who),
        "first_timers": len(who - known),
        "visits": len(visits),
        "proxied": sum(one.created_by_id != one.booker_id for one in visits),
    }


def wishes_of(
    refused: Sequence[RefusedDemand], waiting: Sequence[WaitlistEntry]
) -> dict[int, Counter[tuple[int, int, str]]]:
    """By space: weekday, hour and reason of each wish in vain, each person and time once."""
    reasons: dict[tuple[int, int, datetime, datetime], set[str]] = defaultdict(set)
    for one in refused:
        reasons[one.person_id, one.space_id, one.starts_at, one.ends_at].add(REASONS[one.code])
    for entry in waiting:
        reasons[entry.person_id, entry.space_id, entry.starts_at, entry.ends_at].add("full")
    found: dict[int, Counter[tuple[int, int, str]]] = defaultdict(Counter)
    for (_, space_id, starts_at, _), why in reasons.items():
        there = local(starts_at)
        found[space_id][there.weekday(), there.hour, min(why, key=ORDER.index)] += 1
    return found


def ranks_of(minutes: Sequence[int]) -> tuple[int, int, int, int] | None:
    """How many, the middle one, nine of ten, the longest."""
    ordered = sorted(minutes)
    if not ordered:
        return None
    count = len(ordered)
    return count, ordered[math.ceil(count / 2) - 1], ordered[math.ceil(count * 0.9) - 1], ordered[-1]
