"""Taking back at the desk, for people and for the tablet's own script."""

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from services import settings
from tests.support.builders import NOW, create_actor, create_space
from tests.support.client import read_forms
from tests.support.deciding import HELD, SECOND, delivered, now_of, request_for
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(client):
    """A member of staff at the tablet."""
    return log_in(client, create_actor(Role.STAFF, name="陈晓敏"))


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def form_for(desk, request, verb):
    forms = read_forms(desk.get(f"/desk/{request.id}").text)
    return next(form for form in forms if form.action.endswith(f"/{request.id}/{verb}"))


def test_after_a_decision_the_way_back_stands_on_the_desk(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 15, 17)

    answer = desk.submit(desk.get("/desk"), f"/{first.id}/approve")
    page = desk.get(answer.location)
    back = desk.submit(page, f"/{first.id}/undo")

    assert answer.location == f"/desk/{second.id}"
    assert "已通过：楼院茶话室 明天 09:00–10:00" in page.text
    assert 'data-undo="10"' in page.text
    assert (back.status_code, back.location) == (303, f"/desk/{first.id}")
    assert "已撤销：楼院茶话室 明天 09:00–10:00 又在等审核" in desk.get(back.location).text
    assert now_of(first).status is BookingStatus.PENDING
    assert delivered() == []


def test_htmx_gets_the_request_that_was_taken_back(desk, room):
    made = request_for(room, 9, 10)
    desk.submit(desk.get("/desk"), "/approve")
    form = form_for(desk, made, "undo")

    answer = desk.post(form.action, data=form.fields, headers=HTMX)

    assert answer.status_code == 200
    assert answer.headers["HX-Replace-Url"] == f"/desk/{made.id}"
    assert f"/desk/{made.id}/approve" in answer.text
    assert "已撤销" in answer.text


def test_the_way_back_goes_with_its_seconds_and_is_refused_afterwards(desk, room, clock):
    made = request_for(room, 9, 10)
    desk.submit(desk.get("/desk"), "/approve")
    form = form_for(desk, made, "undo")
    clock.move_to(NOW + HELD)

    late = desk.post(form.action, data=form.fields)

    assert late.status_code == 422
    assert "已经来不及撤销了" in late.text
    assert "data-undo" not in desk.get("/desk").text
    assert now_of(made).status is BookingStatus.CONFIRMED


def test_nobody_else_is_offered_the_way_back(desk, app, room):
    request_for(room, 9, 10)
    desk.submit(desk.get("/desk"), "/approve")
    other = log_in(visitor(app), create_actor(Role.STAFF))

    assert "data-undo" in desk.get("/desk").text
    assert "data-undo" not in other.get("/desk").text


def test_without_an_undo_the_desk_still_says_what_was_done(desk, room):
    settings.change("undo_seconds", 0)
    request_for(room, 9, 10)

    answer = desk.submit(desk.get("/desk"), "/approve")
    page = desk.get(answer.location).text

    assert "已通过：楼院茶话室" in page
    assert "data-undo" not in page


def test_a_script_hears_what_was_said_what_comes_next_and_until_when(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 15, 17)
    form = form_for(desk, first, "approve")

    answers = [desk.post(form.action, data=form.fields, headers=JSON) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert answers[0].json == {
        "said": "已通过：楼院茶话室 明天 09:00–10:00，会告诉申请人。",
        "next": second.id,
        "undo_until": "2026-11-23T09:00:10+08:00",
        "undo": {"url": f"/desk/{first.id}/undo", "version": 2},
    }


def test_a_script_takes_it_back(desk, room):
    made = request_for(room, 9, 10)
    form = form_for(desk, made, "decline")
    told = desk.post(form.action, data=form.fields | {"reason": "场地维修"}, headers=JSON).json
    undo = {"csrf_token": form.fields["csrf_token"], "version": told["undo"]["version"]}

    answer = desk.post(told["undo"]["url"], data=undo, headers=JSON)

    assert (answer.status_code, answer.json["next"], answer.json["undo"]) == (200, made.id, None)
    assert now_of(made).status is BookingStatus.PENDING


def test_a_script_hears_of_a_conflict_as_a_problem(desk, app, room, clock):
    made = request_for(room, 9, 10)
    other = log_in(visitor(app), create_actor(Role.STAFF))
    late = form_for(other, made, "approve")
    desk.submit(desk.get("/desk"), "/approve")
    clock.move_to(NOW + SECOND)

    answer = other.post(late.action, data=late.fields, headers=JSON)

    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert (answer.json["code"], answer.json["title"]) == ("stale", "陈晓敏 在 1 分钟前已经通过了。")


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [("reason", " ", 422, "reason_missing"), ("csrf_token", "", 400, "csrf")],
)
def test_a_script_hears_what_is_wrong_as_a_problem(app, room, field, value, status, code):
    app.config["WTF_CSRF_ENABLED"] = True
    desk = log_in(visitor(app), create_actor(Role.STAFF))
    made = request_for(room, 9, 10)
    form = form_for(desk, made, "decline")

    answer = desk.post(form.action, data=form.fields | {"reason": "维修", field: value}, headers=JSON)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code


def test_a_script_of_nobody_is_told_to_log_in(client, room):
    made = request_for(room, 9, 10)

    token = read_forms(client.get("/login").text)[0].fields["csrf_token"]

    answer = client.post(f"/desk/{made.id}/undo", data={"version": 1, "csrf_token": token}, headers=JSON)

    assert (answer.status_code, answer.json["code"]) == (401, "not_logged_in")
