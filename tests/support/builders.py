"""Named builders: a test says only what it is about, the rest is plausible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from domain.bookings import BookingStatus
from domain.interval import Interval, at_local
from domain.people import Actor, Role
from domain.spaces import Approval, DayKind, OpenOn, SpaceKind, own_place
from models import (
    Booking,
    OpeningHours,
    Person,
    Space,
    SpaceSteward,
    db,
)
from services import arbiter, kept, settings
from services.unit_of_work import in_transaction

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Quanzhou."""

serial = count(1)
"""One count for all: names and phones never meet."""


def at(hour: float, *, day: date = MONDAY) -> datetime:
    """A moment on the community's wall clock: at(15), at(15.5)."""
    return at_local(day, int(hour * 60))


def between(start: float, end: float, *, day: date = MONDAY, days: int = 0) -> Interval:
    """between(15, 17, days=1): tomorrow from 15:00 to 17:00."""
    day += timedelta(days=days)
    return Interval(at(start, day=day), at(end, day=day))


def saved(thing: Any) -> Any:
    """The thing, stored in a transaction of its own."""

    def save() -> Any:
        db.session.add(thing)
        db.session.flush()
        return thing

    return directly(save)


def directly(save: Callable[[], Any]) -> Any:
    """Store something around the services; the revision by which they tell of it is not raised."""
    made = in_transaction(save)
    kept.forget()
    return made


def create_space(code: str | None = None, **changes: Any) -> Space:
    """A room for 20, open daily 08:00–22:00, decided by staff, like the tea room without its buffer."""
    number = next(serial)
    opens, closes = changes.pop("opens", 8), changes.pop("closes", 22)
    days = changes.pop("days", tuple(DayKind))
    values: dict[str, Any] = {
        "code": code or f"space-{number}",
        "name": f"活动室{number}",
        "name_en": f"Room {number}",
        "kind": SpaceKind.ROOM,
        "approval": Approval.STAFF,
        "places": 1,
        "capacity": 20,
        "min_minutes": 30,
        "max_minutes": 240,
        "buffer_minutes": 0,
        "advance_days": 30,
        "lead_minutes": 30,
        "position": number,
    }
    hours = [
        OpeningHours(open_on=OpenOn(kind), opens_minute=int(opens * 60), closes_minute=int(closes * 60))
        for kind in days
    ]
    return saved(Space(**values | changes, hours=hours))


def create_pool(places: int = 3, **changes: Any) -> Space:
    """Anonymous seats that need no approval, like the rest station."""
    return create_space(
        **{
            "kind": SpaceKind.POOL,
            "approval": Approval.NONE,
            "places": places,
            "capacity": places,
            "min_minutes": 15,
            "max_minutes": 60,
            "lead_minutes": 0,
        }
        | changes
    )


def create_studio(**changes: Any) -> Space:
    """A studio of ten booths, open 09:00–23:00."""
    return create_space(
        **{
            "kind": SpaceKind.STUDIO,
            "places": 10,
            "capacity": None,
            "min_minutes": 15,
            "max_minutes": 15,
            "opens": 9,
            "closes": 23,
        }
        | changes
    )


def create_person(role: Role = Role.RESIDENT, **changes: Any) -> Person:
    """A verified neighbour of building 7 with a phone of their own and no password."""
    number = next(serial)
    values: dict[str, Any] = {
        "phone": f"138{number:08d}",
        "name": f"陈{number}",
        "role": role,
        "building": 7,
        "unit": 2,
        "room": f"{number}",
        "verified_at": NOW,
        "created_at": NOW,
    }
    return saved(Person(**values | changes))


def create_actor(role: Role = Role.RESIDENT, **changes: Any) -> Actor:
    """A person as somebody who acts."""
    return create_person(role, **changes).as_actor()


def name_steward(space: Space, staff_id: int) -> None:
    """One of the staff who may reveal what a private space keeps to itself."""
    saved(SpaceSteward(space_id=space.id, person_id=staff_id))


def create_captain(building: int = 7) -> Actor:
    """The captain of a building."""
    return create_actor(Role.CAPTAIN, captain_of=building)


def create_booking(space: Space, interval: Interval, **changes: Any) -> Booking:
    """A booking with its ticks, whatever the rules say; confirmed unless said otherwise."""
    booker_id = changes.pop("booker_id", None) or create_person().id
    values: dict[str, Any] = {
        "space_id": space.id,
        "place": own_place(space.kind),
        "starts_at": interval.starts_at,
        "ends_at": interval.ends_at,
        "status": BookingStatus.CONFIRMED,
        "version": 1,
        "purpose": "合唱排练",
        "party_size": 1,
        "booker_id": booker_id,
        "created_by_id": booker_id,
        "created_at": NOW,
        "buffer_minutes": 0 if space.kind is SpaceKind.STUDIO else space.buffer_minutes,
    }

    def save() -> Booking:
        booking = Booking(**values | changes)
        db.session.add(booking)
        db.session.flush()
        arbiter.hold(db.session(), space, booking, interval, booking.place)
        return booking

    booking: Booking = directly(save)
    return booking


def set_figure(key: str, value: int) -> None:
    """Set one figure of the house, as the command line does."""
    settings.change(key, value, now=NOW)
