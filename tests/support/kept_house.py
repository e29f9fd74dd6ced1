"""A small house in which everything that calendars show can change, and what its pages look like."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import pytest
from flask import Flask, current_app

from blueprints.board.views import board_page
from domain.bookings import BookingStatus
from domain.people import Actor, Role
from domain.spaces import DayKind, Equipment, Hours, OpenOn
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout
from models import Booking, Space
from models.shows import Show
from services import attendance, board, booking, decisions, kept, moving, settings, walk_ins
from services.house import calendar, closures, hours, spaces
from services.privacy import erasing
from services.registry import merging
from services.studio import booths, cancelling, planning
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.client import PageClient
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.visits import visitor

NOT_LOOKED_AT = re.compile(r'name="csrf_token" value="[^"]*"|seen=[0-9a-f]+')
"""A secret of the reader, and the stamp of a live picture, which changes with every revision."""
TOMORROW = MONDAY + timedelta(days=1)
PAGES = (
    "/",
    "/?view=list",
    "/?day=2026-11-24",
    "/?day=2026-11-24&view=list",
    "/spaces/tea-room",
    "/spaces/pavilion",
    "/spaces/rest-station",
    "/spaces/studio",
    "/spaces/tea-room/month",
    "/spaces/studio/month",
)


@dataclass
class House:
    """Two rooms, seats and a studio; somebody with bookings, a neighbour, a shop, and those who run it."""

    tea_room: Space
    pavilion: Space
    pool: Space
    studio: Space
    show: Show
    resident: Actor
    neighbour: Actor
    shop: Actor
    product_id: int
    staff: Actor
    admin: Actor
    pending: Booking
    now_there: Booking
    evening: Booking
    closure_id: int

    @classmethod
    def built(cls) -> "House":
        """The house at NOW, with a little going on."""
        tea_room = create_space("tea-room", buffer_minutes=15, lead_minutes=10)
        pavilion = create_space("pavilion", lead_minutes=0)
        pool, studio = create_pool(code="rest-station"), create_studio(code="studio")
        resident, (merchant, shop) = create_actor(), create_merchant()
        staff = create_actor(Role.STAFF)
        return cls(
            tea_room=tea_room,
            pavilion=pavilion,
            pool=pool,
            studio=studio,
            show=create_show(studio, at(19.5, day=TOMORROW), title="秋茶专场"),
            resident=resident,
            neighbour=create_actor(),
            shop=shop,
            product_id=create_product(merchant).id,
            staff=staff,
            admin=create_actor(Role.ADMIN),
            pending=create_booking(
                tea_room, between(12, 14), status=BookingStatus.PENDING, booker_id=resident.id
            ),
            now_there=create_booking(
                pavilion,
                between(9, 11),
                status=BookingStatus.CHECKED_IN,
                booker_id=resident.id,
                checked_in_at=NOW,
            ),
            evening=create_booking(pavilion, between(18, 20), booker_id=resident.id),
            closure_id=closures.close(staff, ["pavilion"], between(10, 12, days=1), "检修", {}, now=NOW)[
                0
            ].id,
        )

    def visitors(self, app: Flask) -> list[PageClient]:
        """Nobody in particular, who has bookings, who has none, and staff."""
        return [visitor(app, person) for person in (None, self.resident, self.neighbour, self.staff)]

    def facts(self) -> spaces.SpaceFacts:
        """What is known of the tea room."""
        return spaces.facts_of(spaces.one(self.admin, "tea-room"))

    def version(self) -> int:
        """That of the tea room."""
        return int(spaces.one(self.admin, "tea-room").version)


def looks(visitors: list[PageClient], pages: tuple[str, ...] = PAGES) -> list[str]:
    """What each of them sees on each page, made for this once; secrets of the reader left out."""
    for one in visitors:
        one.application.extensions["jufu_answers"].shelf.clear()
    return [NOT_LOOKED_AT.sub("", one.get(page).text) for one in visitors for page in pages]


def drawn(viewer: Actor | None, now: datetime) -> tuple[object, ...]:
    """The rows and cards of today's board as somebody sees them."""
    with current_app.test_request_context():
        page = board_page(board.of_day(viewer, None, now), now)
    return page.rows, page.seats, page.next_show


@contextmanager
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make everything anew meanwhile, and leave what is kept as it was."""
    with monkeypatch.context() as patch:
        patch.setattr(kept, "_SHELVES", WeakKeyDictionary())
        yield


def edited(house: House, **changes: object) -> None:
    """The tea room, as an admin changes it."""
    spaces.edit(house.admin, "tea-room", replace(house.facts(), **changes), version=house.version(), now=NOW)


def closed(house: House, start: float, end: float) -> int:
    """The pavilion, closed for a while in the afternoon."""
    return closures.close(house.staff, ["pavilion"], between(start, end), "检修", {}, now=NOW)[0].id


def other_hours(house: House) -> None:
    """Other hours of the tea room, which hold what is booked there."""
    open_on = tuple(Hours(one, 540, 1200) for one in (OpenOn.WEEKEND, OpenOn.HOLIDAY, OpenOn.WEEKDAY))
    hours.set_hours(house.admin, "tea-room", open_on, version=house.version(), now=NOW)


def walk_in_and_out(house: House) -> None:
    """A seat, taken and given back: the first of two is left."""
    first = walk_ins.walk_in(house.staff, "rest-station", now=NOW)
    walk_ins.walk_in(house.staff, "rest-station", now=NOW)
    walk_ins.leave(house.staff, first.id, now=NOW)


def plan_another(house: House) -> None:
    """A show before the one that is planned."""
    planning.create_show(house.staff, ShowWish("年货节", at(14.5, day=TOMORROW), Layout.RUNDOWN), now=NOW)


def take_a_booth(house: House) -> None:
    """One of the free booths of the evening."""
    booths.take_booth(house.shop, house.show.id, 1, house.product_id, now=NOW)


CHANGES = {
    "a room is asked for": lambda h: booking.request_booking(
        h.neighbour, "tea-room", between(15, 16), purpose="喝茶", party_size=2, now=NOW
    ),
    "a seat is booked": lambda h: booking.request_booking(
        h.neighbour, "rest-station", between(10, 11), purpose="", party_size=1, now=NOW
    ),
    "a request is approved": lambda h: decisions.approve(h.staff, h.pending.id, version=1, now=NOW),
    "a request is declined": lambda h: decisions.decline(
        h.staff, h.pending.id, version=1, reason="检修", now=NOW
    ),
    "a booking is cancelled": lambda h: booking.cancel(h.resident, h.evening.id, version=1, now=NOW),
    "a booking is to be moved": lambda h: moving.reschedule(
        h.resident, h.evening.id, between(15, 16), version=1, now=NOW
    ),
    "somebody leaves early": lambda h: attendance.leave(h.resident, h.now_there.id, version=1, now=NOW),
    "a seat is taken at the counter": lambda h: walk_ins.walk_in(h.staff, "rest-station", now=NOW),
    "a seat is left": walk_in_and_out,
    "a space is closed": lambda h: closed(h, 14, 16),
    "a closure is lifted": lambda h: closures.lift(h.staff, h.closure_id, now=NOW),
    "a space is closed off the grid": lambda h: closed(h, 14.1, 16.1),
    "hours change": other_hours,
    "a name changes": lambda h: edited(h, name="新茶室"),
    "a space becomes private": lambda h: edited(h, is_private=True),
    "the shortest length changes": lambda h: edited(h, min_minutes=120),
    "equipment comes": lambda h: edited(h, equipment=frozenset({Equipment.PROJECTOR})),
    "the order changes": lambda h: spaces.shift_in_order(h.admin, "pavilion", up=True, now=NOW),
    "a day becomes a holiday": lambda h: calendar.set_days(
        h.admin, [TOMORROW], DayKind.HOLIDAY, "社区日", now=NOW
    ),
    "a show is planned": plan_another,
    "a show is renamed": lambda h: planning.change_show(
        h.staff, h.show.id, {"title": "冬茶专场"}, version=1, now=NOW
    ),
    "a show is cancelled": lambda h: cancelling.cancel_show(
        h.staff, h.show.id, version=1, reason="停电", now=NOW
    ),
    "a booth is taken": take_a_booth,
    "a rehearsal may be longer": lambda h: settings.change("studio_min_minutes", 240, now=NOW),
    "two accounts become one": lambda h: merging.merge(
        h.admin, h.neighbour.id, h.resident.id, versions=(1, 1), now=NOW
    ),
    "somebody is erased": lambda h: erasing.erase(h.admin, h.resident.id, version=1, now=NOW),
}
"""Whatever may change what a calendar shows, each by its name."""
