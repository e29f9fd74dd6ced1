"""Who is in the mediation room and what for: searched for on every page and in every answer of every role."""

import json

import pytest

from domain.people import Role
from services.house import closures, settling, stewards
from tests.support.builders import NOW, between, create_actor, create_booking, create_person, create_space
from tests.support.telling import told
from tests.support.visits import log_in, visitor
from tests.support.world import SAFE, build_world, doors, knock

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.slow]
NAME, PURPOSE, PHONE = "欧阳金丝雀", "离婚财产分割", "13999887766"
CANARIES = (NAME, PURPOSE, PHONE, "欧阳")
DAYS = ("2026-11-23", "2026-11-24")


@pytest.fixture
def engine_name():
    """What a page shows does not depend on the engine."""
    return "sqlite"


def lay_out(*, private: bool):
    """A world whose one more room holds requests and bookings of the canary's, yesterday's to tomorrow's."""
    world = build_world()
    room = create_space("mediation-room", is_private=private)
    canary = create_person(name=NAME, phone=PHONE, building=33)
    made = [
        create_booking(
            room, time, booker_id=canary.id, purpose=PURPOSE, status=status, decision_reason=PURPOSE
        )
        for time, status in (
            (between(10, 11), "confirmed"),
            (between(14, 15), "pending"),
            (between(10, 11, days=1), "confirmed"),
            (between(14, 15, days=1), "pending"),
        )
    ]
    _close_a_day(world, room, canary)
    return world, room, made


def _close_a_day(world, room, canary):
    """The first closure of the house hits the canary, who must be told of it."""
    hit = create_booking(room, between(10, 11, days=2), booker_id=canary.id, purpose=PURPOSE)
    staff, day = world.people[Role.STAFF].as_actor(), between(0, 24, days=2)
    closures.close(staff, [room.code], day, "检修", {hit.id: settling.usual(hit, day)}, now=NOW)


BY_DAY = ("board", "spaces", "desk", "manage")


def visits(door, room, bookings, ids):
    """What a door is asked for: the room, each of its open bookings, and the days on which it is used."""
    of_room = ids | {"code": room.code}
    if "booking_id" in door.rule.arguments:
        return [(of_room | {"booking_id": made.id}, {}) for made in bookings[1:3]]
    if door.endpoint.partition(".")[0] in BY_DAY:
        return [(of_room, {"day": day, "space": room.code}) for day in DAYS]
    return [(of_room, {})]


def sings(answer, canaries=CANARIES):
    """Whether a canary is in the answer; JSON writes her in escapes."""
    text = told(answer)
    return any(word in text or json.dumps(word)[1:-1] in text for word in canaries)


REGISTER = {"people.all_people", "api_registry.accounts"}
"""Who lives here is no secret of the room: the register names everybody to staff, and is searched for the rest."""


def leaks(app, world, room, bookings, role):
    """Every address that is safe to open and where a canary sings, and how many opened."""
    found, opened = set(), 0
    for door in doors(app):
        for ids, query in visits(door, room, bookings, world.ids) if door.method in SAFE else ():
            answer = knock(app, door, world.people.get(role), ids, query_string=query)
            opened += answer.status_code == 200
            if sings(answer, CANARIES[1:3] if door.endpoint in REGISTER else CANARIES):
                found.add(door.endpoint)
    return found, opened


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_nobody_unasked_reads_who_is_there_or_what_for(app, db, role):
    world, room, made = lay_out(private=True)

    found, opened = leaks(app, world, room, made, role)

    assert found == set()
    assert opened >= 20


def test_the_search_finds_the_canary_in_a_room_that_is_not_private(app, db):
    world, room, made = lay_out(private=False)

    found, _ = leaks(app, world, room, made, Role.STAFF)

    assert found >= {"board.today", "spaces.one", "desk.queue", "bookings.one", "api_bookings.index"}


def test_the_desk_shows_the_parties_to_the_steward_who_asks_and_to_nobody_else(app, client, db):
    _, room, made = lay_out(private=True)
    pending = made[1]
    steward, keeper = create_person(Role.STAFF), create_person(Role.ADMIN)
    stewards.name(keeper.as_actor(), room.code, [steward.id], now=NOW)

    page = log_in(client, steward).get(f"/desk/{pending.id}")
    told = client.submit(page, f"/desk/{pending.id}/reveal")
    stranger = visitor(app, keeper)
    refused = stranger.get(f"/desk/{pending.id}")

    assert PURPOSE not in page.text
    assert PURPOSE in told.text
    assert NAME in told.text
    assert "只有这里的专人能看" in refused.text
    assert f"/desk/{pending.id}/reveal" not in refused.text


def test_closing_the_room_lists_its_bookings_without_their_parties(app, client, db):
    _, room, made = lay_out(private=True)
    staff = create_actor(Role.STAFF)
    log_in(client, staff)
    page = client.get("/manage/closures")

    listed = client.submit(page, "/manage/closures", spaces=[room.code], first=DAYS[1], reason="检修")

    plan = closures.plan_closure(staff, [room.code], between(0, 24, days=1), NOW)
    assert listed.status_code == 409
    assert {hit.booking.id for hit in plan.hits} == {made[2].id, made[3].id}
    assert not any(word in listed.text for word in CANARIES)
