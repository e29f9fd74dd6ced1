"""Planning a series, booking the ticked dates, and changing them later; a browser without JavaScript."""

import re

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.spaces import Approval
from models import Booking, Series
from services import booking as bookings
from tests.support.builders import NOW, between, create_actor, create_booking, create_person, create_space
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")

WEEKLY = {
    "day": "2026-11-24",
    "start": "15:00",
    "end": "17:00",
    "repeat": "weekly",
    "ends": "count",
    "count": "3",
}
SENT = {"purpose": "合唱排练", "party_size": "8"}


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室", approval=Approval.NONE)


@pytest.fixture
def me():
    return create_actor(name="林秀兰")


@pytest.fixture
def mine(client, me, room):
    return log_in(client, me)


def plan(client, **changed):
    return client.get("/spaces/tea-room/series", query_string=WEEKLY | changed)


def ticked(page):
    return re.findall(r'name="date" value="([^"]+)" checked', page.text)


def booked(client, **changed):
    """Book what the preview ticked; the page that follows."""
    page = plan(client, **changed)
    answer = client.submit(page, "/series/book", date=ticked(page), **SENT)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location)


def starts(db):
    rows = db.session.scalars(
        select(Booking).order_by(Booking.starts_at).execution_options(populate_existing=True)
    )
    return [f"{one.starts_at:%m-%d %H:%M} {one.status}" for one in rows if one.series_id]


def test_the_booking_form_leads_to_the_series_with_its_time(mine):
    page = mine.get("/spaces/tea-room/book?day=2026-11-24&start=15:00&end=17:00")
    link = re.search(r'href="(/spaces/tea-room/series\?[^"]+)"', page.text)

    form = mine.get(link.group(1).replace("&amp;", "&"))

    assert form.status_code == 200
    assert 'value="2026-11-24"' in form.text
    assert "<option selected>15:00</option>" in form.text
    assert "series-dates" not in form.text


def test_free_dates_are_ticked_and_the_others_say_why(mine, room):
    create_booking(room, between(16, 18, days=8))

    page = plan(mine, count="5")

    assert ticked(page) == ["2026-11-24", "2026-12-08", "2026-12-15"]
    assert "这段时间已经有人预约了。" in page.text
    assert "每人同时最多有 3 个未结束的预约。" in page.text
    assert 'value="2026-12-01" disabled' in page.text
    assert 'value="2026-12-22">' in page.text, "another one given up, this one could be had"


def test_the_ticked_dates_are_booked_and_the_page_shows_each(mine, db, room):
    create_booking(room, between(16, 18, days=8))

    page = booked(mine)

    assert starts(db) == ["11-24 07:00 confirmed", "12-08 07:00 confirmed"]
    assert "每周的周二" in page.text
    assert "当时有人约了" in page.text
    assert page.text.count("再试一次") >= 1


def test_a_date_that_was_taken_meanwhile_undoes_all_and_says_which(mine, db, room):
    page = plan(mine)
    create_booking(room, between(16, 18, days=8))

    answer = mine.submit(page, "/series/book", date=ticked(page), **SENT)

    assert answer.status_code == 409
    assert "12月1日 周二：这段时间已经有人预约了。" in answer.text
    assert starts(db) == []
    assert ticked(answer) == ["2026-11-24", "2026-12-08"]
    assert 'value="合唱排练"' in answer.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"end": "14:00"}, "请选择开始和结束时间。"),
        ({"count": "many"}, "请写明约到哪一天，或者一共几次。"),
        ({"ends": "until", "until": ""}, "请写明约到哪一天，或者一共几次。"),
        ({"ends": "until", "until": "2028-01-01"}, "一个系列最长一年，请早一点结束。"),
        ({"count": "400"}, "一个系列最多 366 次。"),
    ],
)
def test_what_makes_no_series_is_said_in_words(mine, changed, told):
    page = plan(mine, **changed)

    assert page.status_code == 422
    assert told in page.text


@pytest.mark.parametrize(
    ("changed", "dates"),
    [
        ({"repeat": "daily"}, ["2026-11-24", "2026-11-25", "2026-11-26"]),
        ({"weekday": ["TU", "TH"]}, ["2026-11-24", "2026-11-26", "2026-12-01"]),
        ({"repeat": "fortnightly"}, ["2026-11-24", "2026-12-08", "2026-12-22"]),
        ({"repeat": "month_day", "count": "1"}, ["2026-11-24"]),
        ({"repeat": "month_weekday", "count": "1"}, ["2026-11-24"]),
        ({"ends": "until", "until": "2026-12-01"}, ["2026-11-24", "2026-12-01"]),
    ],
)
def test_each_way_of_repeating_finds_its_dates(mine, changed, dates):
    assert ticked(plan(mine, **changed)) == dates


def test_without_a_tick_nothing_is_booked(mine, db):
    answer = mine.submit(plan(mine), "/series/book", date=[], **SENT)

    assert answer.status_code == 422
    assert "请至少选一天。" in answer.text
    assert starts(db) == []


def test_a_skipped_date_is_tried_again(mine, db, room):
    create_booking(room, between(16, 18, days=8))
    page = booked(mine)

    refused = mine.submit(page, "/retry")
    rival = db.session.scalars(select(Booking).where(Booking.series_id.is_(None))).one()
    bookings.cancel(create_actor(Role.STAFF), rival.id, version=1, now=NOW)
    again = mine.submit(refused, "/retry")

    assert refused.status_code == 409
    assert again.status_code == 303
    assert len(starts(db)) == 3


def test_from_one_date_on_the_series_moves_and_the_rest_stays(mine, db, room):
    page = booked(mine)

    answer = mine.submit(page, "/move", scope="following", day="2026-12-01", start="18:00", end="19:00")

    assert answer.status_code == 303
    assert [line[:11] for line in starts(db)] == ["11-24 07:00", "12-01 10:00", "12-08 10:00"]


def test_a_move_that_is_refused_says_on_which_day_and_keeps_what_was_typed(mine, room):
    create_booking(room, between(18, 20, days=8))
    page = booked(mine)

    answer = mine.submit(page, "/move", scope="all", start="18:00", end="19:00")

    assert answer.status_code == 409
    assert "12月1日 周二：这段时间已经有人预约了。" in answer.text
    assert re.search(r'<details class="card" id="move" open>', answer.text)
    assert "<option selected>18:00</option>" in answer.text


def test_purpose_and_cancelling_work_in_parts_and_a_late_form_is_told(mine, db, room):
    page = booked(mine)
    mine.submit(page, "/edit", scope="all", purpose="下棋", party_size="2")

    late = mine.submit(page, "/cancel", scope="all")
    done = mine.submit(late, "/cancel", scope="this", day="2026-12-01")

    assert late.status_code == 409
    assert "刚刚有人先处理了" in late.text
    assert done.status_code == 303
    assert [line.split()[-1] for line in starts(db)] == ["confirmed", "cancelled", "confirmed"]
    assert "下棋" in mine.get(done.location).text


def test_a_booking_tells_its_place_and_leads_to_the_series(mine, db, room):
    booked(mine)
    second = db.session.scalars(select(Booking.id).order_by(Booking.starts_at)).all()[1]

    page = mine.get(f"/bookings/{second}")
    link = re.search(r'href="(/series/\d+\?[^"#]*change=cancel)', page.text).group(1).replace("&amp;", "&")
    opened = mine.get(link)

    assert "这是一个系列里的第 2 次，一共 3 次。" in page.text
    assert '<details class="card" id="cancel" open>' in opened.text
    assert 'value="following" checked' in opened.text
    assert '<option value="2026-12-01" selected>' in opened.text


def test_staff_make_an_exception_for_the_dates_that_were_ticked(client, db, room):
    neighbour = create_person()
    staff = log_in(client, create_actor(Role.STAFF))
    home = {"building": "7", "unit": "2", "room": neighbour.room}
    page = plan(staff, count="4", **home)

    refused = staff.submit(page, "/series/book", date=[*ticked(page), "2026-12-15"], **SENT)
    form = re.search(r'action="([^"]*/series/book\?[^"]*)"', refused.text).group(1).replace("&amp;", "&")
    made = staff.submit(refused, form, override="quota_count", override_reason="老年大学的班")

    assert refused.status_code == 422
    assert made.status_code == 303, made.text
    assert len(starts(db)) == 4
    assert db.session.scalars(select(Series.booker_id)).one() == neighbour.id


def test_htmx_gets_the_fragment_alone_and_strangers_get_nothing(mine, client, room):
    page = booked(mine)
    stranger = visitor(client.application, create_person())

    fragment = mine.get(page.request.path, headers=HTMX)

    assert fragment.text.lstrip().startswith('<div id="series"')
    assert stranger.get(page.request.path).status_code == 404
