"""Loading things together with what their readers need, and answering foreign ids like missing ones."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from domain.errors import Missing
from domain.interval import Interval
from domain.people import Actor
from models import Booking, BoothSlot, Space
from models.rows import core
from services import whole_booking
from services.arbiter import BOOKING_COLUMNS


def space_by_code(session: Session, code: str) -> Space:
    """A space that is in use, with its hours; raises Missing."""
    space = session.scalar(_one_space(), {"code": code})
    if space is None:
        raise Missing
    return space


@cache
def _one_space() -> Select[Space]:
    return (
        select(Space)
        .options(selectinload(Space.hours))
        .where(Space.code == bindparam("code"), Space.archived_at.is_(None))
        .execution_options(populate_existing=True)
    )


def space_by_id(session: Session, space_id: int) -> Space:
    """A space with its hours, archived or not; raises Missing."""
    space = session.scalar(
        select(Space)
        .options(selectinload(Space.hours))
        .where(Space.id == space_id)
        .execution_options(populate_existing=True)
    )
    if space is None:
        raise Missing
    return space


def spaces_in_use(session: Session) -> list[Space]:
    """Every space that is in use, with its hours, in the house's order."""
    return list(session.scalars(_spaces_in_use()))


@cache
def _spaces_in_use() -> Select[Space]:
    return (
        select(Space)
        .options(selectinload(Space.hours))
        .where(Space.archived_at.is_(None))
        .order_by(Space.position, Space.id)
    )


booking_options = whole_booking.options
"""What a booking is shown with."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which bookings somebody may open and change: the own, those typed for others, the own shop's; staff all."""
    if actor.is_staff:
        return true()
    return or_(*_own(actor.id, actor.merchant_ids))


def belongs_to(actor: Actor) -> ColumnElement[bool]:
    """The bookings for somebody: the own, and the booths of the own shop, whoever of it asked for them.

    A booth is the shop's: who left it has none of them any more.
    """
    return belonging(actor.id, actor.merchant_ids)


def belonging(person_id: Any, shops: Any = ()) -> ColumnElement[bool]:
    """The same for a person's id and shops' ids, be they known or parameters of a statement."""
    own: ColumnElement[bool] = (Booking.booker_id == person_id) & ~Booking.booth_slot.has()
    if isinstance(shops, tuple) and not shops:
        return own
    return or_(own, Booking.id.in_(select(BoothSlot.booking_id).where(BoothSlot.merchant_id.in_(shops))))


def _own(actor_id: Any, shops: Any) -> tuple[ColumnElement[bool], ...]:
    """What somebody may open: what belongs to them, and a room or a seat that they typed for others."""
    return belonging(actor_id, shops), (Booking.created_by_id == actor_id) & ~Booking.booth_slot.has()


def knows_parties(actor: Actor, booking: Booking) -> bool:
    """Whether somebody reads parties and purpose unasked: in a private space only those who booked there do."""
    return not booking.space.is_private or actor.id in (booking.booker_id, booking.created_by_id)


def booking_for(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking that this person may open; a foreign one raises Missing like one that isn't there."""
    asked: dict[str, Any] = {"booking": booking_id}
    if not actor.is_staff:
        asked |= {"actor": actor.id, "shops": actor.merchant_ids}
    row = core(session).execute(_one_booking(actor.is_staff), asked).first()
    if row is None:
        raise Missing
    return whole_booking.of(session, row)


@cache
def _one_booking(of_anybody: bool) -> Select[*tuple[Any, ...]]:
    wanted = whole_booking.statement()
    if of_anybody:
        return wanted
    return wanted.where(or_(*_own(bindparam("actor"), bindparam("shops", expanding=True))))


def refresh(session: Session, booking: Booking) -> None:
    """See a booking as it stands now that its space is locked."""
    session.refresh(booking, BOOKING_COLUMNS)


def held_times(booking: Booking) -> list[Interval]:
    """Every time that a booking holds, its buffer included: what becomes free when it goes."""
    buffer = timedelta(minutes=booking.buffer_minutes)
    return [Interval(time.starts_at, time.ends_at + buffer) for time in booking.times]


def told(booking: Booking) -> dict[str, Any]:
    """The facts of a booking that a message about it carries; no personal data."""
    return {
        "booking_id": booking.id,
        "space": booking.space.name,
        "space_en": booking.space.name_en,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
    }


_REVISION = select(func.coalesce(func.sum(Space.__table__.c.revision), 0))


def revision(session: Session) -> int:
    """A number that grows with every change of any space: what live screens poll."""
    return session.scalar(_REVISION) or 0
