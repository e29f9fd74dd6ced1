"""How the things of the house look in JSON."""

from __future__ import annotations

from typing import Any

from blueprints.problems import iso
from models import Booking, Space


def space(found: Space) -> dict[str, Any]:
    """A space with its hours and the figures of its rules."""
    return {
        "code": found.code,
        "name": found.name,
        "name_en": found.name_en,
        "kind": found.kind.value,
        "places": found.places,
        "capacity": found.capacity,
        "opening_hours": [
            {
                "day_kind": h.day_kind.value,
                "opens": _minute(h.opens_minute),
                "closes": _minute(h.closes_minute),
            }
            for h in found.hours
        ],
        "rules": {
            "approval": found.approval.value,
            "min_minutes": found.min_minutes,
            "max_minutes": found.max_minutes,
            "buffer_minutes": found.buffer_minutes,
            "advance_days": found.advance_days,
            "lead_minutes": found.lead_minutes,
            "private": found.is_private,
        },
    }


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def booking(found: Booking) -> dict[str, Any]:
    """A booking, whole: it only ever goes to somebody who may see it."""
    slot = found.booth_slot
    return {
        "id": found.id,
        "space": found.space.code,
        "place": found.place,
        "starts_at": iso(found.starts_at),
        "ends_at": iso(found.ends_at),
        "status": found.status.value,
        "version": found.version,
        "purpose": found.purpose,
        "party_size": found.party_size,
        "booker": found.booker_id,
        "created_by": found.created_by_id,
        "created_at": iso(found.created_at),
        "decision_reason": found.decision_reason,
        "booth": None
        if slot is None
        else {
            "show": slot.show_id,
            "booth": found.place,
            "merchant": slot.merchant_id,
            "product": slot.product_id,
            "on_air": slot.on_air.value,
        },
    }
