"""One booking with all that stands around it, read in one row and handed out as the objects that the session knows."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session, attributes, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from models import Booking, BoothSlot, Merchant, OpeningHours, Person, Product, Show, Space
from models.rows import Part, again_with

_BOOKING = Booking.__table__
# Under names of their own: what else a reader asks of the same tables stays apart from them.
_SPACE = Space.__table__.alias("its_space")
_BOOKER = Person.__table__.alias("booker")
_CREATOR = Person.__table__.alias("creator")
_SLOT = BoothSlot.__table__.alias("slot")
_SHOW = Show.__table__.alias("its_show")
_MERCHANT = Merchant.__table__.alias("shop")
_PRODUCT = Product.__table__.alias("its_product")

_own = Part(Booking, _BOOKING, 0)
_space = Part(Space, _SPACE, _own.end)
_booker = Part(Person, _BOOKER, _space.end)
_creator = Part(Person, _CREATOR, _booker.end)
_slot = Part(BoothSlot, _SLOT, _creator.end)
_show = Part(Show, _SHOW, _slot.end)
_merchant = Part(Merchant, _MERCHANT, _show.end)
_product = Part(Product, _PRODUCT, _merchant.end)
_PARTS = (_own, _space, _booker, _creator, _slot, _show, _merchant, _product)


@cache
def statement() -> Select[*tuple[Any, ...]]:
    """The row of the booking whose id is the parameter `booking`."""
    return (
        select(*(column for part in _PARTS for column in part.columns))
        .select_from(_BOOKING)
        .join(_SPACE, _SPACE.c.id == _BOOKING.c.space_id)
        .join(_BOOKER, _BOOKER.c.id == _BOOKING.c.booker_id)
        .join(_CREATOR, _CREATOR.c.id == _BOOKING.c.created_by_id)
        .outerjoin(_SLOT, _SLOT.c.booking_id == _BOOKING.c.id)
        .outerjoin(_SHOW, _SHOW.c.id == _SLOT.c.show_id)
        .outerjoin(_MERCHANT, _MERCHANT.c.id == _SLOT.c.merchant_id)
        .outerjoin(_PRODUCT, _PRODUCT.c.id == _SLOT.c.product_id)
        .where(_BOOKING.c.id == bindparam("booking"))
    )


def of(session: Session, found: Row[*tuple[Any, ...]]) -> Booking:
    """The booking of such a row with its space and its hours, its people, and a booth's show, shop and product."""
    row = tuple(found)
    booker = _booker.of(session, row)
    is_own = _creator.number(row) == booker.id
    booking = _own.of(
        session,
        row,
        space=_with_hours(session, _space.of(session, row)),
        booker=booker,
        created_by=booker if is_own else _creator.of(session, row),
        booth_slot=None if _slot.number(row) is None else _slot_of(session, row),
    )
    again_with(booking, *options())
    return booking


@cache
def options() -> tuple[ORMOption, ...]:
    """How the ORM reads the same, for lists of bookings that are to be changed."""
    slot = joinedload(Booking.booth_slot)
    return (
        joinedload(Booking.space).selectinload(Space.hours),
        joinedload(Booking.booker),
        joinedload(Booking.created_by),
        slot.joinedload(BoothSlot.show),
        slot.joinedload(BoothSlot.merchant),
        slot.joinedload(BoothSlot.product),
    )


def _slot_of(session: Session, row: tuple[Any, ...]) -> BoothSlot:
    return _slot.of(
        session,
        row,
        show=_show.of(session, row),
        merchant=_merchant.of(session, row),
        product=_product.of(session, row),
    )


@cache
def _hours() -> Select[OpeningHours]:
    return (
        select(OpeningHours)
        .where(OpeningHours.space_id == bindparam("space"))
        .order_by(OpeningHours.opens_minute)
        .execution_options(populate_existing=True)
    )


def _with_hours(session: Session, space: Space) -> Space:
    hours = session.scalars(_hours(), {"space": space.id}).all()
    attributes.set_committed_value(space, "hours", list(hours))
    return space
