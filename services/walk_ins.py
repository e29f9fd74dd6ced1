"""The counter of a pool: who walks in and sits down without a booking, and who leaves again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken, Violation
from domain.interval import TICK, Interval, moment_of, tick_of
from domain.people import Actor
from domain.spaces import SpaceKind
from models import Booking, Space, WalkIn
from services import arbiter, attendance, opening, reading, records, settings, waitlist
from services.seats import taken_at, taken_of
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Seats:
    """The places of a pool at this moment; `free` is None while it is closed."""

    space: Space
    free: int | None
    walk_ins: int
    booked: int


@dataclass(frozen=True, slots=True)
class Counter:
    """What the desk sees of a pool: its seats, who sits there, and who is expected."""

    seats: Seats
    walk_ins: list[WalkIn]
    present: list[Booking]
    due: list[Booking]


def _pool(session: Session, code: str) -> Space:
    space = reading.space_by_code(session, code)
    if space.kind is not SpaceKind.POOL:
        raise BadInput("not_a_pool", field="space")
    return space


@query
def seats(session: Session, code: str, now: datetime) -> Seats:
    """The places of a pool at this moment; raises Missing, BadInput."""
    return _seats(session, _pool(session, code), now)


def _seats(session: Session, space: Space, now: datetime) -> Seats:
    return seats_of(session, {space: _open_until(session, space, now) is not None}, now)[space.id]


def seats_of(session: Session, pools: Mapping[Space, bool], now: datetime) -> dict[int, Seats]:
    """The places of several pools at this moment in two queries, given whether each is open now; by space."""
    taken = taken_at(session, [space.id for space in pools], tick_of(now))
    sitting = _sitting(session, list(pools), now)
    return {
        space.id: Seats(
            space=space,
            free=max(0, space.places - taken[space.id]) if is_open else None,
            walk_ins=len(sitting[space.id]),
            booked=taken[space.id] - len(sitting[space.id]),
        )
        for space, is_open in pools.items()
    }


@query
def counter(session: Session, actor: Actor, code: str, now: datetime) -> Counter:
    """The counter of a pool; raises Forbidden, Missing, BadInput."""
    if not actor.is_staff:
        raise Forbidden
    space = _pool(session, code)
    present = session.scalars(
        select(Booking)
        .options(*reading.booking_options())
        .where(
            Booking.space_id == space.id,
            Booking.status == BookingStatus.CHECKED_IN,
            Booking.left_at.is_(None),
            Booking.ends_at > now,
        )
        .order_by(Booking.ends_at, Booking.id)
    ).unique()
    return Counter(
        seats=_seats(session, space, now),
        walk_ins=_sitting(session, [space], now)[space.id],
        present=list(present),
        due=attendance.due(session, settings.load(session).discipline, now, space_id=space.id),
    )


def _sitting(session: Session, pools: Sequence[Space], now: datetime) -> dict[int, list[WalkIn]]:
    """Who sits in each pool without a booking, the last to come first."""
    longest = timedelta(minutes=max((space.max_minutes for space in pools), default=0))
    found: dict[int, list[WalkIn]] = {space.id: [] for space in pools}
    for one in session.scalars(
        select(WalkIn)
        .where(
            WalkIn.space_id.in_(found),
            WalkIn.left_at.is_(None),
            WalkIn.starts_at > now - longest - TICK,
            WalkIn.ends_at > now,
        )
        .order_by(WalkIn.arrived_at.desc(), WalkIn.id.desc())
    ):
        found[one.space_id].append(one)
    return found


def _open_until(session: Session, space: Space, now: datetime) -> datetime | None:
    around = Interval(now, now + TICK)
    running = (one for one in opening.during(session, space, around) if one.starts_at <= now < one.ends_at)
    return next((one.ends_at for one in running), None)


@transaction
def walk_in(session: Session, actor: Actor, code: str, *, now: datetime) -> WalkIn:
    """Give a free seat to somebody without a booking, from the running quarter-hour for as long as seats are free.

    Nobody is asked who they are. Raises Forbidden, Missing, BadInput, RuleViolation, SlotTaken.
    """
    if not actor.is_staff:
        raise Forbidden
    space = _pool(session, code)
    arbiter.lock_spaces(session, [space.id])
    open_until = _open_until(session, space, now)
    if open_until is None:
        raise RuleViolation([Violation("not_open_now")])
    first = tick_of(now)
    longest = Interval(moment_of(first), min(moment_of(first) + _longest(space), open_until)).ticks()
    taken = taken_of(session, space, longest)
    end = next((tick for tick in longest if taken[tick] >= space.places), longest.stop)
    if end == first:
        raise SlotTaken([Interval.of_ticks(first, 1)])
    seat = Interval.of_ticks(first, end - first)
    made = WalkIn(
        space_id=space.id,
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        arrived_at=now,
        created_by_id=actor.id,
    )
    session.add(made)
    session.flush()
    arbiter.hold(session, space, made, seat, None)
    records.audit(session, actor, "walk_in.arrived", made, now)
    return made


def _longest(space: Space) -> timedelta:
    return timedelta(minutes=space.max_minutes)


@transaction
def leave(session: Session, actor: Actor, walk_in_id: int, *, now: datetime) -> WalkIn:
    """Give the seat back at once, also that of a mistaken tap; a second time changes nothing.

    Raises Forbidden, Missing.
    """
    if not actor.is_staff:
        raise Forbidden
    made = session.get(WalkIn, walk_in_id)
    if made is None:
        raise Missing
    arbiter.lock_spaces(session, [made.space_id])
    session.refresh(made)
    if made.left_at is not None:
        return made
    made.left_at = now
    arbiter.release(session, made)
    records.audit(session, actor, "walk_in.left", made, now)
    if made.ends_at > now:
        space = reading.space_by_id(session, made.space_id)
        waitlist.pass_on(session, space, [made.interval], now)
    return made


@transaction
def one_leaves(session: Session, actor: Actor, code: str, *, now: datetime) -> WalkIn:
    """Give back the seat of whoever has sat longest: people are only counted, nobody says who went.

    Raises Forbidden, Missing, BadInput, and RuleViolation where nobody sits without a booking.
    """
    if not actor.is_staff:
        raise Forbidden
    space = _pool(session, code)
    arbiter.lock_spaces(session, [space.id])
    sitting = _sitting(session, [space], now)[space.id]
    if not sitting:
        raise RuleViolation([Violation("nobody_walked_in")])
    return leave(actor, sitting[-1].id, now=now)


@query
def space_code(session: Session, actor: Actor, walk_in_id: int) -> str:
    """In which pool somebody sits, to go back to its counter; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    code = session.scalar(
        select(Space.code).join(WalkIn, WalkIn.space_id == Space.id).where(WalkIn.id == walk_in_id)
    )
    if code is None:
        raise Missing
    return code
