"""Keeping the house by the API: closures, the calendar, spaces."""

import pytest

from domain.people import Role
from domain.spaces import DayKind
from tests.api.program import Program, times
from tests.support.builders import between, create_booking, create_person, create_space

pytestmark = pytest.mark.usefixtures("db", "clock")
TOMORROW = times(between(0, 24, days=1))
NEW = {
    "code": "reading-room", "name": "阅览室", "name_en": "Reading room", "kind": "room", "approval": "none",
    "capacity": 10, "min_minutes": 30, "max_minutes": 120, "equipment": ["wifi"],
    "opening_hours": [{"day_kind": "weekday", "opens": "08:00", "closes": "24:00"}],
}  # fmt: skip


@pytest.fixture
def engine_name():
    """What these calls ask of the engine, the services' own tests ask of both."""
    return "sqlite"


def test_a_closure_names_what_is_in_the_way_and_is_made_once_all_is_decided(app):
    room = create_space("tea-room")
    made = create_booking(room, between(9, 10, days=1))
    staff = Program(app, create_person(Role.STAFF))
    wanted = {"spaces": ["tea-room"], "reason": "检修", **TOMORROW}

    asked = staff.post("/closures", **wanted)
    (hit,) = asked.json["bookings"]
    move = hit["choices"][0]
    done = staff.post(
        "/closures", decisions=[{"booking": hit["id"], "version": hit["version"], **move}], **wanted
    )

    assert (asked.status_code, asked.json["code"]) == (409, "bookings_in_the_way")
    assert (hit["id"], move["action"]) == (made.id, "move")
    assert done.status_code == 201
    (closure,) = done.json["items"]
    assert staff.get(f"/bookings/{made.id}").json["starts_at"] == move["starts_at"]
    assert [one["reason"] for one in staff.get("/spaces/tea-room").json["closures"]] == ["检修"]
    assert staff.get("/closures").json["items"] == [closure]
    assert staff.post(f"/closures/{closure['id']}/lift").json["lifted_at"]
    assert staff.get("/closures").json["items"] == []
    assert staff.post("/closures/999/lift").status_code == 404


def test_a_space_is_made_changed_and_archived(app):
    admin = Program(app, create_person(Role.ADMIN))

    made = admin.post("/spaces", **NEW)
    assert (made.status_code, made.json["equipment"], made.json["version"]) == (201, ["wifi"], 1)

    def patch(**body):
        return admin.client.patch("/api/v1/spaces/reading-room", json=body, headers=admin.headers)

    changed = patch(version=1, capacity=8, opening_hours=[])
    assert (changed.status_code, changed.json["capacity"], changed.json["opening_hours"]) == (200, 8, [])
    assert (patch(version=1, capacity=9).status_code, patch(version=1, capacity=9).json["code"]) == (
        409,
        "house_changed",
    )
    assert patch(version=changed.json["version"], min_minutes=20).status_code == 422
    assert admin.post("/spaces/reading-room/archive").json["archived"]
    assert admin.get("/spaces/reading-room").status_code == 404


def test_a_change_of_the_calendar_is_refused_until_its_bookings_were_seen(app):
    made = create_booking(create_space(days=(DayKind.WEEKDAY,)), between(9, 10, days=1))
    admin = Program(app, create_person(Role.ADMIN))

    def put(**body):
        return admin.client.put("/api/v1/calendar/2026-11-24", json=body, headers=admin.headers)

    refused = put(kind="holiday", name="校庆")
    assert (refused.status_code, refused.json["bookings"]) == (409, [made.id])
    assert put(kind="holiday", name="校庆", confirmed=[made.id]).json == {
        "date": "2026-11-24",
        "kind": "holiday",
        "name": "校庆",
    }
    assert admin.get("/calendar/2026-11-24").json["name"] == "校庆"
    gone = admin.client.delete("/api/v1/calendar/2026-11-24", headers=admin.headers)
    assert gone.json == {"removed": "2026-11-24"}
    assert admin.get("/calendar/2026-11-24").status_code == 404
    assert admin.get("/calendar/tomorrow").status_code == 404
