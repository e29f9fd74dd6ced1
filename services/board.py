"""Today's board: every space on one axis of time, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.board import axis_of, free_at
from domain.bookings import BOOKED
from domain.interval import Interval, local_day, tick_of
from domain.people import Actor
from domain.policies import days_ahead
from domain.spaces import SpaceKind
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Show, Space
from services import opening, reading
from services.lanes import Lane, free_booths, lane_of, load
from services.unit_of_work import query

DAYS_BACK = 30


@dataclass(frozen=True, slots=True)
class Board:
    """One day of all spaces; `free_booths` is by show, `announced` whether the year's holidays are known."""

    day: date
    first_day: date
    last_day: date
    axis: Interval
    lanes: list[Lane]
    shows: dict[int, list[Show]]
    free_booths: dict[int, int]
    next_show: Show | None
    my_next: Booking | None
    announced: bool

    def seats_now(self, lane: Lane, now: datetime) -> int | None:
        """The free seats of a pool at this moment; None when it is closed."""
        return free_at(tick_of(now), lane.openings, lane.taken, lane.space.places)


@query
def stamp(session: Session) -> int:
    """What the live board compares: one number, one indexed query."""
    return reading.revision(session)


@query
def of_day(session: Session, viewer: Actor | None, wanted: date | None, now: datetime) -> Board:
    """The board of a day, kept within 30 days back and as far ahead as anything can be booked."""
    spaces = reading.spaces_in_use(session)
    today = local_day(now)
    last = today + timedelta(days=last_day_ahead(spaces, viewer))
    first = today - timedelta(days=DAYS_BACK)
    day = min(max(wanted or today, first), last)
    whole = Interval.of_day(day)
    closures = opening.closures(session, [space.id for space in spaces], whole)
    open_on = opening.on_days(session, spaces, [day], closures)
    openings = {space_id: by_day[day] for space_id, by_day in open_on.items()}
    axis = axis_of(whole, [one for of_space in openings.values() for one in of_space])
    holdings = load(session, spaces, axis, closures)
    next_show = _next_show(session, now)
    shown = [show for shows in holdings.shows.values() for show in shows]
    return Board(
        day=day,
        first_day=first,
        last_day=last,
        axis=axis,
        lanes=[lane_of(space, axis, openings[space.id], holdings, viewer, now) for space in spaces],
        shows=holdings.shows,
        free_booths=free_booths(session, [*shown, *([next_show] if next_show else [])]),
        next_show=next_show,
        my_next=next_booking(session, viewer, now) if viewer else None,
        announced=bool(opening.announced_years(session, {day.year})),
    )


def last_day_ahead(spaces: Sequence[Space], viewer: Actor | None) -> int:
    """How many days ahead somebody may look: as far as anything of these can be booked by them."""
    by_staff = viewer is not None and viewer.is_staff
    return max((days_ahead(space.rules(), by_staff=by_staff) for space in spaces), default=0)


def _next_show(session: Session, now: datetime) -> Show | None:
    return session.scalar(
        select(Show)
        .join(Space, Space.id == Show.space_id)
        .where(Show.status == ShowStatus.OPEN, Show.ends_at > now, Space.kind == SpaceKind.STUDIO)
        .order_by(Show.starts_at)
        .limit(1)
    )


def next_booking(session: Session, actor: Actor, now: datetime) -> Booking | None:
    """The booking of somebody's that is running or comes next; an offer is none yet."""
    slot = joinedload(Booking.booth_slot)
    return session.scalar(
        select(Booking)
        .options(
            joinedload(Booking.space), slot.joinedload(BoothSlot.show), slot.joinedload(BoothSlot.product)
        )
        .where(reading.belongs_to(actor), Booking.status.in_(BOOKED), Booking.ends_at > now)
        .order_by(Booking.starts_at, Booking.id)
        .limit(1)
    )
