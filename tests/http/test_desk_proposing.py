"""Another time, proposed at the desk and answered on the booker's phone."""

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from models import Person, db
from services.desk import proposing
from tests.support.builders import NOW, between, create_actor, create_booking, create_captain, create_space
from tests.support.client import read_forms
from tests.support.deciding import HELD, delivered, now_of, request_for
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
OTHER = between(10, 12, days=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def desk(client, staff):
    return log_in(client, staff)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


@pytest.fixture
def made(room):
    return request_for(room)


@pytest.fixture
def resident(app, made):
    """The booker's phone."""
    return visitor(app, db.session.get_one(Person, made.booker_id))


def forms(client, address, ending):
    return [form for form in read_forms(client.get(address).text) if form.action.endswith(ending)]


def proposed(staff, made, to=OTHER):
    return proposing.propose(staff, made.id, to, version=now_of(made).version, now=NOW)


def test_one_tap_proposes_a_free_time_and_the_next_request_comes_up(desk, made, room):
    other = request_for(room, 18, 19)
    quick, _typed = forms(desk, f"/desk/{made.id}", "/propose")

    answer = desk.post(quick.action, data=quick.fields | {"time": "2026-11-24 10:00 12:00"})

    assert 'name="time" value="2026-11-24 17:00 19:00"' not in desk.get(f"/desk/{other.id}").text
    assert (answer.status_code, answer.location) == (303, f"/desk/{other.id}")
    page = desk.get(answer.location).text
    assert "已建议：楼院茶话室 明天 15:00–17:00 改到 明天 10:00–12:00，等申请人回答。" in page
    assert page.index("1 件等您审核") < page.index("等住户回答") < page.index("已建议 明天 10:00–12:00")
    assert now_of(made).suggested == OTHER


def test_any_other_time_is_typed_and_is_as_long_as_the_request(desk, made):
    _quick, typed = forms(desk, f"/desk/{made.id}", "/propose")
    assert (typed.fields["day"], typed.fields["start"]) == ("2026-11-24", "15:00")

    desk.post(typed.action, data=typed.fields | {"day": "2026-11-25", "start": "09:30"})

    assert now_of(made).suggested == between(9.5, 11.5, days=2)


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"day": "2026-11-24", "start": "late"}, 422, "时间"),
        ({"time": "2026-11-24"}, 422, "时间"),
        ({"day": "2026-11-24", "start": "15:00"}, 422, "这就是申请的时间，请另选一个。"),
        ({"day": "2026-11-24", "start": "10:00"}, 409, "10:00"),
    ],
)
def test_a_time_that_can_not_be_had_is_refused_on_the_desk(desk, made, room, sent, status, told):
    create_booking(room, between(9, 11, days=1))
    form = forms(desk, f"/desk/{made.id}", "/propose")[-1]
    kept = {name: value for name, value in form.fields.items() if name not in ("day", "start")}

    answer = desk.post(form.action, data=kept | sent)

    assert answer.status_code == status
    assert told in answer.text
    assert now_of(made).proposed is None


def test_the_booker_accepts_in_one_tap_on_my_bookings(staff, made, resident):
    proposed(staff, made)
    delivered(NOW + HELD)
    page = resident.get("/bookings")

    answer = resident.submit(page, "/accept-proposal")

    assert "工作人员建议换个时间" in page.text
    assert page.text.count("10:00–12:00") == 1
    assert (answer.status_code, answer.location) == (303, f"/bookings/{made.id}")
    assert "定好了" in resident.get(answer.location).text
    assert (now_of(made).status, now_of(made).interval) == (BookingStatus.CONFIRMED, OTHER)


def test_the_booker_refuses_on_the_page_of_the_booking(staff, made, resident):
    proposed(staff, made)
    page = resident.get(f"/bookings/{made.id}")

    answer = resident.submit(page, "/refuse-proposal")

    assert "两个时间现在都给您留着" in page.text
    assert "11月24日 周二 10:00" in page.text
    assert answer.status_code == 303
    assert "继续等审核" in resident.get(answer.location).text
    assert (now_of(made).status, now_of(made).proposed) == (BookingStatus.PENDING, None)


def test_an_answer_that_comes_late_shows_how_it_stands(staff, made, resident, clock):
    proposed(staff, made)
    [form] = forms(resident, f"/bookings/{made.id}", "/accept-proposal")
    clock.move_to(OTHER.starts_at)
    late = resident.post(form.action, data=form.fields)
    proposing_again = resident.post(form.action, data=form.fields | {"version": "1"})

    assert (late.status_code, proposing_again.status_code) == (422, 409)
    assert "已经来不及回答了" in late.text


def test_a_captain_sees_what_to_answer_for_a_neighbour(app, staff, room):
    captain = create_captain()
    made = request_for(room, 19, 20, created_by_id=captain.id)
    proposed(staff, made)

    page = visitor(app, captain).get("/bookings")

    assert "工作人员建议换个时间" in page.text
    assert "替 " in page.text


def test_staff_read_on_the_booking_that_the_booker_is_asked(desk, staff, made):
    proposed(staff, made)

    page = desk.get(f"/bookings/{made.id}").text

    assert "已建议改到" in page
    assert "/accept-proposal" not in page


def test_the_case_shows_both_times_and_the_request_can_still_be_approved(desk, staff, made):
    proposed(staff, made)
    page = desk.get(f"/desk/{made.id}")

    answer = desk.submit(page, "/approve")

    assert "建议的时间" in page.text
    assert "已建议改到 明天 10:00–12:00" in page.text
    assert answer.status_code == 303
    assert now_of(made).status is BookingStatus.CONFIRMED
