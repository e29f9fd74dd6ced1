"""Series over the API."""

import pytest

from domain.people import Role
from domain.spaces import Approval
from tests.api.program import Program, times
from tests.support.builders import NOW, between, create_booking, create_person, create_space

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


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE)


def asked(rule="FREQ=WEEKLY;COUNT=3", **more):
    return {"space": "tea-room", "rule": rule, "purpose": "合唱排练"} | times(between(15, 17, days=1)) | more


def dates(answer):
    return [(one["day"], one["status"]) for one in answer.json["occurrences"]]


def test_a_dry_run_says_which_dates_are_free_and_changes_nothing(resident, room):
    create_booking(room, between(16, 18, days=8))

    seen = resident.post("/series", **asked(dry_run=True))

    assert (seen.status_code, seen.json["id"]) == (200, None)
    assert dates(seen) == [("2026-11-24", "free"), ("2026-12-01", "blocked"), ("2026-12-08", "free")]
    assert [one["code"] for one in seen.json["occurrences"][1]["reasons"]] == ["slot_taken"]
    assert resident.get("/bookings", mine=1).json["items"] == []


def test_all_the_named_dates_are_booked_or_none(resident, room):
    create_booking(room, between(16, 18, days=8))

    refused = resident.post("/series", key="k1", **asked())
    again = resident.post("/series", key="k1", **asked())
    made = resident.post("/series", **asked(days=["2026-11-24", "2026-12-08"]))

    assert (refused.status_code, refused.json["code"], refused.json["days"]) == (
        409,
        "slot_taken",
        ["2026-12-01"],
    )
    assert again.json == refused.json
    assert made.status_code == 201
    assert dates(made) == [("2026-11-24", "booked"), ("2026-12-01", "blocked"), ("2026-12-08", "booked")]
    assert len(resident.get("/bookings", mine=1).json["items"]) == 2


def test_conflicts_are_skipped_when_that_is_asked(resident, room):
    create_booking(room, between(16, 18, days=8))

    made = resident.post("/series", **asked(skip="conflicts"))

    assert [one["status"] for one in made.json["occurrences"]] == ["booked", "blocked", "booked"]


def test_broken_rules_tell_their_day_and_staff_may_set_them_aside(resident, staff, room):
    refused = resident.post("/series", **asked("FREQ=WEEKLY;COUNT=4"))
    body = asked("FREQ=WEEKLY;COUNT=4", on_behalf_of=resident.person.id)
    made = staff.post("/series", **body, override={"codes": ["quota_count"], "reason": "老年大学"})

    assert (refused.status_code, refused.json["code"]) == (422, "rule_violation")
    assert [(one["code"], one["day"]) for one in refused.json["violations"]] == [
        ("quota_count", "2026-12-15")
    ]
    assert (made.status_code, len(made.json["occurrences"])) == (201, 4)
    assert made.json["booker"] == resident.person.id


@pytest.mark.parametrize(
    ("rule", "code"), [("FREQ=WEEKLY", "rule_without_end"), ("FREQ=HOURLY;COUNT=2", "rule_part_invalid")]
)
def test_a_rule_that_is_not_understood_says_so(resident, room, rule, code):
    refused = resident.post("/series", **asked(rule))

    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, code, "rule")


def test_a_series_is_moved_edited_and_cancelled_in_parts(resident, room):
    made = resident.post("/series", **asked()).json
    path, second = f"/series/{made['id']}", made["occurrences"][1]["booking"]

    moved = resident.post(
        f"{path}/reschedule",
        version=1,
        scope="following",
        from_booking=second,
        **times(between(18, 19, days=1)),
    )
    edited = resident.post(f"{path}/edit", version=2, scope="all", purpose="下棋", party_size=2)
    stale = resident.post(f"{path}/cancel", version=2, scope="all")
    cancelled = resident.post(f"{path}/cancel", version=3, scope="this", day="2026-12-08")

    assert [one["starts_at"][11:16] for one in moved.json["occurrences"]] == ["15:00", "18:00", "18:00"]
    assert (edited.json["purpose"], edited.json["version"]) == ("下棋", 3)
    assert (stale.status_code, stale.json["current"]["version"]) == (409, 3)
    assert [one["booking_status"] for one in cancelled.json["occurrences"]] == [
        "confirmed",
        "confirmed",
        "cancelled",
    ]
    assert resident.get(path).json == cancelled.json


def test_a_skipped_date_is_tried_again(resident, staff, room):
    rival = create_booking(room, between(16, 18, days=8))
    made = resident.post("/series", **asked(skip="conflicts")).json
    path = f"/series/{made['id']}/retry"

    assert resident.post(path, day="2026-12-01").json["days"] == ["2026-12-01"]
    staff.post(f"/bookings/{rival.id}/cancel", version=1)
    assert dates(resident.post(path, day="2026-12-01"))[1] == ("2026-12-01", "booked")
    assert resident.post(path, day="2026-12-01").status_code == 404


def test_a_foreign_series_is_a_missing_one(resident, app, room):
    path = f"/series/{resident.post('/series', **asked()).json['id']}"
    stranger = Program(app, create_person())

    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/cancel", version=1, scope="all").status_code == 404
    assert stranger.get("/series/999999").json == stranger.get(path).json
