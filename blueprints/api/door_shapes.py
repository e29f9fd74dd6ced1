"""How seats, walk-ins and points look in JSON."""

from __future__ import annotations

from typing import Any

from blueprints.api.shapes import iso_or_none
from blueprints.problems import iso
from models import PenaltyPoint, WalkIn
from services.points import Record
from services.walk_ins import Seats


def seats(found: Seats) -> dict[str, Any]:
    """The places of a pool at this moment; `free` is null while it is closed."""
    return {
        "space": found.space.code,
        "places": found.space.places,
        "free": found.free,
        "walk_ins": found.walk_ins,
        "booked": found.booked,
    }


def walk_in(found: WalkIn) -> dict[str, Any]:
    """A seat without a booking: nobody's name."""
    return {
        "id": found.id,
        "starts_at": iso(found.starts_at),
        "ends_at": iso(found.ends_at),
        "arrived_at": iso(found.arrived_at),
        "left_at": iso_or_none(found.left_at),
    }


def point(found: PenaltyPoint, record: Record | None = None) -> dict[str, Any]:
    """One point; `fades_at` where it is known how long points live."""
    return {
        "id": found.id,
        "booking": found.booking_id,
        "kind": found.kind.value,
        "points": found.points,
        "created_at": iso(found.created_at),
        "fades_at": iso(record.fades_at(found)) if record else None,
        "excused_at": iso_or_none(found.excused_at),
        "excuse_reason": found.excuse_reason,
    }


def record(found: Record) -> dict[str, Any]:
    """Somebody's points, and until when booking is paused."""
    return {
        "live": found.live,
        "limit": found.limit,
        "paused_until": iso_or_none(found.paused_until),
        "items": [point(one, found) for one in found.points],
    }
