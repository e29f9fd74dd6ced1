"""Putting a booking into the house: its row and its ticks, in the transaction of whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing
from domain.interval import Interval
from domain.people import Actor, Role
from domain.policies import Override
from domain.spaces import needs_approval, own_place
from models import Booking, Person, Space
from services import arbiter

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a space, whenever it is."""

    purpose: str
    party_size: int


def clean_text(text: str, field: str = "purpose") -> str:
    """A text of somebody's without stray white space; raises BadInput beyond 200 characters."""
    cleaned = " ".join(text.split())
    if len(cleaned) > LONGEST_TEXT:
        raise BadInput("purpose_long", field=field, maximum=LONGEST_TEXT)
    return cleaned


def why_set_aside(override: Override | None, set_aside: frozenset[str]) -> str:
    """The reason for which rules were set aside, as a booking keeps it; empty where none were. Raises BadInput."""
    return clean_text(override.reason, "override_reason") if override and set_aside else ""


def booker_for(session: Session, actor: Actor, on_behalf_of: int | None) -> Person:
    """Whom a booking is for: the actor, or a neighbour whom the actor may book for; raises Missing."""
    person = session.get(Person, actor.id if on_behalf_of is None else on_behalf_of)
    if person is None or person.disabled_at is not None:
        raise Missing
    if person.id != actor.id and not actor.may_verify(person.building):
        raise Missing
    return person


def first_status(space: Space, actor: Actor) -> BookingStatus:
    """Where a booking begins: waiting for staff, or confirmed where that asker needs no yes."""
    waits = needs_approval(
        space.approval,
        is_captain=actor.role is Role.CAPTAIN,
        is_staff=actor.is_staff,
        levels=space.approval_levels,
    )
    return BookingStatus.PENDING if waits else BookingStatus.CONFIRMED


def new_pickup_number() -> str:
    """Four digits that somebody without a phone reads out at the door."""
    return f"{1000 + secrets.randbelow(9000)}"


def new_booking(
    space: Space,
    booker: Person,
    interval: Interval,
    wish: Wish,
    *,
    status: BookingStatus,
    created_by_id: int,
    now: datetime,
    override_reason: str = "",
    expires_at: datetime | None = None,
    series_id: int | None = None,
    occurrence_day: date | None = None,
) -> Booking:
    """The row of a booking of a space itself, which holds nothing yet."""
    booking = Booking(
        space_id=space.id,
        place=own_place(space.kind),
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
        status=status,
        version=1,
        purpose=wish.purpose,
        party_size=wish.party_size,
        booker_id=booker.id,
        created_by_id=created_by_id,
        created_at=now,
        buffer_minutes=space.buffer_minutes,
        pickup_number=new_pickup_number(),
        override_reason=override_reason,
        expires_at=expires_at,
        series_id=series_id,
        occurrence_day=occurrence_day,
    )
    booking.space = space
    return booking


def make(
    session: Session,
    space: Space,
    booker: Person,
    interval: Interval,
    wish: Wish,
    *,
    status: BookingStatus,
    created_by_id: int,
    now: datetime,
    override_reason: str = "",
    expires_at: datetime | None = None,
) -> Booking:
    """Insert a booking of a space itself and hold its ticks; raises SlotTaken and leaves the row to the rollback."""
    booking = new_booking(
        space,
        booker,
        interval,
        wish,
        status=status,
        created_by_id=created_by_id,
        now=now,
        override_reason=override_reason,
        expires_at=expires_at,
    )
    session.add(booking)
    session.flush()
    arbiter.hold(session, space, booking, interval, booking.place)
    return booking


def make_each(session: Session, space: Space, bookings: Sequence[Booking]) -> None:
    """Insert new bookings of one space and hold the ticks of all; raises SlotTaken that names all in the way."""
    session.add_all(bookings)
    session.flush()
    arbiter.hold_each(session, space, bookings)
