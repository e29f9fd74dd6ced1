"""Giving booths of a show other places and times: what a move and a swap have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Missing, RuleViolation, Stale
from domain.people import Actor
from domain.studio.booths import MOVABLE, ChangeAsk, change_violations
from domain.studio.shows import BoothTime, month_of
from models import Booking, BoothSlot, MerchantMember
from services import arbiter, reading, records, settings
from services.studio.booths import held_by


def slot_of(booking: Booking) -> BoothSlot:
    """What makes a booking one of a booth; raises Missing for any other booking."""
    if booking.booth_slot is None:
        raise Missing
    return booking.booth_slot


def lock(session: Session, *bookings: Booking) -> None:
    """Lock the studio and the shops of booths, and see the booths as they stand now."""
    arbiter.lock_spaces(session, [booking.space_id for booking in bookings])
    for merchant_id in sorted({slot_of(booking).merchant_id for booking in bookings}):
        arbiter.lock_merchant(session, merchant_id)
    for booking in bookings:
        reading.refresh(session, booking)
        session.refresh(slot_of(booking).show, ["status", "starts_at"])


def time_of(booking: Booking) -> BoothTime:
    """Where and when a booth is."""
    return BoothTime(booking.place or 0, booking.interval)


def check(session: Session, actor: Actor, wanted: Mapping[Booking, BoothTime], now: datetime) -> None:
    """Whether locked booths may go where they are wanted to, all of them at once; raises Stale, RuleViolation."""
    moving = {booking.id for booking in wanted}
    for booking, time in wanted.items():
        slot = slot_of(booking)
        if booking.status not in MOVABLE:
            raise Stale(booking.id)
        held = held_by(
            session, slot.merchant_id, slot.show, month_of(time.interval.starts_at), without=moving
        )
        broken = change_violations(
            ChangeAsk(
                now=now,
                show_status=slot.show.status,
                show_starts_at=slot.show.starts_at,
                lock_hours=settings.load(session).booth_lock_hours,
                by_staff=actor.is_staff,
                meets_own=any(
                    one.is_live and one.show_id == slot.show_id and one.interval.overlaps(time.interval)
                    for one in held
                ),
            )
        )
        if broken:
            raise RuleViolation(broken)


def apply(session: Session, wanted: Mapping[Booking, BoothTime]) -> None:
    """Give locked booths their new places and times together, all or none; raises Stale, SlotTaken."""
    space = next(iter(wanted)).space
    moves: Sequence[tuple[Booking, dict[str, Any]]] = [
        (
            booking,
            {
                "place": time.booth,
                "starts_at": time.interval.starts_at,
                "ends_at": time.interval.ends_at,
            },
        )
        for booking, time in wanted.items()
    ]
    arbiter.move_each(session, space, moves)


def people_of(session: Session, booking: Booking, *, but: Actor | None = None) -> set[int]:
    """Everybody who acts for the shop of a booth, its booker included; whoever did it knows already."""
    members = session.scalars(
        select(MerchantMember.person_id).where(MerchantMember.merchant_id == slot_of(booking).merchant_id)
    )
    return {booking.booker_id, *members} - ({but.id} if but else set())


def told(booking: Booking) -> dict[str, Any]:
    """The facts of a booth that a message about it carries."""
    return {**reading.told(booking), "show": slot_of(booking).show.title, "booth": booking.place}


def note(
    session: Session, actor: Actor | None, action: str, booking: Booking, before: BoothTime, now: datetime
) -> None:
    """Write down where a booth was and where it went."""
    records.audit(
        session,
        actor,
        action,
        booking,
        now,
        before=[before.booth, before.interval.starts_at.isoformat()],
        to=[booking.place, booking.starts_at.isoformat()],
    )
