"""The weeks before the demo's play begins: what reports look back on, written down at once instead of acted out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import TICK, Interval, at_local, local_day
from domain.people import Actor
from domain.spaces import SpaceKind, own_place
from models import AuditEvent, Booking, RefusedDemand, Space, WalkIn
from services import opening, reading
from services.seed.people import Cast
from services.seed.wishes import DAYS_BACK, HABITS, SEATS, Habit, Who, civil

SEED = 20261125
DAYS = 75
"""Two whole months, whatever day it is."""
ENDS = (
    (0.84, BookingStatus.COMPLETED),
    (0.90, BookingStatus.CANCELLED),
    (0.94, BookingStatus.DECLINED),
    (0.96, BookingStatus.EXPIRED),
    (1.0, BookingStatus.NO_SHOW),
)
IN_VAIN = (
    ("tea-room", (5, 6), 15.0, 120, "slot_taken", 0.75, 3),
    ("tea-room", (5,), 9.0, 120, "slot_taken", 0.6, 2),
    ("mediation-room", (0, 1, 2, 3, 4), 19.0, 60, "outside_hours", 0.3, 1),
    ("mediation-room", (5,), 10.0, 60, "closed_that_day", 0.5, 2),
    ("pavilion", (4,), 19.0, 90, "slot_taken", 0.6, 2),
    ("pavilion", (0, 2), 14.0, 120, "quota_count", 0.25, 1),
    ("tea-room", (6,), 11.5, 120, "too_many_people", 0.3, 1),
)
"""Where, on which weekdays, from which hour for how long, why not, how likely, and by how many at most."""


def write_past(session: Session, cast: Cast, now: datetime) -> None:
    """Bookings that are long over, people who walked in, and wishes that were refused."""
    dice = Random(SEED)  # noqa: S311  it draws a demo that can be repeated, no secret
    spaces = {space.code: space for space in reading.spaces_in_use(session)}
    today = local_day(now)
    days = [today - timedelta(days=number) for number in range(DAYS, DAYS_BACK, -1)]
    openings = opening.on_days(session, list(spaces.values()), days)
    made = [
        booking
        for day in days
        for booking in _bookings_of(dice, cast, spaces, day)
        if any(one.contains(booking.interval) for one in openings[booking.space_id][day])
    ]
    session.add_all(made)
    session.flush()
    session.add_all(_events(dice, cast, made))
    recent = [today - timedelta(days=number) for number in range(DAYS, 0, -1)]
    session.add_all(seat for day in recent for seat in _walk_ins(dice, cast, spaces["rest-station"], day))
    session.add_all(one for day in recent for one in _refused(dice, cast, spaces, day) if one.asked_at < now)
    session.flush()


def _bookings_of(dice: Random, cast: Cast, spaces: dict[str, Space], day: date) -> Iterator[Booking]:
    for habit in HABITS:
        if dice.random() < habit.chance and day.weekday() in habit.weekdays:
            start = at_local(day, int(dice.choice(habit.hours) * 60))
            time = Interval(start, start + timedelta(minutes=habit.minutes))
            yield _booking(dice, cast, spaces[habit.space], time, habit)
    for _ in range(dice.randint(3, 7)):
        start = at_local(day, 7 * 60 + 15 * dice.randrange(52))
        time = Interval(start, start + TICK * dice.randint(1, 4))
        yield _booking(dice, cast, spaces["rest-station"], time, None)


def _booking(dice: Random, cast: Cast, space: Space, time: Interval, habit: Habit | None) -> Booking:
    booker, typed_by = _who(dice, cast, habit)
    ahead = timedelta(days=dice.uniform(1, 6)) if habit else timedelta(minutes=dice.randint(1, 50))
    roll, asked = dice.random(), civil(time.starts_at - ahead) if habit else time.starts_at - ahead
    status = next(status for limit, status in ENDS if roll <= limit)
    if not habit and status in (BookingStatus.DECLINED, BookingStatus.EXPIRED):
        status = BookingStatus.COMPLETED
    return Booking(
        space_id=space.id,
        place=own_place(space.kind),
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        status=status,
        version=2,
        purpose=habit.purpose if habit else dice.choice(SEATS),
        party_size=dice.randint(*habit.people) if habit else 1,
        booker_id=booker.id,
        created_by_id=typed_by.id,
        created_at=asked,
        decision_reason="人数超过安全上限，请分批预约" if status is BookingStatus.DECLINED else "",
        buffer_minutes=space.buffer_minutes,
        pickup_number=f"{1000 + dice.randrange(9000)}",
        checked_in_at=time.starts_at if status is BookingStatus.COMPLETED else None,
    )


def _who(dice: Random, cast: Cast, habit: Habit | None) -> tuple[Actor, Actor]:
    """Who came, and who typed it in for them."""
    if habit and habit.who is Who.CAPTAIN:
        captain = dice.choice(cast.captains)
        return captain, captain
    if habit and habit.who is Who.ON_BEHALF:
        neighbour = dice.choice(cast.without_phone)
        return neighbour, next(one for one in cast.captains if one.captain_of == neighbour.building)
    neighbour = dice.choice(cast.neighbours)
    return neighbour, neighbour


def _events(dice: Random, cast: Cast, made: list[Booking]) -> Iterator[AuditEvent]:
    """That each was asked for, and when staff said yes or no."""
    for one in made:
        about = {"object_type": Booking.__tablename__, "object_id": one.id}
        yield AuditEvent(at=one.created_at, actor_id=one.created_by_id, action="booking.requested", **about)
        waited = timedelta(minutes=min(dice.expovariate(1 / 90), 1200) + 2)
        if (
            one.place is None
            or one.status is BookingStatus.EXPIRED
            or one.created_at + waited > one.starts_at
        ):
            continue
        yes = one.status is not BookingStatus.DECLINED
        one.decided_at, one.decided_by_id = one.created_at + waited, cast.staff.id
        action = "booking.approved" if yes else "booking.declined"
        yield AuditEvent(at=one.decided_at, actor_id=cast.staff.id, action=action, **about)


def _walk_ins(dice: Random, cast: Cast, station: Space, day: date) -> Iterator[WalkIn]:
    if station.kind is not SpaceKind.POOL:
        return
    for _ in range(dice.randint(4, 11)):
        start = at_local(day, 8 * 60 + 15 * dice.randrange(44))
        end = start + TICK * dice.randint(1, 4)
        yield WalkIn(
            space_id=station.id,
            starts_at=start,
            ends_at=end,
            arrived_at=start + timedelta(minutes=dice.randint(0, 9)),
            left_at=end,
            created_by_id=cast.staff.id,
        )


def _refused(dice: Random, cast: Cast, spaces: dict[str, Space], day: date) -> Iterator[RefusedDemand]:
    for code, weekdays, hour, minutes, why, chance, most in IN_VAIN:
        if day.weekday() not in weekdays or dice.random() > chance:
            continue
        start = at_local(day, int(hour * 60))
        for person in dice.sample(cast.neighbours, dice.randint(1, most)):
            yield RefusedDemand(
                person_id=person.id,
                space_id=spaces[code].id,
                starts_at=start,
                ends_at=start + timedelta(minutes=minutes),
                code=why,
                asked_at=civil(start - timedelta(days=dice.uniform(1, 5))),
            )
