"""Named builders: a test says only what it is about, the rest is plausible."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from domain.bookings import BookingStatus
from domain.interval import Interval, at_local
from domain.people import Actor, Role
from domain.shows import Layout, ShowPlan, ShowStatus
from domain.spaces import WHOLE_ROOM, Approval, DayKind, OpenOn, SpaceKind
from models import (
    Booking,
    BoothSlot,
    Merchant,
    MerchantMember,
    OpeningHours,
    Person,
    Product,
    Show,
    Space,
    SpaceSteward,
    db,
)
from services import arbiter
from services.unit_of_work import in_transaction

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Quanzhou."""

_serial = count(1)


def at(hour: float, *, day: date = MONDAY) -> datetime:
    """A moment on the community's wall clock: at(15), at(15.5)."""
    return at_local(day, int(hour * 60))


def between(start: float, end: float, *, day: date = MONDAY, days: int = 0) -> Interval:
    """between(15, 17, days=1): tomorrow from 15:00 to 17:00."""
    day += timedelta(days=days)
    return Interval(at(start, day=day), at(end, day=day))


def _saved(thing: Any) -> Any:
    def save() -> Any:
        db.session.add(thing)
        db.session.flush()
        return thing

    return in_transaction(save)


def create_space(code: str | None = None, **changes: Any) -> Space:
    """A room for 20, open daily 08:00–22:00, decided by staff, like the tea room without its buffer."""
    number = next(_serial)
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
    return _saved(Space(**values | changes, hours=hours))


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
    number = next(_serial)
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
    return _saved(Person(**values | changes))


def create_actor(role: Role = Role.RESIDENT, **changes: Any) -> Actor:
    """A person as somebody who acts."""
    return create_person(role, **changes).as_actor()


def name_steward(space: Space, staff_id: int) -> None:
    """One of the staff who may reveal what a private space keeps to itself."""
    _saved(SpaceSteward(space_id=space.id, person_id=staff_id))


def create_captain(building: int = 7) -> Actor:
    """The captain of a building."""
    return create_actor(Role.CAPTAIN, captain_of=building)


def create_merchant(name: str | None = None, **changes: Any) -> tuple[Merchant, Actor]:
    """A shop and the person who acts for it; `person` holds what that one needs beyond the usual."""
    who = {"building": None, "unit": None, "room": None} | changes.pop("person", {})
    number = next(_serial)
    values: dict[str, Any] = {
        "name": name or f"店铺{number}",
        "address": "山腰街道",
        "margin_bp": 3000,
        "created_at": NOW,
    }
    merchant = _saved(Merchant(**values | changes))
    person = create_person(Role.MERCHANT, **who)
    _saved(MerchantMember(merchant_id=merchant.id, person_id=person.id))
    return merchant, person.as_actor((merchant.id,))


def create_product(merchant: Merchant, name: str = "铁观音 250g", **changes: Any) -> Product:
    """Something the shop sells."""
    values: dict[str, Any] = {
        "merchant_id": merchant.id,
        "name": name,
        "price_fen": 8_800,
        "stock": 50,
        "created_at": NOW,
    }
    return _saved(Product(**values | changes))


def create_show(studio: Space, starts_at: datetime | None = None, **changes: Any) -> Show:
    """An open rundown of ten booths that holds the studio, in three days at 19:30 unless said otherwise."""
    starts_at = starts_at or at(19.5, day=MONDAY + timedelta(days=3))
    layout = changes.pop("layout", Layout.RUNDOWN)
    plan = ShowPlan(layout, starts_at, changes.pop("booths", 10), changes.pop("slots", 1), 15)
    values: dict[str, Any] = {
        "space_id": studio.id,
        "title": "年货节专场",
        "layout": layout,
        "status": ShowStatus.OPEN,
        "starts_at": plan.interval.starts_at,
        "ends_at": plan.interval.ends_at,
        "booths": plan.booths,
        "slots": plan.slots,
        "slot_minutes": plan.slot_minutes,
        "buffer_minutes": studio.buffer_minutes,
        "created_by_id": create_person(Role.STAFF).id,
        "created_at": NOW,
    }

    def save() -> Show:
        show = Show(**values | changes)
        db.session.add(show)
        db.session.flush()
        arbiter.hold(db.session(), studio, show, show.interval, WHOLE_ROOM)
        return show

    return in_transaction(save)


def create_booking(space: Space, interval: Interval, **changes: Any) -> Booking:
    """A booking with its ticks, whatever the rules say; confirmed unless said otherwise."""
    booker_id = changes.pop("booker_id", None) or create_person().id
    values: dict[str, Any] = {
        "space_id": space.id,
        "place": 1 if space.kind is SpaceKind.ROOM else None,
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

    return in_transaction(save)


def create_booth(show: Show, booth: int, product: Product, owner: Actor, **changes: Any) -> Booking:
    """A shop's booth in a show, in the running order's time; pending unless said otherwise."""
    interval = changes.pop("interval", None) or show.plan.interval_of(booth)

    def save() -> Booking:
        studio = db.session.get_one(Space, show.space_id)
        made = create_booking(
            studio,
            interval,
            **{"place": booth, "status": BookingStatus.PENDING, "booker_id": owner.id, "purpose": ""}
            | changes,
        )
        slot = BoothSlot(
            booking_id=made.id, show_id=show.id, merchant_id=product.merchant_id, product_id=product.id
        )
        db.session.add(slot)
        db.session.flush()
        return made

    return in_transaction(save)
