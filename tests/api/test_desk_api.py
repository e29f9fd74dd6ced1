"""The API of the desk: undo, another time, two yeses, reasons."""

import pytest

from domain.people import Role
from models import Person, db
from tests.api.program import Program, times
from tests.support.builders import NOW, between, create_person, create_space
from tests.support.deciding import HELD, SECOND, request_for

pytestmark = pytest.mark.usefixtures("db")
OTHER = between(10, 12, days=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def admin(app):
    return Program(app, create_person(Role.ADMIN))


@pytest.fixture
def made():
    return request_for(create_space("tea-room"))


@pytest.fixture
def booker(app, made):
    return Program(app, db.session.get_one(Person, made.booker_id))


def test_a_program_takes_a_decision_back_in_time(staff, made, clock):
    path = f"/bookings/{made.id}"
    staff.post(f"{path}/approve", version=1)

    back = staff.post(f"{path}/undo", version=2)
    staff.post(f"{path}/decline", version=3, reason="维修")
    clock.move_to(NOW + HELD + SECOND, tick=False)
    late = staff.post(f"{path}/undo", version=4)

    assert (back.status_code, back.json["status"], back.json["version"]) == (200, "pending", 3)
    assert late.status_code == 422
    assert [one["code"] for one in late.json["violations"]] == ["too_late_to_undo"]


def test_programs_propose_and_answer_another_time(staff, booker, made):
    path = f"/bookings/{made.id}"

    asked = staff.post(f"{path}/propose", version=1, **times(OTHER))
    twice = [booker.post(f"{path}/accept-proposal", "key", version=2) for _ in range(2)]
    stale = booker.post(f"{path}/refuse-proposal", version=2)

    assert (asked.status_code, asked.json["proposed_to_booker"]) == (200, True)
    assert asked.json["proposed"]["starts_at"] == "2026-11-24T10:00:00+08:00"
    assert [(one.status_code, one.json["status"]) for one in twice] == [(200, "confirmed")] * 2
    assert (stale.status_code, stale.json["current"]["version"]) == (409, 3)


def test_two_yeses_are_asked_for_and_given(app, staff, admin, made):
    other = Program(app, create_person(Role.STAFF))
    named = {"approvers": [other.person.id], "deputies": [staff.person.id], "deputy_after_minutes": 60}
    sent = {"levels": 2, **named}
    put = admin.client.put("/api/v1/spaces/tea-room/approval", json=sent, headers=admin.headers)
    path = f"/bookings/{made.id}/approve"

    first = staff.post(path, version=1)
    again = staff.post(path, version=2)
    second = other.post(path, version=2)

    assert (put.status_code, put.json["levels"], put.json["deputy_after_minutes"]) == (200, 2, 60)
    assert (first.json["status"], first.json["first_yes_at"] is None) == ("pending", False)
    assert [one["code"] for one in again.json["violations"]] == ["second_yes_by_another"]
    assert second.json["status"] == "confirmed"


def test_the_reasons_of_the_desk_are_read_and_added(staff, admin):
    made = admin.post("/decline-reasons", kind="room", text="停水", text_en="No water")
    listed = staff.get("/decline-reasons", page_size=100).json["items"]

    assert (made.status_code, made.json["text"]) == (201, "停水")
    assert [one["text"] for one in listed if one["kind"] == "room"][-1] == "停水"
    assert [one["id"] for one in listed if one["kind"] == "booth"] == [None] * 4
