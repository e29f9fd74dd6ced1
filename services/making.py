"""Putting a booking into the house: its row and its ticks, in the transaction of whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, SlotTaken
from domain.interval import Interval
from domain.people import Actor, Role
from domain.policies import Override
from domain.spaces import needs_approval, own_place
from models import Booking, Space
from models.rows import adopt, core, filled, new_id, values_of
from services import arbiter
from services.locks import WHO

LONGEST_TEXT = 200
NEW = insert(Booking)
IDS_OF_SERIES = select(Booking.occurrence_day, Booking.id).where(Booking.series_id == bindparam("id"))
AS_MADE = {
    column.key: column.default.arg if column.default is not None else None
    for column in Booking.__table__.columns
}
"""What every column of a new booking says unless it is told otherwise."""
WRITTEN = tuple(name for name in AS_MADE if name != "id")


@dataclass(frozen=True, slots=True)
class Booker:
    """Whom a booking is for, as far as the rules ask; `Person` fits as well."""

    id: int
    role: Role
    verified_at: datetime | None


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


def booker_for(session: Session, actor: Actor, on_behalf_of: int | None) -> Booker:
    """Whom a booking is for: the actor, or a neighbour whom the actor may book for; raises Missing."""
    wanted = actor.id if on_behalf_of is None else on_behalf_of
    return _booker(actor, core(session).execute(WHO, {"id": wanted}).one_or_none())


def locked_booker(session: Session, actor: Actor, on_behalf_of: int | None) -> Booker:
    """The same, locked and as they stand then: nobody whose account was closed meanwhile. Raises Missing."""
    return _booker(actor, arbiter.lock_person(session, actor.id if on_behalf_of is None else on_behalf_of))


def _booker(actor: Actor, person: Row[*tuple[Any, ...]] | None) -> Booker:
    booker = _open_account(person)
    if person is not None and person.id != actor.id and not actor.may_verify(person.building):
        raise Missing
    return booker


def _open_account(person: Row[*tuple[Any, ...]] | None) -> Booker:
    if person is None or person.disabled_at is not None:
        raise Missing
    return Booker(person.id, person.role, person.verified_at)


def lock_booker(session: Session, person_id: int) -> None:
    """Lock whom something is made for, and see that the account was not closed meanwhile; raises Missing."""
    _open_account(arbiter.lock_person(session, person_id))


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
    booker_id: int,
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
    return filled(
        Booking(),
        {
            **AS_MADE,
            "space_id": space.id,
            "place": own_place(space.kind),
            "starts_at": interval.starts_at,
            "ends_at": interval.ends_at,
            "status": status,
            "purpose": wish.purpose,
            "party_size": wish.party_size,
            "booker_id": booker_id,
            "created_by_id": created_by_id,
            "created_at": now,
            "buffer_minutes": space.buffer_minutes,
            "pickup_number": new_pickup_number(),
            "override_reason": override_reason,
            "expires_at": expires_at,
            "series_id": series_id,
            "occurrence_day": occurrence_day,
            "space": space,
        },
    )


def make(
    session: Session,
    space: Space,
    booker_id: int,
    interval: Interval,
    wish: Wish,
    *,
    status: BookingStatus,
    created_by_id: int,
    now: datetime,
    override_reason: str = "",
    expires_at: datetime | None = None,
) -> Booking:
    """Insert a booking of a space itself and hold its ticks; raises SlotTaken and leaves nothing behind."""
    booking = new_booking(
        space,
        booker_id,
        interval,
        wish,
        status=status,
        created_by_id=created_by_id,
        now=now,
        override_reason=override_reason,
        expires_at=expires_at,
    )
    make_each(session, space, [booking])
    return booking


def make_each(session: Session, space: Space, bookings: Sequence[Booking]) -> None:
    """Insert new bookings of one space, several of a new series, and hold the ticks of all, or leave nothing behind.

    Raises SlotTaken that names all that is in the way.
    """
    _insert(session, bookings)
    try:
        arbiter.hold_each(session, space, bookings)
    except SlotTaken:
        ids = [booking.id for booking in bookings]
        for booking in bookings:
            session.expunge(booking)
        core(session).execute(delete(Booking).where(Booking.id.in_(ids)))
        raise


def _insert(session: Session, bookings: Sequence[Booking]) -> None:
    """Write the rows as they are, and let the session know them as if it had written them itself."""
    connection = core(session)
    held = [values_of(booking) for booking in bookings]
    rows = [{name: one[name] for name in WRITTEN} for one in held]
    if len(rows) == 1:
        held[0]["id"] = new_id(connection.execute(NEW, rows[0]))
    else:
        connection.execute(NEW, rows)
        ids = dict(connection.execute(IDS_OF_SERIES, {"id": rows[0]["series_id"]}).all())
        for one in held:
            one["id"] = ids[one["occurrence_day"]]
    for booking in bookings:
        adopt(session, booking)
