"""Two yeses on the desk, and the form of the space that asks for them."""

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from services.desk import levels
from tests.support.builders import NOW, create_actor, create_space
from tests.support.client import read_forms
from tests.support.deciding import now_of, request_for
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def named():
    return create_actor(Role.STAFF, name="吴小梅")


@pytest.fixture
def admin(app):
    return visitor(app, create_actor(Role.ADMIN))


def approval_form(admin, room):
    page = admin.get(f"/manage/spaces/{room.code}")
    return next(form for form in read_forms(page.text) if form.action.endswith("/approval"))


def test_the_desk_says_which_yes_it_is_and_whom_the_second_waits_for(client, app, admin, staff, named):
    room = create_space("tea-room", name="楼院茶话室")
    form = approval_form(admin, room)
    sent = {"levels": "2", "approvers": [named.id], "deputies": [staff.id], "deputy_after_minutes": "60"}
    admin.post(form.action, data=form.fields | sent)
    made = request_for(room)
    desk, other = log_in(client, staff), visitor(app, named)

    first = desk.get("/desk")
    desk.submit(first, "/approve")
    waits = desk.get(f"/desk/{made.id}").text
    second = other.get(f"/desk/{made.id}")
    other.submit(second, "/approve")

    assert "第一次同意" in first.text
    assert "陈晓敏 已点第一次同意，第二次等吴小梅。" in waits
    assert f"/desk/{made.id}/approve" not in waits
    assert f"/desk/{made.id}/decline" in waits
    assert "第二次同意" in second.text
    assert now_of(made).status is BookingStatus.CONFIRMED


def test_a_start_that_comes_close_presses_more_than_a_second_yes(client, staff):
    given = {"first_yes_by_id": staff.id, "first_yes_at": NOW}
    room = create_space("tea-room", approval_levels=2)
    request_for(room, **given)
    request_for(room, 11, 12, days=0, **given)

    page = log_in(client, staff).get("/desk").text

    assert page.index("2 小时后开始") < page.index("等第二次同意")


def test_a_form_under_which_nobody_could_say_yes_says_why(admin, named):
    room = create_space()
    form = approval_form(admin, room)

    answer = admin.post(form.action, data=form.fields | {"levels": "2", "approvers": [named.id]})

    assert answer.status_code == 303
    assert "至少要两位" in admin.get(answer.location).text


def test_who_tries_the_second_yes_alone_reads_why_not(client, staff, named):
    room = create_space()
    levels.set_up(create_actor(Role.ADMIN), room.code, 2, [named.id, staff.id], [], None, now=NOW)
    made = request_for(room)
    desk = log_in(client, staff)
    form = next(form for form in read_forms(desk.get("/desk").text) if form.action.endswith("/approve"))
    desk.post(form.action, data=form.fields)

    again = desk.post(form.action, data=form.fields | {"version": "2", "idempotency_key": "another"})

    assert again.status_code == 422
    assert "第二次要另一位来点" in again.text
    assert now_of(made).status is BookingStatus.PENDING
