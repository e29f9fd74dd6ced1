"""Samples of a show's products: who took one in and gave it back, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import SHOWN
from domain.errors import Forbidden, Missing, RuleViolation, Stale, Violation
from domain.people import Actor
from domain.studio.booths import SAMPLE_STEPS, SAMPLE_UNDO, Sample
from models import Booking, BoothSlot, Person, Show
from services import arbiter, reading, records
from services.studio.shows import load_show
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class SampleList:
    """The booths of a show with their samples, in the order of time, and the names of who took them in."""

    show: Show
    bookings: list[Booking]
    names: dict[int, str]

    def count(self, sample: Sample) -> int:
        """How many samples are there, or not."""
        return sum(one.booth_slot is not None and one.booth_slot.sample is sample for one in self.bookings)


@query
def of_show(session: Session, actor: Actor, show_id: int) -> SampleList:
    """The samples of a show; what is here of a booth that was given up is listed too. Raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    show = load_show(session, show_id, actor)
    slot = joinedload(Booking.booth_slot)
    bookings = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(slot.joinedload(BoothSlot.merchant), slot.joinedload(BoothSlot.product))
        .where(
            BoothSlot.show_id == show.id,
            or_(Booking.status.in_(SHOWN), BoothSlot.sample == Sample.RECEIVED),
        )
        .order_by(Booking.starts_at, Booking.place, Booking.id)
        .execution_options(populate_existing=True)
    ).all()
    return SampleList(show, list(bookings), names_of(session, list(bookings)))


def names_of(session: Session, bookings: list[Booking]) -> dict[int, str]:
    """The names of the staff who took samples in or gave them back."""
    slots = [booking.booth_slot for booking in bookings if booking.booth_slot]
    wanted = {by for slot in slots for by in (slot.sample_received_by_id, slot.sample_returned_by_id) if by}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {person_id: name for person_id, name in rows}


@query
def names(session: Session, booking: Booking) -> dict[int, str]:
    """The same for the page of one booth."""
    return names_of(session, [booking])


@transaction
def mark(session: Session, actor: Actor, booking_id: int, sample: Sample, *, now: datetime) -> Booking:
    """Write down that a sample came or went home; told twice it is one thing.

    Raises Forbidden, Missing, Stale.
    """
    booking, slot = _to_change(session, actor, booking_id)
    if slot.sample is sample:
        return booking
    if SAMPLE_STEPS.get(slot.sample) is not sample:
        raise Stale(booking.id)
    if sample is Sample.RECEIVED and booking.status not in SHOWN:
        raise Stale(booking.id)  # nobody brings a sample for a booth that is no more
    slot.sample = sample
    if sample is Sample.RECEIVED:
        slot.sample_received_at, slot.sample_received_by_id = now, actor.id
    else:
        slot.sample_returned_at, slot.sample_returned_by_id = now, actor.id
    records.audit(session, actor, f"sample.{sample.value}", booking, now)
    return booking


@transaction
def undo(session: Session, actor: Actor, booking_id: int, *, now: datetime) -> Booking:
    """Take the last mark of a sample back, within a day; raises Forbidden, Missing, Stale, RuleViolation."""
    booking, slot = _to_change(session, actor, booking_id)
    marked_at = slot.sample_returned_at or slot.sample_received_at
    if marked_at is None:
        raise Stale(booking.id)
    if now - marked_at > SAMPLE_UNDO:
        raise RuleViolation([Violation("sample_undo_late")])
    before = slot.sample
    if before is Sample.RETURNED:
        slot.sample, slot.sample_returned_at, slot.sample_returned_by_id = Sample.RECEIVED, None, None
    else:
        slot.sample, slot.sample_received_at, slot.sample_received_by_id = Sample.AWAITED, None, None
    records.audit(session, actor, "sample.undone", booking, now, before=before.value)
    return booking


def _to_change(session: Session, actor: Actor, booking_id: int) -> tuple[Booking, BoothSlot]:
    if not actor.is_staff:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    slot = booking.booth_slot
    if slot is None:
        raise Missing
    arbiter.lock_spaces(session, [booking.space_id])  # two tablets wait for each other, and live grids notice
    session.refresh(
        slot,
        [
            "sample",
            "sample_received_at",
            "sample_received_by_id",
            "sample_returned_at",
            "sample_returned_by_id",
        ],
    )
    return booking, slot
