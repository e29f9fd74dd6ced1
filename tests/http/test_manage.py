"""Keeping the house in the browser without JavaScript: closing, spaces, hours, the calendar."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking, Closure, Space
from services.house import spaces
from tests.support.builders import (
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    create_studio,
)
from tests.support.client import read_forms
from tests.support.studio_builders import create_show
from tests.support.visits import HTMX, log_in

pytestmark = pytest.mark.usefixtures("clock")
TOMORROW = "2026-11-24"


@pytest.fixture
def engine_name():
    """What these pages ask of the engine, the services' own tests ask of both."""
    return "sqlite"


@pytest.fixture
def keeper(db, client):
    """An admin at the tablet."""
    return log_in(client, create_person(Role.ADMIN))


def close(client, **typed):
    """Send the form of a closure."""
    page = client.get("/manage/closures")
    fields = {"spaces": ["tea-room"], "first": TOMORROW, "reason": "换地板"} | typed
    return client.submit(page, "/manage/closures", **fields)


def test_a_day_without_bookings_is_closed_at_once_and_opened_again(keeper):
    create_space("tea-room", name="茶话室")

    done = close(keeper)
    page = keeper.get(done.location)

    assert done.status_code == 303
    assert "茶话室 已停用" in page.text
    assert "换地板" in page.text
    assert "停用：换地板" in keeper.get(f"/spaces/tea-room?day={TOMORROW}").text
    back = keeper.submit(page, "/lift")
    assert "恢复使用了" in keeper.get(back.location).text
    assert "停用：换地板" not in keeper.get(f"/spaces/tea-room?day={TOMORROW}").text


def test_bookings_in_the_way_are_listed_and_decided_and_a_late_one_is_listed_too(keeper, db):
    room = create_space("tea-room")
    first = create_booking(room, between(9, 10, days=1), booker_id=create_person(name="林秀兰").id)

    asked = close(keeper)
    late = create_booking(room, between(15, 16, days=1))
    again = keeper.submit(asked, "/manage/closures", **{f"fate-{first.id}": "cancel"})

    assert (asked.status_code, again.status_code) == (409, 409)
    assert "这段时间有 1 个预约，请定好怎么办" in asked.text
    assert "林**" in asked.text
    assert "林秀兰" not in asked.text
    assert "改到" in asked.text
    assert db.session.scalars(select(Closure)).all() == []
    assert "这段时间有 2 个预约" in again.text
    (form,) = [form for form in read_forms(again.text) if form.action.endswith("/manage/closures")]
    assert form.fields[f"fate-{first.id}"] == "cancel"

    done = keeper.submit(again, "/manage/closures")

    assert done.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Booking, first.id).status == BookingStatus.CANCELLED
    moved = db.session.get_one(Booking, late.id)
    assert not moved.interval.overlaps(between(0, 24, days=1))


def test_a_slip_in_the_form_of_a_closure_is_said_beside_its_field(keeper):
    create_space("tea-room")

    for typed, sentence in (
        ({"reason": ""}, "请写明为什么停用"),
        ({"spaces": []}, "请至少选一个空间"),
        ({"first": "2026-11-01"}, "这段时间已经过去了"),
        ({"last": "2026-11-20", "first": "2026-11-26"}, "这段时间已经过去了"),
        ({"first": ""}, "请选择日期"),
    ):
        answer = close(keeper, **typed)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_show_in_the_way_of_a_closure_is_named(keeper):
    show = create_show(create_studio(code="studio"), title="端午专场")

    answer = close(keeper, spaces=["studio"], first=show.starts_at.date().isoformat())

    assert answer.status_code == 422
    assert "端午专场" in answer.text


def test_one_touch_closes_from_now_to_the_end_of_today(keeper):
    create_space("tea-room")

    page = keeper.get("/manage/closures?space=tea-room")
    keeper.submit(page, "/manage/closures", spaces=["tea-room"], reason="停电")

    assert spaces_closed() == [between(9, 24)]


def spaces_closed():
    """When something is closed."""
    from models import db

    return [one.interval for one in db.session.scalars(select(Closure))]


def test_a_space_is_made_gets_its_hours_and_is_changed(keeper, db):
    page = keeper.get("/manage/spaces/new")
    made = keeper.submit(
        page, "/spaces/new", code="reading-room", name="阅览室", name_en="Reading room", equipment=["wifi"]
    )
    hours_page = keeper.get(made.location)
    saved = keeper.submit(
        hours_page,
        "/hours",
        **{"weekday-from": ["8", "14:00"], "weekday-to": ["12:00", "1800"], "monday-shut": "on"},
    )

    assert made.location.endswith("/manage/spaces/reading-room/hours")
    assert saved.status_code == 303
    shown = keeper.get("/spaces/reading-room").text
    assert "工作日 08:00–12:00、14:00–18:00 开放" in shown
    assert "周一不开放" in shown

    edit = keeper.get("/manage/spaces/reading-room")
    keeper.submit(edit, "/spaces/reading-room", capacity="8", equipment=["wifi", "screen"])
    space = db.session.scalars(select(Space).where(Space.code == "reading-room")).one()
    assert space.capacity == 8


def test_a_change_that_touches_bookings_shows_them_and_keeps_what_was_typed(keeper, db):
    room = create_space("tea-room")
    made = create_booking(room, between(9, 10, days=1), party_size=15)

    page = keeper.get("/manage/spaces/tea-room")
    shown = keeper.submit(page, "/spaces/tea-room", capacity="10", about="只写了一半")

    assert shown.status_code == 409
    assert f"/bookings/{made.id}" in shown.text
    assert "只写了一半" in shown.text
    assert "看过了，照样保存" in shown.text
    done = keeper.submit(shown, "/spaces/tea-room")
    assert done.status_code == 303
    assert db.session.scalars(select(Space.capacity).where(Space.code == "tea-room")).one() == 10


def test_hours_that_leave_bookings_outside_and_hours_nobody_can_read(keeper):
    room = create_space("tea-room")
    create_booking(room, between(20, 21, days=1))
    page = keeper.get("/manage/spaces/tea-room/hours")
    only_morning = {"weekday-from": ["08:00"], "weekday-to": ["12:00"]}

    shown = keeper.submit(page, "/hours", **only_morning)
    unread = keeper.submit(page, "/hours", **{"weekday-from": ["八点"], "weekday-to": ["12:00"]})

    assert (shown.status_code, unread.status_code) == (409, 422)
    assert "20:00–21:00" in shown.text
    assert "没有看懂这个时间" in unread.text
    confirmed = re.search(r'name="confirmed" value="(\d+)"', shown.text)
    assert confirmed
    done = keeper.submit(page, "/hours", **only_morning, confirmed=confirmed[1])
    assert done.status_code == 303


def test_the_calendar_of_a_year_that_is_not_announced_is_filled_in(keeper):
    page = keeper.get("/manage/calendar?year=2027")
    assert "2027年放假安排未公布" in page.text

    keeper.submit(page, "/manage/calendar", first="2027-02-06", last="2027-02-12", name="春节")

    filled = keeper.get("/manage/calendar?year=2027")
    assert filled.text.count("春节") >= 7
    assert "2月12日 周五</b>" in filled.text
    assert "未公布" not in filled.text
    keeper.submit(filled, "/calendar/2027-02-12/remove")
    assert "2月12日 周五</b>" not in keeper.get("/manage/calendar?year=2027").text


def test_a_space_that_is_booked_is_not_archived_and_says_by_what(keeper):
    made = create_booking(create_space("tea-room"), between(9, 10, days=1))

    answer = keeper.submit(keeper.get("/manage/spaces/tea-room"), "/archive")

    assert answer.status_code == 409
    assert f"/bookings/{made.id}" in answer.text


def test_the_house_is_put_in_order_with_a_photo_stewards_and_a_new_door_key(keeper, db):
    create_space("pavilion")
    room = create_space("tea-room", is_private=True)
    staff, key = create_actor(Role.STAFF), room.door_key

    keeper.submit(keeper.get("/manage/spaces"), "/spaces/tea-room/order")
    page = keeper.get("/manage/spaces/tea-room")
    output = BytesIO()
    Image.new("RGB", (60, 40), "red").save(output, "PNG")
    token = read_forms(page.text)[0].fields["csrf_token"]
    keeper.post(
        "/manage/spaces/tea-room/photos",
        data={"csrf_token": token, "picture": (BytesIO(output.getvalue()), "a.png")},
    )
    keeper.submit(page, "/stewards", stewards=[str(staff.id)])
    keeper.submit(page, "/door-key")

    shown = keeper.get("/manage/spaces/tea-room")
    assert len(spaces.one(create_actor(Role.ADMIN), "tea-room").photos) == 1
    assert '<img class="photo' in keeper.get("/spaces/tea-room").text
    assert f'value="{staff.id}" checked' in shown.text
    db.session.rollback()
    kept = db.session.scalars(select(Space).where(Space.code == "tea-room")).one()
    assert kept.door_key != key
    assert keeper.get("/manage/spaces").text.index("tea-room") < keeper.get("/manage/spaces").text.index(
        "pavilion"
    )


def test_with_htmx_the_fragment_alone_comes_back(keeper):
    create_space("tea-room")

    answer = keeper.get("/manage/closures", headers=HTMX)

    assert answer.text.lstrip().startswith('<div id="closures"')


def test_a_closure_cancels_the_shows_that_are_ticked(keeper, db):
    show = create_show(create_studio(code="studio"), title="端午专场")
    listed = close(keeper, spaces=["studio"], first=show.starts_at.date().isoformat(), reason="停电")
    assert "订了展位、在排队和报了名的人都会收到通知" in listed.text
    assert f'href="/shows/{show.id}/cancel"' in listed.text

    done = keeper.submit(listed, "/manage/closures", **{f"cancel-show-{show.id}": str(show.version)})

    assert done.status_code == 303
    assert "这场直播取消了。原因：停电" in keeper.get(f"/shows/{show.id}").text
