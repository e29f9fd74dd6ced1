"""What keeping the house begins with: who may, which space, and the bookings that a change would touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.bookings import LIVE
from domain.errors import Changed, Forbidden, InTheWay, Missing, Violation
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.policies import LONGEST, outside_hours
from domain.spaces import DayKind, Hours, openings_during
from models import Booking, BoothSlot, Space
from services import arbiter, opening, reading

MOST_TOUCHED = 500


@dataclass(frozen=True, slots=True)
class Touched:
    """A coming booking that a change would leave outside of the new rules, and which of them."""

    booking: Booking
    broken: tuple[Violation, ...]


def require_admin(actor: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if not actor.is_admin:
        raise Forbidden


def require_staff(actor: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if not actor.is_staff:
        raise Forbidden


def whole_space(session: Session, code: str) -> Space:
    """A space with everything that belongs to it, archived or not; raises Missing."""
    space = session.scalar(
        select(Space)
        .options(selectinload(Space.hours), selectinload(Space.equipment), selectinload(Space.photos))
        .where(Space.code == code)
        .execution_options(populate_existing=True)
    )
    if space is None:
        raise Missing
    return space


def locked_space(session: Session, code: str, version: int | None = None) -> Space:
    """The same, locked, and as the asker saw it; raises Missing, Changed."""
    space_id = session.scalar(select(Space.id).where(Space.code == code))
    if space_id is None:
        raise Missing
    arbiter.lock_spaces(session, [space_id])
    space = whole_space(session, code)
    if version is not None and space.version != version:
        raise Changed
    return space


def live_from(
    session: Session, space_ids: Sequence[int], window: Interval | None, now: datetime
) -> list[Booking]:
    """The live bookings of spaces that are not over, all or those that hold a time within a window."""
    slot, space = joinedload(Booking.booth_slot), joinedload(Booking.space)
    wanted = (
        select(Booking)
        .options(
            *reading.booking_options(),
            slot.joinedload(BoothSlot.show),
            # A space that is being changed must not lose what it was loaded with.
            space.selectinload(Space.equipment),
            space.selectinload(Space.photos),
        )
        .where(Booking.space_id.in_(space_ids), Booking.status.in_(LIVE))
        .order_by(Booking.starts_at, Booking.id)
        .execution_options(populate_existing=True)
    )
    since = now if window is None else window.starts_at
    until = None if window is None else window.ends_at
    own = [Booking.starts_at > since - LONGEST - timedelta(days=1), Booking.ends_at > since]
    proposed = [Booking.proposed_ends_at > since]
    if until is not None:
        own.append(Booking.starts_at < until)
        proposed.append(Booking.proposed_starts_at < until)
    wanted = wanted.where(or_(and_(*own), and_(*proposed)))
    return list(session.scalars(wanted).unique())


def outside_of(
    session: Session,
    hours: Sequence[Hours],
    bookings: Sequence[Booking],
    changes: dict[date, DayKind | None] | None = None,
) -> list[Touched]:
    """Which bookings would lie outside of these hours; `changes` are days as the calendar would have them."""
    if not bookings:
        return []
    times = [time for booking in bookings for time in booking.times]
    first, last = min(t.starts_at for t in times), max(t.ends_at for t in times)
    calendar = opening.calendar(session, local_day(first), local_day(last) + timedelta(days=1))
    for day, kind in (changes or {}).items():
        calendar.pop(day, None)
        if kind is not None:
            calendar[day] = kind
    found = []
    for booking in bookings:
        broken = []
        for time in booking.times:
            wrong = outside_hours(time, openings_during(time, hours, calendar))
            broken += [wrong] if wrong else []
        if broken:
            found.append(Touched(booking, tuple(broken)))
    return found


def refuse_unless_seen(touched: Sequence[Touched], confirmed: Sequence[int] | None) -> None:
    """Whoever saves must have seen every booking that the change touches; raises InTheWay with all of them."""
    ids = [one.booking.id for one in touched]
    if not set(ids) <= set(confirmed or ()):
        raise InTheWay(ids, "change_touches_bookings")
