"""Named builders of the studio: shops with their papers and products, shows, booths and times on air."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.bookings import BookingStatus
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Actor, Role
from domain.spaces import WHOLE_ROOM
from domain.studio.booths import OnAir
from domain.studio.hosts import Evidence
from domain.studio.running import ItemKind
from domain.studio.shows import Layout, ShowPlan, ShowStatus
from models import (
    Booking,
    BoothSlot,
    Host,
    Merchant,
    MerchantMember,
    Paper,
    PrivateFile,
    Product,
    RundownItem,
    Show,
    Space,
    db,
)
from services import arbiter
from tests.support.builders import MONDAY, NOW, at, create_booking, create_person, directly, saved, serial


def create_merchant(name: str | None = None, **changes: Any) -> tuple[Merchant, Actor]:
    """A verified shop with its business licence, and the person who acts for it.

    `person` holds what that one needs beyond the usual; `papers` is what the shop has on file.
    """
    who = {"building": None, "unit": None, "room": None} | changes.pop("person", {})
    number = next(serial)
    values: dict[str, Any] = {
        "name": name or f"店铺{number}",
        "address": "山腰街道",
        "margin_bp": 3000,
        "responsible_person": "林店主",
        "contact_phone": "0595-87000000",
        "credit_code": f"9235{number:014d}",
        "status": MerchantStatus.VERIFIED,
        "submitted_at": NOW,
        "verified_at": NOW,
        "created_at": NOW,
    }
    papers = changes.pop("papers", (PaperKind.BUSINESS_LICENCE,))
    merchant = saved(Merchant(**values | changes))
    person = create_person(Role.MERCHANT, **who)
    saved(MerchantMember(merchant_id=merchant.id, person_id=person.id))
    for kind in papers:
        create_paper(merchant, kind, person.id)
    return merchant, person.as_actor((merchant.id,))


def create_paper(merchant: Merchant, kind: PaperKind, person_id: int, **changes: Any) -> Paper:
    """An approved paper of a shop that is valid for good."""
    scan = saved(
        PrivateFile(
            sha256="a" * 64,
            media_type="image/jpeg",
            size=1,
            content=b"x",
            created_by_id=person_id,
            created_at=NOW,
        )
    )
    values: dict[str, Any] = {
        "merchant_id": merchant.id,
        "kind": kind,
        "number": f"JY{next(serial)}",
        "issuer": "泉港区市场监督管理局",
        "scan_id": scan.id,
        "status": PaperStatus.APPROVED,
        "reviewed_at": NOW,
        "reviewed_by_id": person_id,
        "created_by_id": person_id,
        "created_at": NOW,
    }
    return saved(Paper(**values | changes))


def create_product(merchant: Merchant, name: str = "铁观音 250g", **changes: Any) -> Product:
    """Something the shop sells that needs no papers of its own, its claims read and cleared by staff."""
    values: dict[str, Any] = {
        "merchant_id": merchant.id,
        "name": name,
        "price_fen": 8_800,
        "stock": 50,
        "claims_status": ClaimsStatus.CLEARED,
        "claims_reviewed_at": NOW,
        "created_at": NOW,
    }
    return saved(Product(**values | changes))


def create_show(studio: Space, starts_at: datetime | None = None, **changes: Any) -> Show:
    """An open rundown of ten booths that holds the studio, in three days at 19:30 unless said otherwise."""
    starts_at = starts_at or at(19.5, day=MONDAY + timedelta(days=3))
    layout = changes.pop("layout", Layout.RUNDOWN)
    plan = ShowPlan(layout, starts_at, changes.pop("booths", 10), changes.pop("slots", 1), 15)
    values: dict[str, Any] = {
        "space_id": studio.id,
        "title": "年货节专场",
        "layout": layout,
        "status": ShowStatus.OPEN,
        "starts_at": plan.interval.starts_at,
        "ends_at": plan.interval.ends_at,
        "booths": plan.booths,
        "slots": plan.slots,
        "slot_minutes": plan.slot_minutes,
        "buffer_minutes": studio.buffer_minutes,
        "cancel_reason": "停电" if changes.get("status") is ShowStatus.CANCELLED else "",
        "created_by_id": create_person(Role.STAFF).id,
        "created_at": NOW,
    }

    def save() -> Show:
        show = Show(**values | changes)
        db.session.add(show)
        db.session.flush()
        arbiter.hold(db.session(), studio, show, show.interval, WHOLE_ROOM)
        return show

    return directly(save)


def create_host(name: str = "聚福小林", **changes: Any) -> Host:
    """Somebody who speaks on air, verified for good by staff; `evidence=None` is one who is not verified."""
    staff_id = create_person(Role.STAFF).id
    is_verified = changes.get("evidence", Evidence.ID_CARD) is not None
    values: dict[str, Any] = {
        "name": name,
        "evidence": Evidence.ID_CARD,
        "verified_at": NOW if is_verified else None,
        "verified_by_id": staff_id if is_verified else None,
        "created_by_id": staff_id,
        "created_at": NOW,
    }
    return saved(Host(**values | changes))


def create_booth(show: Show, booth: int, product: Product, owner: Actor, **changes: Any) -> Booking:
    """A shop's booth in a show, in the running order's time; pending unless said otherwise."""
    interval = changes.pop("interval", None) or show.plan.interval_of(booth)

    def save() -> Booking:
        studio = db.session.get_one(Space, show.space_id)
        made = create_booking(
            studio,
            interval,
            **{"place": booth, "status": BookingStatus.PENDING, "booker_id": owner.id, "purpose": ""}
            | changes,
        )
        slot = BoothSlot(
            booking_id=made.id, show_id=show.id, merchant_id=product.merchant_id, product_id=product.id
        )
        db.session.add(slot)
        db.session.flush()
        return made

    return directly(save)


def create_airing(
    booking: Booking, starts_at: datetime, ends_at: datetime | None, **changes: Any
) -> RundownItem:
    """A time on air of a booth: over if it has an end, else still running."""

    def save() -> RundownItem:
        slot = db.session.get_one(BoothSlot, booking.id)
        values: dict[str, Any] = {
            "show_id": slot.show_id,
            "position": booking.place,
            "kind": ItemKind.BOOTHS,
            "planned_starts_at": booking.starts_at,
            "planned_seconds": booking.interval.minutes * 60,
            "state": OnAir.DONE if ends_at else OnAir.ON_AIR,
            "started_at": starts_at,
            "ended_at": ends_at,
        }
        item = RundownItem(**values | changes, slots=[slot])
        db.session.add(item)
        db.session.flush()
        return item

    return directly(save)
