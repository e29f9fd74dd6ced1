"""What hangs on a show and would end with it: booths, places in line, applications, swaps; and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import LIVE
from domain.studio.booths import SwapStatus
from domain.studio.draw import ApplicationStatus
from domain.waitlist import OPEN
from models import (
    Booking,
    BoothApplication,
    BoothSlot,
    BoothSwap,
    Merchant,
    MerchantMember,
    Person,
    Product,
    Show,
    WaitlistEntry,
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """Everything that hangs on a show and is not over."""

    bookings: Sequence[Booking]
    entries: Sequence[WaitlistEntry]
    applications: Sequence[BoothApplication]
    swaps: Sequence[BoothSwap]


@dataclass(slots=True)
class Affected:
    """Somebody who has to be told, and what they have in the show."""

    person: Person
    shops: set[str] = field(default_factory=set)
    booths: set[int] = field(default_factory=set)
    waits: bool = False
    applied: bool = False


@dataclass(frozen=True, slots=True)
class _Claim:
    """One thing that somebody has in a show for a shop: a booth, a place in line, or an application."""

    person_id: int
    shop: Merchant
    booth: int | None = None
    waits: bool = False
    applied: bool = False


def of_show(session: Session, show: Show) -> Hanging:
    """Everything that hangs on a show, as it stands in the database now."""
    bookings = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(joinedload(Booking.booth_slot).joinedload(BoothSlot.merchant))
        .where(BoothSlot.show_id == show.id, Booking.status.in_(LIVE))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()
    product = joinedload(WaitlistEntry.product)
    entries = session.scalars(
        select(WaitlistEntry)
        .options(joinedload(WaitlistEntry.person), product.joinedload(Product.merchant))
        .where(WaitlistEntry.show_id == show.id, WaitlistEntry.status.in_(OPEN))
        .order_by(WaitlistEntry.id)
        .execution_options(populate_existing=True)
    ).all()
    applications = session.scalars(
        select(BoothApplication)
        .options(joinedload(BoothApplication.merchant))
        .where(BoothApplication.show_id == show.id, BoothApplication.status == ApplicationStatus.APPLIED)
        .order_by(BoothApplication.id)
        .execution_options(populate_existing=True)
    ).all()
    return Hanging(bookings, entries, applications, _swaps(session, show))


def _swaps(session: Session, show: Show) -> Sequence[BoothSwap]:
    ids = select(BoothSlot.booking_id).where(BoothSlot.show_id == show.id)
    return session.scalars(
        select(BoothSwap)
        .where(
            BoothSwap.status == SwapStatus.PROPOSED,
            or_(BoothSwap.from_booking_id.in_(ids), BoothSwap.to_booking_id.in_(ids)),
        )
        .order_by(BoothSwap.id)
        .execution_options(populate_existing=True)
    ).all()


def told(session: Session, hanging: Hanging) -> list[Affected]:
    """Who has to be told, each once: who asked, and everybody of the shops; in the order of their ids."""
    claims = list(_claims(hanging))
    members = _members(session, {claim.shop.id for claim in claims})
    ids = {claim.person_id for claim in claims}.union(*members.values())
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))
    found = {person.id: Affected(person) for person in people}
    for claim in claims:
        for person_id in {claim.person_id, *members.get(claim.shop.id, ())}:
            one = found[person_id]
            one.shops.add(claim.shop.name)
            one.booths |= {claim.booth} if claim.booth is not None else set()
            one.waits, one.applied = one.waits or claim.waits, one.applied or claim.applied
    return list(found.values())


def _claims(hanging: Hanging) -> Iterator[_Claim]:
    for booking in hanging.bookings:
        if booking.booth_slot is not None:
            yield _Claim(booking.booker_id, booking.booth_slot.merchant, booth=booking.place)
    for entry in hanging.entries:
        if entry.product is not None:
            yield _Claim(entry.person_id, entry.product.merchant, waits=True)
    for application in hanging.applications:
        yield _Claim(application.person_id, application.merchant, applied=True)


def _members(session: Session, merchant_ids: Iterable[int]) -> dict[int, list[int]]:
    rows = session.execute(
        select(MerchantMember.merchant_id, MerchantMember.person_id).where(
            MerchantMember.merchant_id.in_(set(merchant_ids))
        )
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.merchant_id, []).append(row.person_id)
    return found
