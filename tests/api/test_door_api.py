"""The API of the door."""

import pytest

from domain.people import Role
from services import attendance
from tests.api.program import Program
from tests.support.builders import NOW, between, create_booking, create_person, create_pool, create_space

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


def test_somebody_checks_in_and_leaves(resident, app):
    made = create_booking(create_space(), between(9, 10), booker_id=resident.person.id, pickup_number="4821")
    path = f"/bookings/{made.id}"
    assert resident.get(path).json["pickup_number"] == "4821"

    stale = resident.post(f"{path}/check-in", version=9)
    came = resident.post(f"{path}/check-in", version=1)
    again = resident.post(f"{path}/check-in", version=2)
    left = resident.post(f"{path}/leave", version=2)

    assert (stale.status_code, stale.json["current"]["status"]) == (409, "confirmed")
    assert (came.status_code, came.json["status"]) == (200, "checked_in")
    assert came.json["checked_in_at"] == "2026-11-23T09:00:00+08:00"
    assert (again.status_code, again.json["code"]) == (409, "stale")
    assert (left.status_code, left.json["status"]) == (200, "completed")
    assert left.json["ends_at"] == "2026-11-23T09:15:00+08:00"
    assert left.json["left_at"] == "2026-11-23T09:00:00+08:00"
    assert Program(app, create_person()).post(f"{path}/check-in", version=1).status_code == 404


def test_too_early_is_a_broken_rule_with_a_sentence(resident):
    made = create_booking(create_space(), between(12, 13), booker_id=resident.person.id)

    refused = resident.post(f"/bookings/{made.id}/check-in", version=1)

    assert refused.status_code == 422
    assert refused.json["violations"] == [
        {"code": "check_in_too_early", "message": "还没到签到时间，11:45 起可以签到。"}
    ]


def test_seats_are_given_and_given_back_once_for_one_key(staff, resident):
    create_pool(places=2, code="rest-station")

    seated = staff.post("/spaces/rest-station/walk-ins", key="tap")
    same = staff.post("/spaces/rest-station/walk-ins", key="tap")

    assert (seated.status_code, seated.json["ends_at"]) == (201, "2026-11-23T10:00:00+08:00")
    assert same.json == seated.json
    assert resident.get("/spaces/rest-station/seats").json == {
        "space": "rest-station", "places": 2, "free": 1, "walk_ins": 1, "booked": 0,
    }  # fmt: skip
    assert resident.post("/spaces/rest-station/walk-ins").status_code == 403
    staff.post("/spaces/rest-station/walk-ins")
    assert staff.post("/spaces/rest-station/walk-ins").json["code"] == "slot_taken"
    for _ in range(2):
        assert staff.post(f"/walk-ins/{seated.json['id']}/leave").json["left_at"] is not None
    assert resident.get("/spaces/rest-station/seats").json["free"] == 1


def test_points_are_the_owners_to_read_and_the_staffs_to_excuse(staff, resident):
    create_booking(create_space(), between(8, 9), booker_id=resident.person.id)
    attendance.release_no_shows(NOW)

    mine = resident.get("/people/me/points").json
    assert (mine["live"], mine["limit"], mine["paused_until"]) == (1, 3, None)
    path = f"/points/{mine['items'][0]['id']}/excuse"
    assert resident.post(path, reason="我来了").status_code == 403
    assert staff.post(path, reason="").json["code"] == "excuse_reason_missing"
    assert staff.post(path, reason="其实来了").json["excuse_reason"] == "其实来了"
    assert resident.get("/people/me/points").json["live"] == 0
