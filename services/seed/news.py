"""What the demo shows beside single bookings: a series, a coming closure, a move that waits, and the waiting line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import recurrence
from domain.bookings import BookingStatus
from domain.errors import Refusal
from domain.interval import Interval, at_local, local_day
from domain.people import Actor
from models import Booking
from services import booking, making, moving, queueing, reading, series
from services.house import closures, settling
from services.seed.people import Cast

ROOM = "tea-room"
WEEKLY = "FREQ=WEEKLY;COUNT=6"
PAVILION = "pavilion"
FIRST_HOUR, LEAK_DAY, CLOSED_DAY = -6, 4, 6
"""Days from today: the series runs already, the closures are to come."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def weekly_hour(now: datetime) -> tuple[datetime, series.Plan]:
    """When the house put its weekly open hour down, and what it is."""
    first = at_local(local_day(now) + timedelta(days=FIRST_HOUR), 8 * 60)
    wish = making.Wish("居民接待日：有话来说", 8)
    plan = series.Plan("pavilion", Interval(first, first + HOUR), recurrence.parse(WEEKLY), wish)
    return first - 2 * DAY, plan


def bring_news(session: Session, cast: Cast, now: datetime) -> None:
    """Close the rest station for an afternoon, ask to move a booking, and offer a time to who waits for it."""
    day = local_day(now) + timedelta(days=CLOSED_DAY)
    afternoon = Interval(at_local(day, 14 * 60), at_local(day, 17 * 60))
    closures.close(cast.staff, ["rest-station"], afternoon, "地面打蜡保养", {}, now=now - DAY)
    close_pavilion(cast, now)
    _propose(session, now - HOUR)
    _offer(session, cast, now)


def close_pavilion(cast: Cast, now: datetime) -> None:
    """An afternoon in some days falls out, and a neighbour without a phone is still to be told."""
    day = local_day(now) + timedelta(days=LEAK_DAY)
    afternoon = Interval(at_local(day, 14 * 60), at_local(day, 18 * 60))
    first_hour = Interval(afternoon.starts_at, afternoon.starts_at + HOUR)
    for neighbour in cast.without_phone:
        captain = next(one for one in cast.captains if one.captain_of == neighbour.building)
        with suppress(Refusal):  # who has booked enough; or somebody has that hour, who must be told as well
            booking.request_booking(
                captain,
                PAVILION,
                first_hour,
                purpose="几户老人说说话",
                party_size=5,
                now=now - DAY,
                on_behalf_of=neighbour.id,
            )
            break
    closed_at = now - 2 * HOUR
    plan = closures.plan_closure(cast.staff, [PAVILION], afternoon, closed_at)
    usual = {hit.booking.id: settling.usual(hit.booking, afternoon) for hit in plan.hits}
    closures.close(cast.staff, [PAVILION], afternoon, "屋顶漏雨要修", usual, now=closed_at)


def _coming(session: Session, now: datetime, *statuses: BookingStatus) -> Iterator[tuple[Booking, Actor]]:
    """What neighbours booked in the tea room for the days after tomorrow, and who did."""
    found = session.scalars(
        select(Booking)
        .options(*reading.booking_options())
        .where(
            Booking.space.has(code=ROOM),
            Booking.status.in_(statuses),
            Booking.starts_at > now + 2 * DAY,
            Booking.created_at < now - 6 * HOUR,
            Booking.proposed_starts_at.is_(None),
        )
        .order_by(Booking.starts_at)
    ).unique()
    for one in found.all():
        yield one, one.booker.as_actor()


def _propose(session: Session, now: datetime) -> None:
    """Somebody would rather come on another day, and waits for the desk's yes."""
    for one, booker in _coming(session, now, BookingStatus.CONFIRMED):
        try:
            moving.reschedule(booker, one.id, one.interval.shifted(DAY), version=one.version, now=now)
        except Refusal:
            continue  # that day is taken, as in life: somebody else asks
        return


def _offer(session: Session, cast: Cast, now: datetime) -> None:
    """Neighbours stand in line for a time that was given back just now; the resident waits for another one.

    The offer is not the resident's: whoever tries the demo has all the bookings left that the rules allow.
    """
    coming = list(_coming(session, now, BookingStatus.CONFIRMED, BookingStatus.PENDING))
    for one, booker in coming:
        others = [other for other in cast.neighbours if other.id not in (booker.id, cast.resident.id)]
        if booker.id == cast.resident.id or not any(_waits(other, one, now - 5 * HOUR) for other in others):
            continue
        for other in others[-2:]:
            _waits(other, one, now - 4 * HOUR)
        given_back = now - timedelta(minutes=5)
        booking.cancel(booker, one.id, version=one.version, reason="家里临时有事", now=given_back)
        elsewhere = (other for other, _ in coming if other is not one)
        any(_waits(cast.resident, other, now - 3 * HOUR) for other in elsewhere)
        return


def _waits(actor: Actor, one: Booking, now: datetime) -> bool:
    """Let somebody stand in line for the time of a booking; tells whether the rules let them."""
    try:
        queueing.join(actor, ROOM, one.interval, purpose="邻里茶会", party_size=6, now=now)
    except Refusal:
        return False
    return True
