"""How shows, their booths, and proposals to change booths look in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from blueprints.api.shapes import booth_of, iso_or_none
from blueprints.problems import iso
from domain.people import Actor
from models import Booking, Show
from services.studio.booth_states import BoothState
from services.studio.proposals import Proposal
from services.studio.samples import SampleList
from services.studio.shows import BoothCell, ShowGrid


def show(found: Show) -> dict[str, Any]:
    """A show without its booths."""
    return {
        "id": found.id,
        "title": found.title,
        "layout": found.layout.value,
        "status": found.status.value,
        "starts_at": iso(found.starts_at),
        "ends_at": iso(found.ends_at),
        "booth_count": found.booths,
        "slot_count": found.slots,
        "slot_minutes": found.slot_minutes,
        "allotment": found.allotment.value,
        "applications_open_at": iso_or_none(found.applications_open_at),
        "applications_close_at": iso_or_none(found.applications_close_at),
        "platform": found.platform.value if found.platform else None,
        "room": found.room,
        "hosts": [{"id": host.id, "name": host.name} for host in found.hosts],
        "series": found.series_id,
        "cancelled_at": iso_or_none(found.cancelled_at),
        "cancel_reason": found.cancel_reason or None,
        "version": found.version,
    }


def show_grid(grid: ShowGrid, states: Mapping[int, BoothState]) -> dict[str, Any]:
    """A show with every booth slot, taken or free; `states` are those that the reader may know of."""
    return {**show(grid.show), "booths": [_booth(cell, states) for cell in grid.cells]}


def _booth(cell: BoothCell, states: Mapping[int, BoothState]) -> dict[str, Any]:
    slot = cell.booking.booth_slot if cell.booking else None
    state = states.get(cell.booking.id) if cell.booking else None
    return {
        "booth": cell.booth,
        "starts_at": iso(cell.interval.starts_at),
        "ends_at": iso(cell.interval.ends_at),
        "status": cell.booking.status.value if cell.booking else "free",
        "merchant": {"id": slot.merchant_id, "name": slot.merchant.name} if slot else None,
        "product": {"id": slot.product_id, "name": slot.product.name} if slot else None,
        **({"booking": state.booking.id, **axes(state)} if state else {}),
    }


def axes(state: BoothState) -> dict[str, Any]:
    """The two axes on which a booth stands besides its booking."""
    return {
        "lights": {name: light.value for name, light in asdict(state.compliance).items()},
        "on_air": state.airing.state.value,
    }


def swap(found: Proposal, actor: Actor) -> dict[str, Any]:
    """A proposal to change booths as one of the two shops sees it; `to_answer` when it is theirs to say yes or no."""
    return {
        "id": found.swap.id,
        "show": found.asking.booth_slot.show_id if found.asking.booth_slot else None,
        "status": found.swap.status.value,
        "from": _side(found.asking),
        "to": _side(found.asked),
        "to_answer": found.is_for(actor),
        "created_at": iso(found.swap.created_at),
        "expires_at": iso(found.swap.expires_at),
        "settled_at": iso_or_none(found.swap.settled_at),
    }


def _side(booking: Booking) -> dict[str, Any]:
    slot = booking.booth_slot
    return {
        "booking": booking.id,
        "booth": booking.place,
        "starts_at": iso(booking.starts_at),
        "ends_at": iso(booking.ends_at),
        "merchant": slot.merchant_id if slot else None,
        "product": slot.product_id if slot else None,
    }


def samples(found: SampleList) -> list[dict[str, Any]]:
    """The samples of a show, each with its booth and who took it in."""
    return [sample(booking) for booking in found.bookings]


def sample(booking: Booking) -> dict[str, Any]:
    """Where the sample of one booth is."""
    slot = booking.booth_slot
    if slot is None:
        return {}
    return {
        "booking": booking.id,
        **booth_of(booking, slot),
        "sample_received_by": slot.sample_received_by_id,
        "sample_returned_by": slot.sample_returned_by_id,
    }
