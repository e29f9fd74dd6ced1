"""Proposals to change booths as the shops that they concern see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.people import Actor
from domain.studio.booths import SwapStatus
from models import Booking, BoothSlot, BoothSwap
from services import reading
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with the booth of the shop that asks and that of the shop that is asked."""

    swap: BoothSwap
    asking: Booking
    asked: Booking

    def stands(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.swap.status is SwapStatus.PROPOSED and self.swap.expires_at > now

    def is_for(self, actor: Actor) -> bool:
        """Whether this person may answer it."""
        slot = self.asked.booth_slot
        return slot is not None and slot.merchant_id in actor.merchant_ids


def _whose(actor: Actor) -> ColumnElement[bool]:
    mine = select(BoothSlot.booking_id).where(BoothSlot.merchant_id.in_(actor.merchant_ids))
    return or_(BoothSwap.from_booking_id.in_(mine), BoothSwap.to_booking_id.in_(mine))


def _proposals(session: Session, *which: ColumnElement[bool]) -> list[Proposal]:
    swaps = session.scalars(
        select(BoothSwap)
        .where(*which)
        .order_by(BoothSwap.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    booths = _booths(
        session, {number for one in swaps for number in (one.from_booking_id, one.to_booking_id)}
    )
    return [Proposal(one, booths[one.from_booking_id], booths[one.to_booking_id]) for one in swaps]


def _booths(session: Session, booking_ids: set[int]) -> dict[int, Booking]:
    found: Sequence[Booking] = session.scalars(
        select(Booking).options(*reading.booking_options()).where(Booking.id.in_(booking_ids))
    ).all()
    return {booking.id: booking for booking in found}


@query
def of_actor(session: Session, actor: Actor) -> list[Proposal]:
    """Every proposal that the actor's shops made or got and that nobody has settled, the newest first."""
    return _proposals(session, _whose(actor), BoothSwap.status == SwapStatus.PROPOSED)


@query
def of_booking(session: Session, actor: Actor, booking_id: int) -> list[Proposal]:
    """The unsettled proposals about one booth of the actor's shop; none for others, staff included."""
    names_it = or_(BoothSwap.from_booking_id == booking_id, BoothSwap.to_booking_id == booking_id)
    return _proposals(session, _whose(actor), names_it, BoothSwap.status == SwapStatus.PROPOSED)


@query
def one(session: Session, actor: Actor, swap_id: int) -> Proposal:
    """A proposal of the actor's shop, settled or not; a foreign one raises Missing."""
    found = _proposals(session, _whose(actor), BoothSwap.id == swap_id)
    if not found:
        raise Missing
    return found[0]
