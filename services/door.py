"""The door of a space: its sign, what a phone that scans it sees, and checking in by a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import LIVE, BookingStatus
from domain.door import Glance, glance
from domain.errors import BadInput, Forbidden, Missing
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, PenaltyPoint, Show, Space
from models.spaces import new_door_key
from services import arbiter, attendance, login, opening, reading, records, settings, walk_ins
from services.unit_of_work import query, transaction

PER_DOOR = 30
"""How many numbers may be tried at one door in 15 minutes; there are 9,000."""

LATELY = timedelta(days=7)
MOST_MISSED = 10


@dataclass(frozen=True, slots=True)
class Sign:
    """What hangs at the door: nobody's name, only times."""

    space: Space
    glance: Glance
    seats: walk_ins.Seats | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What somebody who scans the door finds: whom they may check in, their own running and next time here."""

    sign: Sign
    due: list[Booking]
    running: list[Booking]
    next: Booking | None
    next_opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Doors:
    """All doors of the house for the staff, who may check in right now, and who stayed away of late."""

    spaces: list[Space]
    due: list[Booking]
    missed: list[PenaltyPoint]


def _space(session: Session, code: str, key: str) -> Space:
    """The space behind a secret address; raises Missing."""
    space = reading.space_by_code(session, code)
    if not space.door_key or not compare_digest(space.door_key.encode(), key.encode()):
        raise Missing
    return space


@query
def sign(session: Session, code: str, key: str, now: datetime) -> Sign:
    """The sign at a door; raises Missing for an unknown space or key."""
    return _sign(session, _space(session, code, key), now)


def _sign(session: Session, space: Space, now: datetime) -> Sign:
    day = Interval.of_day(local_day(now))
    held, cleaning = _bookings(session, space, day)
    if _is_studio(space):
        held += _shows(session, space, day)
    openings = opening.on_days(session, [space], [local_day(now)])[space.id][local_day(now)]
    return Sign(
        space=space,
        glance=glance(now, openings, held, cleaning),
        seats=walk_ins.seats(space.code, now) if space.kind is SpaceKind.POOL else None,
    )


def _is_studio(space: Space) -> bool:
    return space.kind is SpaceKind.STUDIO


def _bookings(session: Session, space: Space, day: Interval) -> tuple[list[Interval], list[Interval]]:
    """When a room is held on a day, and when it is cleaned."""
    since = day.starts_at - timedelta(days=1)
    own = and_(Booking.starts_at > since, Booking.starts_at < day.ends_at)
    proposed = and_(Booking.proposed_starts_at > since, Booking.proposed_starts_at < day.ends_at)
    found = session.scalars(
        select(Booking)
        .where(Booking.space_id == space.id, Booking.status.in_(LIVE), or_(own, proposed))
        .where(~Booking.booth_slot.has())
    ).all()
    held = [time for booking in found for time in booking.times if time.overlaps(day)]
    cleaning = [
        Interval(time.ends_at, time.ends_at + timedelta(minutes=booking.buffer_minutes))
        for booking in found
        for time in booking.times
        if booking.buffer_minutes
    ]
    return held, cleaning


def _shows(session: Session, space: Space, day: Interval) -> list[Interval]:
    rows = session.execute(
        select(Show.starts_at, Show.ends_at)
        .where(
            Show.space_id == space.id,
            Show.status != ShowStatus.CANCELLED,
            Show.during(day),
        )
        .order_by(Show.starts_at)
    )
    return [Interval(row.starts_at, row.ends_at) for row in rows]


@query
def arrival(session: Session, actor: Actor | None, code: str, key: str, now: datetime) -> Arrival:
    """What a phone that scans the door shows: to staff everybody due here, to others their own; raises Missing."""
    space = _space(session, code, key)
    shown = _sign(session, space, now)
    if actor is None:
        return Arrival(shown, [], [], None, None)
    house = settings.load(session).discipline
    due = attendance.due(session, house, now, space_id=space.id, of=None if actor.is_staff else actor)
    mine = _own_today(session, space, actor, now)
    running = [one for one in mine if one.status is BookingStatus.CHECKED_IN and one.left_at is None]
    waiting = (one for one in mine if one.status is BookingStatus.CONFIRMED and one not in due)
    coming = next(waiting, None)
    opens_at = attendance.window_of(coming, house).starts_at if coming else None
    return Arrival(shown, due, running, coming, opens_at)


def _own_today(session: Session, space: Space, actor: Actor, now: datetime) -> list[Booking]:
    found = session.scalars(
        select(Booking)
        .options(*reading.booking_options())
        .where(
            Booking.space_id == space.id,
            Booking.booker_id == actor.id,
            Booking.status.in_((BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN)),
            Booking.ends_at > now,
            # Whoever comes some minutes before midnight is there already, though the booking is tomorrow's.
            or_(
                Booking.starts_at < Interval.of_day(local_day(now)).ends_at,
                Booking.checked_in_at.is_not(None),
            ),
        )
        .order_by(Booking.starts_at)
    )
    return list(found.unique())


def check_in_by_number(code: str, key: str, number: str, now: datetime) -> Booking:
    """Check in whoever reads their four digits at the door sign; attempts are limited per door.

    Raises Missing, BadInput, TooManyAttempts.
    """
    found = _behind(code, key)
    login.reserve_attempt({f"door:{found}": PER_DOOR}, now)
    return _check_in_by_number(found, "".join(number.split()), now)


@query
def _behind(session: Session, code: str, key: str) -> int:
    return _space(session, code, key).id


@transaction
def _check_in_by_number(session: Session, space_id: int, number: str, now: datetime) -> Booking:
    arbiter.lock_spaces(session, [space_id])
    due = attendance.due(session, settings.load(session).discipline, now, space_id=space_id)
    booking = next((one for one in due if number and one.pickup_number == number), None)
    if booking is None:
        raise BadInput("pickup_number_unknown", field="number")
    attendance.enter(session, None, booking, version=None, now=now)
    return booking


@query
def doors(session: Session, actor: Actor, now: datetime) -> Doors:
    """Every door, who may check in anywhere right now, and the last points that stand; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    due = attendance.due(session, settings.load(session).discipline, now)
    missed = session.scalars(
        select(PenaltyPoint)
        .options(joinedload(PenaltyPoint.person), joinedload(PenaltyPoint.booking).joinedload(Booking.space))
        .where(PenaltyPoint.created_at > now - LATELY, PenaltyPoint.excused_at.is_(None))
        .order_by(PenaltyPoint.created_at.desc(), PenaltyPoint.id.desc())
        .limit(MOST_MISSED)
    )
    return Doors(reading.spaces_in_use(session), due, list(missed))


@transaction
def renew_door_key(session: Session, actor: Actor, code: str, *, now: datetime) -> Space:
    """Give a door another secret address; the old one and its printed QR are dead. Raises Forbidden, Missing."""
    if not actor.is_admin:
        raise Forbidden
    space = reading.space_by_code(session, code)
    arbiter.lock_spaces(session, [space.id])
    space.door_key = new_door_key()
    records.audit(session, actor, "space.door_key_renewed", space, now)
    return space
