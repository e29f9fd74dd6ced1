"""What the sign at a door says: who it belongs to now, until when, and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.interval import Interval

MOST_COMING = 3


class DoorState(StrEnum):
    """How a room stands at this moment."""

    FREE = "free"
    BUSY = "busy"
    CLEANING = "cleaning"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Glance:
    """The state of a room and until when it lasts, None where nothing follows today; then what is booked next."""

    state: DoorState
    until: datetime | None
    coming: list[Interval]


def glance(
    now: datetime, openings: Sequence[Interval], held: Sequence[Interval], cleaning: Sequence[Interval]
) -> Glance:
    """What a passer-by needs to know of one day; held times count before the clean-up after others."""
    coming = sorted(one for one in held if one.starts_at > now)
    running = _running(held, now)
    if running is not None:
        return Glance(DoorState.BUSY, running.ends_at, coming[:MOST_COMING])
    cleaned = _running(cleaning, now)
    if cleaned is not None:
        return Glance(DoorState.CLEANING, cleaned.ends_at, coming[:MOST_COMING])
    opening = _running(openings, now)
    if opening is not None:
        until = min([opening.ends_at, *(one.starts_at for one in coming)])
        return Glance(DoorState.FREE, until, coming[:MOST_COMING])
    opens = min((one.starts_at for one in openings if one.starts_at > now), default=None)
    return Glance(DoorState.CLOSED, opens, coming[:MOST_COMING])


def _running(times: Sequence[Interval], now: datetime) -> Interval | None:
    return next((one for one in times if one.starts_at <= now < one.ends_at), None)
