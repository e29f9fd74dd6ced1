"""How a live show looks in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from blueprints.api.shapes import iso_or_none
from blueprints.problems import iso
from domain.studio.compliance import Compliance
from domain.studio.projection import ItemTime
from domain.studio.rundown import Item
from domain.studio.shows import ShowStatus
from models import BoothSlot, OnAirCorrection
from services.studio.console import Console, Cue, Program, struck_price


def console(found: Console, now: datetime) -> dict[str, Any]:
    """The whole console at a moment."""
    order, seen, last = found.program.order, found.projection, found.last
    times = {one.item_id: one for one in seen.times}
    return {
        "show": found.program.show.id,
        "version": found.program.version,
        "now": iso(now),
        "overrun": order.overrun.value,
        "started_at": iso_or_none(order.started_at),
        "ended_at": iso_or_none(order.ended_at),
        "planned_ends_at": iso(seen.planned_ends_at),
        "expected_ends_at": iso(seen.ends_at),
        "offset_seconds": seen.offset,
        "remaining_seconds": seen.remaining,
        "items": [_item(found, item, times.get(item.id)) for item in order.items],
        "to_catch_up": len(found.changes.standing) + len(found.changes.gone),
        "last_press": last and {"action": last.action, "at": iso(last.at), "by": last.name, **last.detail},
    }


def _item(found: Console, item: Item, time: ItemTime | None) -> dict[str, Any]:
    return {
        "id": max(item.id, 0),
        "kind": item.kind.value,
        "title": item.title,
        "state": item.state.value,
        "skip_reason": item.skip_reason and item.skip_reason.value,
        "repeat_of": item.repeat_of,
        "planned_starts_at": iso_or_none(item.planned_starts_at),
        "planned_seconds": item.planned_seconds,
        "extra_seconds": item.extra_seconds,
        "started_at": iso_or_none(item.started_at),
        "ended_at": iso_or_none(item.ended_at),
        "expected_starts_at": time and iso(time.starts_at),
        "expected_ends_at": time and iso(time.ends_at),
        "booths": [
            {
                "booking": slot.booking_id,
                "booth": slot.booking.place,
                "merchant": slot.merchant.name,
                "product": slot.product.name,
                "lights": _lights(found.lights[slot.booking_id]),
            }
            for slot in found.program.slots_of(item)
        ],
    }


def _lights(found: Compliance) -> dict[str, Any]:
    names = ("papers", "claims", "sample", "stock", "link")
    return {name: getattr(found, name).value for name in names} | {"may_air": found.may_air}


def correction(found: OnAirCorrection) -> dict[str, Any]:
    """A correction on air."""
    return {
        "id": found.id,
        "booking": found.booking_id,
        "said": found.said,
        "corrected": found.corrected,
        "at": iso(found.at),
    }


def cue(found: Cue) -> dict[str, Any]:
    """What the host reads of what is on air and of what comes next."""
    order = found.program.order
    return {
        "show": found.program.show.id,
        "state": _state(found.program),
        "remaining_seconds": found.projection.remaining,
        "now": _cards(found, order.current) if order.current else [],
        "next": _cards(found, found.program.following) if found.program.following else [],
    }


def _cards(found: Cue, item: Item) -> list[dict[str, Any]]:
    return [_card(found, slot) for slot in found.program.slots_of(item)]


def _card(found: Cue, slot: BoothSlot) -> dict[str, Any]:
    product, was = slot.product, struck_price(slot.product)
    return {
        "booking": slot.booking_id,
        "booth": slot.booking.place,
        "product": product.name,
        "price_fen": product.sale_price_fen,
        "was_fen": was,
        "price_basis": product.price_basis if was else "",
        "selling_points": product.selling_points.splitlines(),
        "claims": product.claims,
        "avoid": [{"word": one.word, "reason": one.reason} for one in found.taboos.get(product.id, ())],
    }


def on_now(found: Program) -> dict[str, Any]:
    """What everybody may know of a live show."""
    order = found.order
    return {
        "show": found.show.id,
        "title": found.show.title,
        "state": _state(found),
        "now": _wares(found, order.current) if order.current else [],
        "next": _wares(found, found.following) if found.following else [],
        "items": [ware for item in found.goods for ware in _wares(found, item)],
    }


def _state(found: Program) -> str:
    if found.show.status is ShowStatus.CANCELLED:
        return "cancelled"
    if found.order.ended_at is not None:
        return "over"
    return "live" if found.order.started_at else "ahead"


def _wares(found: Program, item: Item) -> list[dict[str, Any]]:
    return [_ware(slot, item) for slot in found.slots_of(item)]


def _ware(slot: BoothSlot, item: Item) -> dict[str, Any]:
    product, was = slot.product, struck_price(slot.product)
    return {
        "booking": slot.booking_id,
        "booth": slot.booking.place,
        "product": product.name,
        "picture": f"/pictures/{product.picture_sha256}.jpg" if product.picture_sha256 else None,
        "price_fen": product.sale_price_fen,
        "was_fen": was,
        "price_basis": product.price_basis if was else "",
        "seller": slot.merchant.name,
        "address": slot.merchant.address,
        "phone": slot.merchant.contact_phone,
        "state": item.state.value,
        "started_at": iso_or_none(item.started_at),
    }
