"""What the law asks to be kept of a show (直播电商监督管理办法), as plain values that JSON writes exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.people import Actor
from domain.studio.booths import OnAir
from models import (
    Booking,
    BoothSlot,
    Host,
    Paper,
    Product,
    RundownItem,
    Show,
    ShowCheck,
    ShowHost,
)
from services.studio import outcomes
from services.studio.file_of_run import Facts, Names, corrections, draw, events, iso

FORMAT = "jufu-show-file-1"


def content_of(session: Session, show: Show, wrapped_up_by: Actor | None) -> Facts:
    """Everything about a show that is over, as it stands now."""
    names = Names(session)
    items, bookings = outcomes.items_of(session, show.id), _bookings(session, show.id)
    slots = [booking.booth_slot for booking in bookings if booking.booth_slot is not None]
    return {
        "format": FORMAT,
        "show": _show(show, items, names, wrapped_up_by),
        "hosts": _hosts(session, show.id, names),
        "checklist": _checks(session, show.id, names),
        "booths": [_booth(booking, items, names) for booking in bookings],
        "papers": _papers(session, {slot.merchant_id for slot in slots}, names),
        "corrections": corrections(session, show.id, names),
        "events": events(session, show.id, names),
        "draw": draw(session, show.id),
    }


def _show(show: Show, items: Sequence[RundownItem], names: Names, wrapped_up_by: Actor | None) -> Facts:
    aired = [item for item in items if item.state is OnAir.DONE]
    starts = [item.started_at for item in aired if item.started_at is not None]
    ends = [item.ended_at for item in aired if item.ended_at is not None]
    return {
        "id": show.id,
        "title": show.title,
        "studio": show.space.name,
        "layout": show.layout.value,
        "allotment": show.allotment.value,
        "platform": show.platform.value if show.platform else None,
        "room": show.room,
        "booths": show.booths,
        "slots": show.slots,
        "slot_minutes": show.slot_minutes,
        "planned_starts_at": iso(show.starts_at),
        "planned_ends_at": iso(show.ends_at),
        "started_at": iso(min(starts, default=show.starts_at)),
        "ended_at": iso(max(ends, default=show.ends_at)),
        "created_by": names.of(show.created_by_id),
        "wrapped_up_at": iso(show.wrapped_up_at),
        "wrapped_up_by": names.of(wrapped_up_by.id if wrapped_up_by else None),
    }


def _hosts(session: Session, show_id: int, names: Names) -> list[Facts]:
    hosts = session.scalars(
        select(Host).join(ShowHost, ShowHost.host_id == Host.id).where(ShowHost.show_id == show_id)
    )
    return [
        {
            "id": host.id,
            "name": host.name,
            "account": host.account,
            "evidence": host.evidence.value if host.evidence else None,
            "evidence_note": host.evidence_note,
            "verified_at": iso(host.verified_at),
            "verified_by": names.of(host.verified_by_id),
            "valid_until": iso(host.valid_until),
        }
        for host in sorted(hosts, key=lambda one: one.id)
    ]


def _checks(session: Session, show_id: int, names: Names) -> list[Facts]:
    checks = session.scalars(select(ShowCheck).where(ShowCheck.show_id == show_id).order_by(ShowCheck.item))
    return [
        {"item": one.item, "done_at": iso(one.done_at), "done_by": names.of(one.done_by_id)} for one in checks
    ]


def _bookings(session: Session, show_id: int) -> list[Booking]:
    """Every booth that was agreed on, whether it came to be aired or not."""
    slot = joinedload(Booking.booth_slot)
    found = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(slot.joinedload(BoothSlot.merchant), slot.joinedload(BoothSlot.product))
        .where(
            BoothSlot.show_id == show_id, Booking.status.in_((BookingStatus.COMPLETED, BookingStatus.NO_SHOW))
        )
        .order_by(Booking.starts_at, Booking.place, Booking.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _booth(booking: Booking, items: Iterable[RundownItem], names: Names) -> Facts:
    slot = booking.booth_slot
    if slot is None:
        raise ValueError("a booth booking has a booth slot")
    mine = [item for item in items if any(one.booking_id == booking.id for one in item.slots)]
    return {
        "booking": booking.id,
        "booth": booking.place,
        "status": booking.status.value,
        "planned_starts_at": iso(booking.starts_at),
        "planned_ends_at": iso(booking.ends_at),
        "asked_by": names.of(booking.created_by_id),
        "decided_by": names.of(booking.decided_by_id),
        "decided_at": iso(booking.decided_at),
        "times": [_time(item) for item in mine],
        "seller": _seller(slot, names),
        "product": _product(slot.product, names),
        "sample": _sample(slot, names),
    }


def _time(item: RundownItem) -> Facts:
    """One time on air, or the reason why there was none."""
    skipped = item.state is OnAir.SKIPPED
    return {
        "state": item.state.value,
        "reason": item.skip_reason.value if item.skip_reason else None,
        "planned_starts_at": iso(item.planned_starts_at),
        "started_at": None if skipped else iso(item.started_at),
        "ended_at": None if skipped else iso(item.ended_at),
        "is_repeat": item.repeat_of_id is not None,
    }


def _seller(slot: BoothSlot, names: Names) -> Facts:
    shop = slot.merchant
    return {
        "id": shop.id,
        "name": shop.name,
        "address": shop.address,
        "responsible_person": shop.responsible_person,
        "contact_phone": shop.contact_phone,
        "credit_code": shop.credit_code,
        "exempt_reason": shop.exempt_reason,
        "status": shop.status.value,
        "verified_at": iso(shop.verified_at),
        "verified_by": names.of(shop.verified_by_id),
    }


def _product(product: Product, names: Names) -> Facts:
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category.value,
        "food_type": product.food_type.value if product.food_type else None,
        "price_fen": product.price_fen,
        "live_price_fen": product.live_price_fen,
        "price_basis": product.price_basis,
        "selling_points": product.selling_points,
        "claims": product.claims,
        "claims_status": product.claims_status.value,
        "claims_reason": product.claims_reason,
        "claims_reviewed_at": iso(product.claims_reviewed_at),
        "claims_reviewed_by": names.of(product.claims_reviewed_by_id),
        "origin": product.origin,
        "shelf_life": product.shelf_life,
        "after_sales": product.after_sales,
    }


def _sample(slot: BoothSlot, names: Names) -> Facts:
    return {
        "state": slot.sample.value,
        "received_at": iso(slot.sample_received_at),
        "received_by": names.of(slot.sample_received_by_id),
        "returned_at": iso(slot.sample_returned_at),
        "returned_by": names.of(slot.sample_returned_by_id),
    }


def _papers(session: Session, merchant_ids: set[int], names: Names) -> list[Facts]:
    """Every paper that a shop of the show ever handed in and how it stands, with the hash of its scan."""
    papers = session.scalars(
        select(Paper)
        .options(joinedload(Paper.scan))
        .where(Paper.merchant_id.in_(merchant_ids))
        .order_by(Paper.merchant_id, Paper.id)
    )
    return [
        {
            "id": paper.id,
            "merchant": paper.merchant_id,
            "kind": paper.kind.value,
            "number": paper.number,
            "issuer": paper.issuer,
            "expires_on": iso(paper.expires_on),
            "status": paper.status.value,
            "review_reason": paper.review_reason,
            "reviewed_at": iso(paper.reviewed_at),
            "reviewed_by": names.of(paper.reviewed_by_id),
            "scan": {
                "id": paper.scan.id,
                "sha256": paper.scan.sha256,
                "media_type": paper.scan.media_type,
                "size": paper.scan.size,
            },
        }
        for paper in papers
    ]
