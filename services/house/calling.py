"""Who must be told of a closure: what each of them has read in the app, and whom somebody has rung up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from domain.errors import Missing
from domain.people import STAFF_ROLES, Actor
from models import Booking, BoothSlot, Closure, ClosureCall, Notice, Person
from services import arbiter, people, queue, records
from services.house import looking, stewards
from services.unit_of_work import query, transaction

REMINDED = timedelta(days=1)
"""How long after the end of a closure it is still worth ringing somebody up."""


@dataclass(frozen=True, slots=True)
class Call:
    """One booking that a closure hit. `told_at` and `read_at` are of the notice in the app, `contact` can be rung up.

    Of a private space nobody is named but to its stewards (`may_reveal`), and to them only when they ask.
    """

    closure_id: int
    booking: Booking
    has_account: bool
    told_at: datetime | None
    read_at: datetime | None
    called_at: datetime | None
    called_by: Person | None
    may_reveal: bool

    @property
    def contact(self) -> Person | None:
        """Whom to ring up: the booker, else the neighbour who typed it for them."""
        return contact_of(self.booking)

    @property
    def is_done(self) -> bool:
        """Whether they know: they have read it, or somebody spoke to them."""
        return self.called_at is not None or self.read_at is not None


@dataclass(frozen=True, slots=True)
class Round:
    """The closures that were made together, and everybody whom they hit, in order of time."""

    closures: list[Closure]
    calls: list[Call]

    @property
    def open(self) -> int:
        """How many do not know yet."""
        return sum(not call.is_done for call in self.calls)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Closures made together of which not everybody knows yet; `closure_id` is the first of them."""

    closure_id: int
    reason: str
    open: int


def contact_of(booking: Booking) -> Person | None:
    """Who has a phone of those who booked; staff who typed a booking need no call."""
    if booking.booker.phone:
        return booking.booker
    typed_by = booking.created_by
    return typed_by if typed_by.phone and typed_by.role not in STAFF_ROLES else None


def note(session: Session, actor: Actor, closure: Closure, bookings: Iterable[Booking]) -> None:
    """Write down whom a closure hit, so that somebody sees to it that they know; nobody tells themselves."""
    session.add_all(
        ClosureCall(closure_id=closure.id, booking_id=one.id)
        for one in bookings
        if one.space_id == closure.space_id and one.booker_id != actor.id
    )


def _told() -> ColumnElement[bool]:
    """The notice by which a booker was told of a closure: written at its moment, about this booking or its show."""
    about_booking = Notice.params["booking_id"].as_integer() == Booking.id
    show_of = select(BoothSlot.show_id).where(BoothSlot.booking_id == Booking.id).scalar_subquery()
    return and_(
        Notice.person_id == Booking.booker_id,
        Notice.created_at == Closure.created_at,
        or_(about_booking, Notice.params["show_id"].as_integer() == show_of),
    )


@query
def round_of(session: Session, actor: Actor, closure_id: int) -> Round:
    """Everybody whom a closure and those made together with it hit; raises Forbidden, Missing."""
    looking.require_staff(actor)
    closures = _made_together(session, closure_id)
    return Round(closures, _calls(session, actor, [one.id for one in closures]))


def _made_together(session: Session, closure_id: int) -> list[Closure]:
    asked = _closure(session, closure_id)
    found = session.scalars(
        select(Closure)
        .options(joinedload(Closure.space))
        .where(Closure.created_at == asked.created_at, Closure.created_by_id == asked.created_by_id)
        .order_by(Closure.id)
    )
    return list(found)


def _calls(session: Session, actor: Actor, closure_ids: Sequence[int]) -> list[Call]:
    named = stewards.spaces_of(session, actor)
    slot = joinedload(Booking.booth_slot)
    rows = session.execute(
        select(ClosureCall, Booking, Notice.created_at, Notice.read_at, Person)
        .join(Closure, Closure.id == ClosureCall.closure_id)
        .join(Booking, Booking.id == ClosureCall.booking_id)
        .outerjoin(Notice, _told())
        .outerjoin(Person, Person.id == ClosureCall.called_by_id)
        .options(
            joinedload(Booking.space),
            joinedload(Booking.booker),
            joinedload(Booking.created_by),
            slot.joinedload(BoothSlot.show),
            slot.joinedload(BoothSlot.merchant),
        )
        .where(ClosureCall.closure_id.in_(closure_ids))
        .order_by(Booking.starts_at, Booking.id)
        .execution_options(populate_existing=True)
    )
    return [
        Call(
            closure_id=row.closure_id,
            booking=booking,
            has_account=booking.booker.password_hash is not None and booking.booker.disabled_at is None,
            told_at=told_at,
            read_at=read_at,
            called_at=row.called_at,
            called_by=caller,
            may_reveal=not booking.space.is_private or booking.space_id in named,
        )
        for row, booking, told_at, read_at, caller in rows
    ]


@query
def with_calls(session: Session, closures: Iterable[Closure]) -> set[int]:
    """Those of the closures that hit anybody."""
    ids = [one.id for one in closures]
    return set(session.scalars(select(ClosureCall.closure_id).where(ClosureCall.closure_id.in_(ids))))


@query
def reminders(session: Session, actor: Actor, now: datetime) -> list[Reminder]:
    """The closures of which somebody does not know yet, the oldest first; one query. Raises Forbidden."""
    looking.require_staff(actor)
    rows = session.execute(
        select(
            func.min(Closure.id).label("closure_id"), func.min(Closure.reason).label("reason"), func.count()
        )
        .select_from(ClosureCall)
        .join(Closure, Closure.id == ClosureCall.closure_id)
        .join(Booking, Booking.id == ClosureCall.booking_id)
        .outerjoin(Notice, _told())
        .where(ClosureCall.called_at.is_(None), Notice.read_at.is_(None), Closure.ends_at > now - REMINDED)
        .group_by(Closure.created_at, Closure.created_by_id)
        .order_by(Closure.created_at)
    )
    return [Reminder(closure_id, reason, count) for closure_id, reason, count in rows]


@transaction
def tick(
    session: Session, actor: Actor, closure_id: int, booking_id: int, *, called: bool, now: datetime
) -> None:
    """Say that somebody was rung up, or take that back; a second time changes nothing. Raises Forbidden, Missing."""
    looking.require_staff(actor)
    closure = _closure(session, closure_id)
    arbiter.lock_spaces(
        session, [closure.space_id]
    )  # every live screen of the day shows who is still to be told
    call = _call(session, closure_id, booking_id)
    if called == (call.called_at is not None):
        return
    call.called_at, call.called_by_id = (now, actor.id) if called else (None, None)
    if called:
        records.audit(session, actor, "closure.called", closure, now, booking=booking_id)
    else:
        records.audit(session, actor, "closure.call_undone", closure, now, booking=booking_id)


@transaction
def reveal(session: Session, actor: Actor, closure_id: int, booking_id: int, now: datetime) -> Booking:
    """Show whole whom to ring up; every time is logged, and in a private space only its stewards may ask.

    Raises Forbidden, Missing.
    """
    looking.require_staff(actor)
    _call(session, closure_id, booking_id)
    booking = queue.reveal_booker(actor, booking_id, now)
    contact = contact_of(booking)
    if contact is not None and contact.id != booking.booker_id and not booking.space.is_private:
        people.reveal_phone(actor, contact.id, now)
    return booking


def _closure(session: Session, closure_id: int) -> Closure:
    closure = session.get(Closure, closure_id)
    if closure is None:
        raise Missing
    return closure


def _call(session: Session, closure_id: int, booking_id: int) -> ClosureCall:
    call = session.get(ClosureCall, (closure_id, booking_id), populate_existing=True)
    if call is None:
        raise Missing
    return call
