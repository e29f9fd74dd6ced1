"""Putting a booking into the house: its row and its ticks, in the transaction of whoever asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, SlotTaken
from domain.interval import Interval
from domain.people import Actor, Role
from domain.policies import Override
from domain.spaces import needs_approval, own_place
from models import Booking, Space
from models.prepared import Prepared
from models.rows import adopt, core, filled, recognised, values_of
from services import arbiter
from services.locks import Known, look_at_person

LONGEST_TEXT = 200
AS_MADE = {
    column.key: column.default.arg if column.default is not None else None
    for column in Booking.__table__.columns
}
"""What every column of a new booking says unless it is told otherwise."""
WRITTEN = tuple(name for name in AS_MADE if name != "id")
NEW, NEW_EACH = (
    Prepared(insert(Booking).returning(Booking.id), WRITTEN),
    Prepared(insert(Booking).inline(), WRITTEN),
)
IDS_OF_SERIES = Prepared(
    select(Booking.occurrence_day, Booking.id).where(Booking.series_id == bindparam("id"))
)


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
    return _booker(actor, look_at_person(session, wanted))


def locked_booker(session: Session, actor: Actor, on_behalf_of: int | None) -> Booker:
    """The same, locked and as they stand then: nobody whose account was closed meanwhile. Raises Missing."""
    return _booker(actor, arbiter.lock_person(session, actor.id if on_behalf_of is None else on_behalf_of))


def _booker(actor: Actor, person: Known | None) -> Booker:
    booker = _open_account(person)
    if person is not None and person.id != actor.id and not actor.may_verify(person.building):
        raise Missing
    return booker


def _open_account(person: Known | None) -> Booker:
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
        Booking,
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
    """Insert a booking of a space itself and hold its ticks; raises SlotTaken and leaves nothing behind.

    The session is not told of it: it has to be `adopted` before anything that is stored may hold or change it.
    """
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
    _insert_and_hold(session, space, [booking])
    return booking


def adopted(session: Session, booking: Booking) -> Booking:
    """A booking that was just made, known to the session from now on, and its space."""
    values = values_of(booking)
    values["space"] = recognised(session, values["space"])
    return adopt(session, booking)


def make_each(session: Session, space: Space, bookings: Sequence[Booking]) -> None:
    """Insert new bookings of one space, several of a new series, and hold the ticks of all, or leave nothing behind.

    The session knows them then. Raises SlotTaken that names all that is in the way.
    """
    _insert_and_hold(session, space, bookings)
    for booking in bookings:
        adopted(session, booking)


def _insert_and_hold(session: Session, space: Space, bookings: Sequence[Booking]) -> None:
    _insert(session, bookings)
    try:
        arbiter.hold_each(session, space, bookings)
    except SlotTaken:
        ids = [booking.id for booking in bookings]
        core(session).execute(delete(Booking).where(Booking.id.in_(ids)))
        raise


def _insert(session: Session, bookings: Sequence[Booking]) -> None:
    """Write the rows as they are, and give each booking its number."""
    connection, held = core(session), [values_of(booking) for booking in bookings]
    if len(held) == 1:
        ((held[0]["id"],),) = NEW.rows(connection, held[0])
        return
    NEW_EACH.write(connection, *held)
    ids = dict(IDS_OF_SERIES.rows(connection, {"id": held[0]["series_id"]}))
    for one in held:
        one["id"] = ids[one["occurrence_day"]]
