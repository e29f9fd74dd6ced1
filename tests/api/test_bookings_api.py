"""The API of spaces and bookings."""

import re
from datetime import datetime, timedelta

import pytest

from domain.people import Role
from models import Person
from models.base import db
from tests.api.program import Program, times
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_booking,
    create_person,
    create_space,
    create_studio,
)
from tests.support.studio_builders import create_merchant, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def resident(app):
    return Program(app, create_person())


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


def test_a_room_is_asked_for_and_approved(resident, staff):
    space = create_space("tea-room")

    made = resident.post(
        "/bookings", space="tea-room", purpose="喝茶", party_size=4, **times(between(15, 17, days=1))
    )
    approved = staff.post(f"/bookings/{made.json['id']}/approve", version=1)

    assert (made.status_code, made.json["status"]) == (201, "pending")
    assert made.json["starts_at"] == "2026-11-24T15:00:00+08:00"
    assert (approved.status_code, approved.json["status"], approved.json["version"]) == (200, "confirmed", 2)
    assert space.code == made.json["space"]


def test_a_taken_time_is_a_conflict_with_choices(resident, app):
    space = create_space("tea-room")
    create_booking(space, between(15, 17, days=1))

    refused = resident.post("/bookings", space="tea-room", party_size=1, **times(between(16, 18, days=1)))

    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    assert refused.json["code"] == "slot_taken"
    assert refused.json["alternatives"][0] == {
        "space": "tea-room",
        "starts_at": "2026-11-24T17:00:00+08:00",
        "ends_at": "2026-11-24T19:00:00+08:00",
    }


def test_broken_rules_come_with_code_and_sentence(resident):
    create_space("tea-room")

    refused = resident.post("/bookings", space="tea-room", party_size=99, **times(between(15, 15.25, days=1)))

    assert refused.status_code == 422
    assert [(v["code"], v["message"]) for v in refused.json["violations"]] == [
        ("too_short", "这里一次至少预约 30 分钟。"),
        ("too_many_people", "这里最多容纳 20 人。"),
    ]


def test_the_same_key_gives_the_same_answer_and_one_booking(resident):
    create_space("tea-room")
    wish = {"space": "tea-room", "party_size": 2, **times(between(15, 17, days=1))}

    first = resident.post("/bookings", key="one", **wish)
    again = resident.post("/bookings", key="one", **wish)
    other = resident.post("/bookings", key="one", **wish | {"party_size": 3})

    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    assert len(resident.get("/bookings", mine=1).json["items"]) == 1


def test_a_refusal_is_an_answer_too(resident, staff):
    create_space("tea-room")
    blocking = create_booking(create_space("pavilion"), between(15, 17, days=1))
    wish = {"space": "pavilion", "party_size": 2, **times(between(15, 17, days=1))}

    first = resident.post("/bookings", key="one", **wish)
    staff.post(f"/bookings/{blocking.id}/cancel", version=1)
    again = resident.post("/bookings", key="one", **wish)
    fresh = resident.post("/bookings", key="two", **wish)

    assert (first.status_code, again.status_code, fresh.status_code) == (409, 409, 201)
    assert first.json == again.json


def test_the_second_of_two_decisions_sees_the_current_state(resident, staff):
    create_space("tea-room")
    made = resident.post("/bookings", space="tea-room", **times(between(15, 17, days=1))).json
    staff.post(f"/bookings/{made['id']}/decline", version=1, reason="场地维修")

    late = staff.post(f"/bookings/{made['id']}/approve", version=1)

    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert (late.json["current"]["status"], late.json["current"]["decision_reason"]) == (
        "declined",
        "场地维修",
    )


def test_a_foreign_booking_answers_exactly_like_a_missing_one(resident):
    foreign = create_booking(create_space(), between(15, 17, days=1))

    seen, missing = resident.get(f"/bookings/{foreign.id}"), resident.get("/bookings/999999")

    assert (seen.status_code, seen.json) == (404, missing.json)


def test_nothing_is_done_without_a_token_and_cookies_count_for_nothing(app, client):
    create_space("tea-room")

    answer = app.test_client().post("/api/v1/bookings", json={"space": "tea-room"})

    assert (answer.status_code, answer.json["code"]) == (401, "not_logged_in")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_time_without_offset_and_an_unknown_field_are_refused(resident):
    wish = {
        "space": "tea-room",
        "starts_at": "2026-11-24T15:00",
        "ends_at": "2026-11-24T17:00",
        "status": "confirmed",
    }

    refused = resident.post("/bookings", **wish)

    assert refused.status_code == 422
    assert {e["field"] for e in refused.json["errors"]} == {"starts_at", "ends_at", "status"}


def test_availability_merges_equal_quarter_hours(resident):
    create_booking(create_space("tea-room"), between(15, 17, days=1))
    day = between(0, 24, days=1)

    found = resident.get(
        "/spaces/tea-room/availability", **{"from": day.starts_at.isoformat(), "to": day.ends_at.isoformat()}
    )

    assert [(i["starts_at"][11:16], i["free"]) for i in found.json["items"]] == [
        ("00:00", 0), ("08:00", 1), ("15:00", 0), ("17:00", 1), ("22:00", 0),
    ]  # fmt: skip


def test_lists_come_page_by_page(resident, staff):
    space = create_space()
    for day in range(5):
        create_booking(space, between(9, 10, days=day + 1))

    first = staff.get("/bookings", page_size=3).json
    second = staff.get("/bookings", page_size=3, cursor=first["next_cursor"]).json

    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [3, 2, None]
    assert resident.get("/bookings").json["items"] == []


def test_openapi_describes_every_route_of_the_api(app):
    described = app.test_client().get("/api/v1/openapi.json").json

    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
    }
    assert {
        f"/api/v1{path}" if not path.startswith("/api") else path for path in described["paths"]
    } == served


def test_staff_read_nothing_of_the_parties_of_a_private_room(resident, staff):
    create_space("mediation-room", is_private=True)
    wish = {"space": "mediation-room", "purpose": "楼上漏水", **times(between(15, 16, days=1))}
    made = resident.post("/bookings", **wish).json

    (listed,) = staff.get("/bookings", space="mediation-room").json["items"]

    assert made["purpose"] == "楼上漏水"
    assert (listed["purpose"], listed["booker"], listed["created_by"]) == (None, None, None)
    assert staff.get(f"/bookings/{made['id']}").json == listed


def test_short_lists_are_paged_too(resident):
    for _ in range(5):
        create_space()

    first = resident.get("/spaces", page_size=3).json
    second = resident.get("/spaces", page_size=3, cursor=first["next_cursor"]).json

    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [3, 2, None]
    assert {s["code"] for s in first["items"]}.isdisjoint(s["code"] for s in second["items"])


def test_a_program_of_a_shop_has_the_studio_for_a_rehearsal_but_not_into_a_show(app):
    studio = create_studio(code="studio")
    show = create_show(studio, at(19.5, day=MONDAY + timedelta(days=1)))
    shop = Program(app, db.session.get_one(Person, create_merchant()[1].id))

    made = shop.post(
        "/bookings", space="studio", purpose="试播", party_size=2, **times(between(10, 12, days=1))
    )
    refused = shop.post(
        "/bookings", space="studio", purpose="试播", party_size=2, **times(between(19, 20, days=1))
    )

    assert (made.status_code, made.json["place"], made.json["status"]) == (201, 0, "pending")
    assert (refused.status_code, refused.json["code"]) == (409, "slot_taken")
    assert len(refused.json["alternatives"]) == 3
    ways = [
        (datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"]))
        for one in refused.json["alternatives"]
    ]
    assert all(ends_at <= show.starts_at or starts_at >= show.ends_at for starts_at, ends_at in ways)
