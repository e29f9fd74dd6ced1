"""How the things of the house look in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from blueprints.problems import iso
from blueprints.words import sentence
from domain.errors import Violation
from domain.interval import Interval
from domain.people import Actor
from domain.policies import Closed
from domain.sales.metrics import Totals
from domain.waitlist import EntryStatus
from models import Booking, BoothSlot, SalesImport, SalesImportLine, Space
from services import reading
from services.my_line import Waiting
from services.sales.figures import Summary


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
                "day_kind": h.open_on.value,
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


def whole_space(found: Space, closures: Sequence[Closed] = ()) -> dict[str, Any]:
    """A space loaded with its equipment and photos, and what closes it from now on."""
    return {
        **space(found),
        "version": found.version,
        "needs_check_in": found.needs_check_in,
        "equipment": [one.code.value for one in found.equipment],
        "photos": [f"/pictures/{photo.sha256}.jpg" for photo in found.photos],
        "closures": [
            {
                "starts_at": iso(one.interval.starts_at),
                "ends_at": iso(one.interval.ends_at),
                "reason": one.reason,
            }
            for one in closures
        ],
    }


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def booking(found: Booking, actor: Actor) -> dict[str, Any]:
    """A booking for somebody who may see it; the parties and purpose of a private space go to its own people only."""
    slot = found.booth_slot
    open_to_reader = reading.knows_parties(actor, found)
    return {
        "id": found.id,
        "space": found.space.code,
        "place": found.place,
        "starts_at": iso(found.starts_at),
        "ends_at": iso(found.ends_at),
        "status": found.status.value,
        "version": found.version,
        "purpose": found.purpose if open_to_reader else None,
        "party_size": found.party_size,
        "booker": found.booker_id if open_to_reader else None,
        "created_by": found.created_by_id if open_to_reader else None,
        "created_at": iso(found.created_at),
        "decision_reason": found.decision_reason if open_to_reader else None,
        "override_reason": found.override_reason if open_to_reader else None,
        "checked_in_at": iso_or_none(found.checked_in_at),
        "left_at": iso_or_none(found.left_at),
        "proposed": _times(found.proposed),
        "proposed_to_booker": found.proposed_to_booker,
        "first_yes_at": iso_or_none(found.first_yes_at),
        "expires_at": iso_or_none(found.expires_at),
        "series": found.series_id,
        "pickup_number": found.pickup_number,
        "booth": None if slot is None else booth_of(found, slot),
    }


def booth_of(found: Booking, slot: BoothSlot) -> dict[str, Any]:
    """What a booth booking adds; the sample is told to staff and the own shop, who alone may read such a booking."""
    return {
        "show": slot.show_id,
        "booth": found.place,
        "merchant": slot.merchant_id,
        "product": slot.product_id,
        "sample": slot.sample.value,
        "sample_received_at": iso_or_none(slot.sample_received_at),
        "sample_returned_at": iso_or_none(slot.sample_returned_at),
    }


def entry(found: Waiting) -> dict[str, Any]:
    """A place in line; its position counts from 1 while it waits."""
    place, offer = found.entry, found.entry.booking
    return {
        "id": place.id,
        "space": place.space.code,
        "place": place.place,
        "starts_at": iso(place.starts_at),
        "ends_at": iso(place.ends_at),
        "status": place.status.value,
        "position": found.ahead + 1 if place.status is EntryStatus.WAITING else None,
        "offer": place.booking_id,
        "expires_at": iso(offer.expires_at) if offer and offer.expires_at else None,
        "purpose": place.purpose,
        "party_size": place.party_size,
        "person": place.person_id,
        "created_by": place.created_by_id,
        "show": place.show_id,
        "product": place.product_id,
    }


def iso_or_none(moment: datetime | None) -> str | None:
    """A moment as the API writes it, or null."""
    return None if moment is None else iso(moment)


def _times(interval: Interval | None) -> dict[str, str] | None:
    return interval and {"starts_at": iso(interval.starts_at), "ends_at": iso(interval.ends_at)}


def sales_import(found: SalesImport) -> dict[str, Any]:
    """An import as it stands; read = inserted + updated + unchanged + held + rejected."""
    return {
        "id": found.id,
        "status": found.status.value,
        "platform": found.platform.value,
        "layout": found.layout,
        "format": found.file_format.value,
        "file_name": found.file_name,
        "show": found.show_id,
        "created_at": iso(found.created_at),
        "applied_at": iso_or_none(found.applied_at),
        "undone_at": iso_or_none(found.undone_at),
        "progress": {"rows_done": found.rows_done, "row_count": found.row_count},
        "error": _trouble(found),
        "read": found.read_count,
        "inserted": found.inserted,
        "updated": found.updated,
        "unchanged": found.unchanged,
        "held": found.held,
        "unmatched": found.unmatched,
        "gmv_fen": found.gmv_fen,
        "refunded_fen": found.refunded_fen,
        "books_gmv_fen": found.books_gmv_fen,
        "books_refunded_fen": found.books_refunded_fen,
        "money": found.money,
    }


def _trouble(found: SalesImport) -> dict[str, str] | None:
    if not found.error_code:
        return None
    return {"code": found.error_code, "message": sentence(Violation(found.error_code, found.error_params))}


def whole_import(found: SalesImport, rejected: Sequence[SalesImportLine]) -> dict[str, Any]:
    """An import with every row that was rejected."""
    rows = [
        {
            "line": row.line,
            "column": row.column_name,
            "code": row.code,
            "message": sentence(Violation(row.code, {"text": row.text, "column": row.column_name})),
        }
        for row in rejected
    ]
    return sales_import(found) | {"rejected": rows}


def totals(found: Totals) -> dict[str, Any]:
    """Sums of order lines; money in fen."""
    return {
        "orders": found.orders,
        "items": found.items,
        "gmv_fen": found.gmv_fen,
        "refunded_fen": found.refunded_fen,
        "net_fen": found.net_fen,
    }


def sales_summary(found: Summary) -> dict[str, Any]:
    """The sums of all lines and those of each tier."""
    return {
        **totals(found.totals),
        "by_tier": {tier.value: totals(of_tier) for tier, of_tier in found.by_tier.items()},
    }
