"""The day as staff run it: every space with its bookings and the next step of each, live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.attendance import Discipline, PointKind
from domain.bookings import BookingStatus
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.policies import Closed
from domain.spaces import SpaceKind
from models import PenaltyPoint, Show, ShowRun, Space
from services import attendance, day_sheet, settings, walk_ins
from services.house import calling
from services.seen import SeenBooking
from services.unit_of_work import query

SOON = timedelta(hours=1)
"""How far ahead the top of the page looks."""
SETTLED = timedelta(minutes=1)
"""Leaving is offered only so long after the check-in: a double tap on one must not do the other."""


class Step(StrEnum):
    """What staff do next with a booking."""

    CHECK_IN = "check_in"
    LEAVE = "leave"
    EXCUSE = "excuse"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Line:
    """One time of a booking on its day; `opens_at` is from when on one may check in, while that is to come."""

    booking: SeenBooking
    interval: Interval
    step: Step | None
    opens_at: datetime | None
    point: PenaltyPoint | None
    is_over: bool

    @property
    def is_proposal(self) -> bool:
        """Whether the booking only wishes to be then."""
        return self.interval != self.booking.interval


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A show of the day, and whether it has begun and ended on air."""

    show: Show
    has_begun: bool
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One space on the day; a pool with its seats at this moment."""

    space: Space
    openings: list[Interval]
    closures: Sequence[Closed]
    lines: list[Line]
    shows: list[Broadcast]
    seats: walk_ins.Seats | None

    def closed_at(self, now: datetime) -> Closed | None:
        """What keeps it closed at a moment."""
        return next(
            (one for one in self.closures if one.interval.starts_at <= now < one.interval.ends_at), None
        )


@dataclass(frozen=True, slots=True)
class Today:
    """A day of all spaces; what comes within the hour and whom closures have still to be told of only of today."""

    day: date
    first_day: date
    last_day: date
    is_today: bool
    places: list[Place]
    soon: list[Line]
    soon_shows: list[Broadcast]
    reminders: list[calling.Reminder]


@query
def stamp(session: Session) -> tuple[int, int]:
    """What the live page compares: two numbers that grow with every change of a space or a press in a show."""
    row = session.execute(_stamp()).one()
    return row[0], row[1]


@cache
def _stamp() -> Select[int, int]:
    presses = select(func.coalesce(func.sum(ShowRun.version), 0)).scalar_subquery()
    return select(func.coalesce(func.sum(Space.revision), 0), presses)


@query
def of_day(session: Session, actor: Actor, wanted: date | None, now: datetime) -> Today:
    """A day, 30 days back to as far as staff plan, in a fixed number of queries; raises Forbidden."""
    found = day_sheet.load(session, actor, wanted, now)
    is_today = found.day == local_day(now)
    house = settings.load(session).discipline
    points = _points(session, found)
    runs = _runs(session, [show for shows in found.shows.values() for show in shows])
    seats = _seats(session, found, now) if is_today else {}
    places = [
        Place(
            space=space,
            openings=found.openings[space.id],
            closures=found.closures.get(space.id, ()),
            lines=[_line(booking, time, house, points, now) for time, booking in found.bookings[space.id]],
            shows=[_broadcast(show, runs.get(show.id)) for show in found.shows[space.id]],
            seats=seats.get(space.id),
        )
        for space in found.spaces
    ]
    return Today(
        day=found.day,
        first_day=found.first_day,
        last_day=found.last_day,
        is_today=is_today,
        places=places,
        soon=_soon((line for place in places for line in place.lines), now) if is_today else [],
        soon_shows=[one for place in places for one in place.shows if now < one.show.starts_at <= now + SOON]
        if is_today
        else [],
        reminders=calling.reminders(actor, now),
    )


def _points(session: Session, found: day_sheet.Day) -> Mapping[int, PenaltyPoint]:
    """What was given to those who stayed away, by booking."""
    missed = [
        booking.id
        for times in found.bookings.values()
        for _, booking in times
        if booking.status is BookingStatus.NO_SHOW
    ]
    given = session.scalars(
        select(PenaltyPoint).where(
            PenaltyPoint.booking_id.in_(missed), PenaltyPoint.kind == PointKind.NO_SHOW
        )
    )
    return {point.booking_id: point for point in given}


def _runs(session: Session, shows: Sequence[Show]) -> Mapping[int, ShowRun]:
    runs = session.scalars(select(ShowRun).where(ShowRun.show_id.in_([show.id for show in shows])))
    return {run.show_id: run for run in runs}


def _broadcast(show: Show, run: ShowRun | None) -> Broadcast:
    return Broadcast(
        show=show,
        has_begun=run is not None and run.started_at is not None,
        has_ended=show.wrapped_up_at is not None or (run is not None and run.ended_at is not None),
    )


def _seats(session: Session, found: day_sheet.Day, now: datetime) -> Mapping[int, walk_ins.Seats]:
    pools = {
        space: any(one.starts_at <= now < one.ends_at for one in found.openings[space.id])
        for space in found.spaces
        if space.kind is SpaceKind.POOL
    }
    return walk_ins.seats_of(session, pools, now) if pools else {}


def _line(
    booking: SeenBooking, time: Interval, house: Discipline, points: Mapping[int, PenaltyPoint], now: datetime
) -> Line:
    point = points.get(booking.id)
    presence = attendance.presence_of(booking, house, now)
    is_own = time == booking.interval
    step = _step(booking, point, presence, now) if is_own else Step.DECIDE
    return Line(
        booking=booking,
        interval=time,
        step=step,
        opens_at=presence.window.starts_at if is_own and presence is not None and presence.waits else None,
        point=point,
        is_over=time.ends_at <= now
        or (booking.status is BookingStatus.COMPLETED or booking.left_at is not None),
    )


def _step(
    booking: SeenBooking, point: PenaltyPoint | None, presence: attendance.Presence | None, now: datetime
) -> Step | None:
    if booking.status is BookingStatus.PENDING:
        return Step.DECIDE if booking.starts_at > now else None
    if point is not None and point.excused_at is None:
        return Step.EXCUSE
    if presence is None:
        return None
    if presence.may_check_in:
        return Step.CHECK_IN
    if presence.may_leave and booking.checked_in_at is not None and booking.checked_in_at + SETTLED <= now:
        return Step.LEAVE
    return None


def _soon(lines: Iterable[Line], now: datetime) -> list[Line]:
    """Who may check in now, and who comes within the hour, in order of time."""
    awaited = (BookingStatus.CONFIRMED, BookingStatus.PENDING)
    found = [
        line
        for line in lines
        if line.step is Step.CHECK_IN
        or (
            line.booking.status in awaited
            and not line.is_proposal
            and now <= line.interval.starts_at <= now + SOON
        )
    ]
    return sorted(found, key=lambda line: (line.interval, line.booking.id))
