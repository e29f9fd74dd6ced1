"""Booking a space in the browser: touch a time, say what for, send; and hearing no."""

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Role
from domain.spaces import Approval
from models import Booking
from tests.support.builders import (
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_pool,
    create_space,
)
from tests.support.client import read_forms
from tests.support.studio_builders import create_merchant
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")

DAY = "/spaces/tea-room/book?day=2026-11-24"
TIMED = DAY + "&start=15:00&end=17:00"


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室", buffer_minutes=15)


@pytest.fixture
def resident(client):
    return log_in(client, create_actor())


def the_booking(db):
    return db.session.scalars(select(Booking).execution_options(populate_existing=True)).one()


def the_form(page):
    return next(one for one in read_forms(page.text) if one.method == "post" and one.action.endswith("/book"))


def send(client, page, **filled_in):
    form = the_form(page)
    return client.post(form.action, data={**form.fields, "purpose": "喝茶", "party_size": "2"} | filled_in)


def plain(page):
    return page.text.replace("%3A", ":").replace("&amp;", "&")


def test_first_the_start_then_the_end_then_the_form(client, room):
    create_booking(room, between(12, 13, days=1))

    starts = plain(client.get(DAY))
    ends = plain(client.get(DAY + "&start=11:00"))
    form = plain(client.get(TIMED))

    assert "几点开始" in starts
    assert f"{DAY}&start=11:00" in starts
    assert f"{DAY}&start=12:00" not in starts
    assert f"{DAY}&start=13:15" in starts  # the first quarter-hour after the clean-up
    assert "11:00 开始，几点结束" in ends
    assert f"{DAY}&start=11:00&end=11:30" in ends
    assert "end=12:00" not in ends  # no time left to clean up
    assert "15:00–17:00" in form


def test_htmx_gets_the_step_alone(client, room):
    answer = client.get(TIMED, headers=HTMX)

    assert answer.text.lstrip().startswith('<div id="book"')


def test_a_visitor_is_led_to_the_log_in_and_back(client, room):
    page = plain(client.get(TIMED))

    assert "/login?next=/spaces/tea-room/book" in page
    assert "start%3D15:00" in page or "start=15:00" in page
    assert not [form for form in read_forms(page) if form.action.endswith("/book")]


def test_who_may_not_book_reads_why(client, room):
    for person, reason in (
        (create_actor(verified_at=None), "还没有核实"),
        (create_merchant()[1], "商户账号只能预约展位和直播间"),
    ):
        page = log_in(visitor(client.application), person).get(TIMED)
        assert reason in page.text
        assert not [form for form in read_forms(page.text) if form.action.endswith("/book")]


def test_a_request_leads_to_its_page_where_it_waits(resident, room, db):
    page = resident.get(TIMED)
    assert "提交后由工作人员审核" in page.text

    answer = resident.submit(page, "/book", purpose="家庭聚会", party_size="12")

    made = the_booking(db)
    assert (answer.status_code, answer.location) == (303, f"/bookings/{made.id}")
    assert (made.interval, made.purpose, made.party_size) == (between(15, 17, days=1), "家庭聚会", 12)
    assert "等待审核" in resident.get(answer.location).text


def test_a_seat_needs_nothing_but_its_time(resident):
    create_pool(code="rest-station")
    page = resident.get("/spaces/rest-station/book?day=2026-11-23&start=09:00&end=10:00")
    assert "不用审核" in page.text

    answer = resident.submit(page, "/book")

    assert "已确认" in resident.get(answer.location).text


def test_a_double_tap_books_once(resident, room, db):
    page = resident.get(TIMED)

    first = resident.submit(page, "/book", purpose="家庭聚会", party_size="12")
    second = resident.submit(page, "/book", purpose="家庭聚会", party_size="12")

    assert first.location == second.location == f"/bookings/{the_booking(db).id}"


def test_htmx_is_told_where_to_go(resident, room):
    form = next(one for one in read_forms(resident.get(TIMED).text) if one.action.endswith("/book"))

    answer = resident.post(
        form.action, data={**form.fields, "purpose": "喝茶", "party_size": "2"}, headers=HTMX
    )

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/bookings/")


def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(resident, room, db):
    answer = resident.submit(resident.get(TIMED), "/book", purpose="", party_size="12")

    assert answer.status_code == 422
    assert "请写一句用途" in answer.text
    assert 'value="12"' in answer.text
    assert "15:00–17:00" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_a_broken_rule_about_people_stands_at_its_field(resident, room):
    answer = resident.submit(resident.get(TIMED), "/book", purpose="家庭聚会", party_size="50")

    assert answer.status_code == 422
    assert 'id="party_size-error"' in answer.text
    assert "这里最多容纳 20 人" in answer.text


def test_a_taken_time_is_refused_in_one_sentence_with_ways_out(resident, room, db):
    page = resident.get(DAY + "&start=16:00&end=18:00")
    create_booking(room, between(15, 17, days=1))

    refused = resident.submit(page, "/book", purpose="合唱排练", party_size="8")

    assert refused.status_code == 409
    assert "这段时间已经有人预约了" in refused.text
    ways = [form for form in read_forms(refused.text) if form.fields.get("purpose") == "合唱排练"]
    times = [(way.fields["day"], way.fields["start"], way.fields["end"]) for way in ways]
    assert ("2026-11-24", "17:15", "19:15") in times
    assert 1 <= len(set(times)) - (("2026-11-24", "16:00", "18:00") in times) <= 3


def test_one_tap_takes_a_way_out_with_what_was_typed(resident, room, db):
    page = resident.get(DAY + "&start=16:00&end=18:00")
    taken = create_booking(room, between(15, 17, days=1))
    refused = resident.submit(page, "/book", purpose="合唱排练", party_size="8")
    way = next(form for form in read_forms(refused.text) if form.fields.get("start") == "17:15")

    answer = resident.post(way.action, data=way.fields)

    assert answer.status_code == 303
    made = db.session.scalars(select(Booking).where(Booking.id != taken.id)).one()
    assert (made.interval, made.purpose, made.party_size) == (between(17.25, 19.25, days=1), "合唱排练", 8)


def test_a_time_that_makes_no_sense_is_asked_for_again(resident, room):
    for path in (DAY + "&start=17:00&end=15:00", DAY + "&start=25:00", DAY + "&start=x&end=y"):
        assert "几点" in resident.get(path).text
    page = resident.get(TIMED)

    answer = resident.submit(page, "/book", start="17:00", end="15:00", purpose="喝茶", party_size="2")

    assert answer.status_code == 422
    assert "请选择开始和结束时间" in answer.text


def test_a_captain_books_for_a_neighbour_of_the_building_only(client, db):
    create_space("tea-room", approval=Approval.CAPTAINS_AT_ONCE)
    neighbour = create_person(name="陈阿婆", phone=None, building=7)
    stranger = create_person(name="外楼人", building=8)
    captain = log_in(client, create_captain(7))
    page = captain.get(TIMED)
    assert "陈阿婆" in page.text
    assert "外楼人" not in page.text

    refused = send(captain, page, on_behalf_of=stranger.id)
    made = send(captain, page, on_behalf_of=neighbour.id)

    assert refused.status_code == 422
    assert made.status_code == 303
    booking = the_booking(db)
    assert (booking.booker_id, booking.status) == (neighbour.id, BookingStatus.CONFIRMED)


def test_staff_find_the_neighbour_by_the_flat(client, room, db):
    person = create_person(name="陈阿婆", building=7, unit=2, room="301")
    staff = log_in(client, create_actor(Role.STAFF, building=None, unit=None, room=None))

    found = staff.get(TIMED + "&building=7&unit=2&room=301")
    made = send(staff, found)

    assert "7-2-301 陈阿婆" in found.text
    assert made.status_code == 303
    assert the_booking(db).booker_id == person.id
    assert "这一户没有已核实的住户" in staff.get(TIMED + "&building=7&unit=2&room=999").text
