"""Coming and staying away: when one may check in, and what staying away costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.interval import Interval


class PointKind(StrEnum):
    """What a point was given for."""

    NO_SHOW = "no_show"
    LATE_WITHDRAWAL = "late_withdrawal"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Discipline:
    """How patient the house is [default: 15 min before to 15 min after; 3 within 90 days pause for 14 days]."""

    opens_minutes: int
    grace_minutes: int
    limit: int
    fade_days: int
    pause_days: int


def check_in_window(booked: Interval, settled_at: datetime, house: Discipline) -> Interval:
    """When one may check in; whoever got the time after it began has the grace from that moment on.

    It never reaches past the end of the booking.
    """
    opens = booked.starts_at - timedelta(minutes=house.opens_minutes)
    closes = max(booked.starts_at, settled_at) + timedelta(minutes=house.grace_minutes)
    return Interval(opens, min(max(closes, booked.starts_at + timedelta(minutes=1)), booked.ends_at))


def live_points(given_at: Iterable[datetime], now: datetime, house: Discipline) -> list[datetime]:
    """The points that have not faded, oldest first; one moment per point, excused ones are not handed in."""
    return sorted(at for at in given_at if at > now - timedelta(days=house.fade_days))


def paused_until(given_at: Iterable[datetime], now: datetime, house: Discipline) -> datetime | None:
    """Until when booking is paused: a number of days after the point that reached the limit, None where it isn't."""
    live = live_points(given_at, now, house)
    if house.limit == 0 or len(live) < house.limit:
        return None
    until = live[-1] + timedelta(days=house.pause_days)
    return until if until > now else None
