"""Closing for today in one touch on the tablet, and telling everybody whom it hit."""

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role
from models import AuditEvent, Booking, Closure, ClosureCall
from services.house import closures, settling
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
    name_steward,
)
from tests.support.client import read_forms
from tests.support.studio_builders import create_show
from tests.support.tapping import rows, stored, tap
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def desk(client, staff):
    """A member of staff at the tablet."""
    return log_in(client, staff)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def test_a_private_room_shows_nobody(desk, staff):
    private = create_space("mediation-room", is_private=True)
    booker = create_person(name="林秀兰", phone="13999887766", building=33)
    made = create_booking(private, between(9, 10), booker_id=booker.id, purpose="邻里调解", party_size=3)
    page = desk.get("/desk/today").text
    closing = desk.get("/desk/today/close?space=mediation-room").text
    plan = closures.plan_closure(staff, [private.code], between(9, 24), NOW)
    usual = {hit.booking.id: settling.usual(hit.booking, plan.interval) for hit in plan.hits}
    (closure,) = closures.close(staff, [private.code], between(9, 24), "停电", usual, now=NOW)
    calls = desk.get(f"/desk/closures/{closure.id}")
    refused = tap(desk, f"/calls/{made.id}", calls, f"/desk/closures/{closure.id}/calls/{made.id}/reveal")

    for text in (page, closing, calls.text):
        assert "保密" in text
        assert not any(word in text for word in ("林", "33 栋", "邻里调解", "13999887766", "139****7766"))
    assert "只有这里的专人能看" in calls.text
    assert refused.status_code == 403
    name_steward(private, staff.id)
    revealed = desk.submit(desk.get(f"/desk/closures/{closure.id}"), f"/calls/{made.id}/reveal")
    assert "13999887766" in revealed.text


def test_one_touch_lists_closes_and_leads_to_who_must_be_told(desk, room, db):
    there = create_booking(room, between(8.5, 10), status="checked_in", checked_in_at=at(8.5))
    later = create_booking(room, between(15, 16))
    page = desk.get("/desk/today/close?space=tea-room")
    fields = read_forms(page.text)[-1].fields
    assert (fields[f"fate-{there.id}"], fields[f"fate-{later.id}"]) == ("end", "cancel")
    assert "改到" in page.text

    missing = desk.submit(page, "/desk/today/close")
    assert missing.status_code == 422
    assert 'id="reason-error"' in missing.text
    done = [desk.submit(page, "/desk/today/close", usual="停电") for _ in range(2)]

    closure = rows(db, select(Closure))[0]
    assert {answer.location for answer in done} == {f"/desk/closures/{closure.id}"}
    assert (closure.interval, closure.reason) == (between(9, 24), "停电")
    assert stored(db, there).status is BookingStatus.COMPLETED
    assert stored(db, later).status is BookingStatus.CANCELLED
    today = desk.get("/desk/today").text
    assert "还有 2 位不知道" in today
    assert "停用到 24:00：停电" in today
    lifted = desk.submit(desk.get("/desk/today"), "/lift")
    assert lifted.location == "/desk/today"
    assert "今天停用" in desk.get("/desk/today").text


def test_a_booking_that_slips_in_is_shown_before_anything_is_closed(desk, room, db):
    create_booking(room, between(15, 16))
    page = desk.get("/desk/today/close?space=tea-room")
    create_booking(room, between(17, 18))

    again = desk.submit(page, "/desk/today/close", usual="停水", reason="水管爆了")

    assert again.status_code == 409
    assert "请再看一眼名单" in again.text
    assert 'value="水管爆了"' in again.text
    assert rows(db, select(Closure)) == []
    assert desk.submit(again, "/desk/today/close").status_code == 303
    assert rows(db, select(Closure.reason)) == ["水管爆了"]


def test_all_spaces_can_be_closed_at_once_or_some_of_them_left_out(desk, room, db):
    other, pool = create_space(), create_pool()
    create_booking(pool, between(10, 11), place=None)
    page = desk.get("/desk/today/close")

    done = desk.submit(page, "/desk/today/close", usual="天气不好", spaces=[room.code, pool.code])

    closed = set(rows(db, select(Closure.space_id)))
    assert closed == {room.id, pool.id}
    assert other.id not in closed
    assert done.location.startswith("/desk/closures/")
    none = desk.submit(desk.get("/desk/today/close"), "/desk/today/close", usual="天气不好", spaces=[])
    assert none.status_code == 422
    assert "选" in none.text


def test_a_show_in_the_way_must_be_cancelled_on_purpose(desk, db):
    studio = create_studio(code="studio")
    show = create_show(studio, at(19.5))
    page = desk.get("/desk/today/close?space=studio")

    refused = desk.submit(page, "/desk/today/close", usual="停电")
    assert refused.status_code == 422
    assert "先取消" in refused.text or show.title in refused.text
    done = desk.submit(page, "/desk/today/close", usual="停电", **{f"cancel-show-{show.id}": show.version})

    assert done.location == "/desk/today", "nobody had a booth"


def test_calls_are_ticked_and_taken_back_and_each_look_at_a_phone_is_logged(desk, room, db):
    booker = create_person(name="林秀兰", salutation="ms", phone="13999887766", password_hash="x")
    made = create_booking(room, between(15, 16), booker_id=booker.id)
    desk.submit(desk.get("/desk/today/close?space=tea-room"), "/desk/today/close", usual="停电")
    closure = rows(db, select(Closure))[0]
    address = f"/desk/closures/{closure.id}"
    page = desk.get(address)
    assert "139****7766" in page.text
    assert "林秀兰" not in page.text

    shown = desk.submit(page, f"/calls/{made.id}/reveal")
    assert 'href="tel:13999887766"' in shown.text
    assert "林秀兰" in shown.text
    logged = select(AuditEvent.action).where(AuditEvent.object_id == booker.id)
    assert "person.phone_revealed" in set(rows(db, logged))

    ticked = desk.submit(shown, f"/calls/{made.id}")
    assert ticked.location == f"{address}#call-{made.id}"
    assert "都知道了" in desk.get(address).text
    assert "还有" not in desk.get("/desk/today").text
    desk.submit(desk.get(address), f"/calls/{made.id}")
    assert "还有 1 位不知道" in desk.get(address).text
    assert rows(db, select(ClosureCall.called_at)) == [None]
    assert desk.get("/desk/closures/99").status_code == 404


def test_closures_made_on_the_page_of_closures_list_their_people_too(desk, room, db):
    made = create_booking(room, between(15, 16, days=1))
    listed = desk.submit(
        desk.get("/manage/closures"),
        "/manage/closures",
        spaces=[room.code],
        first="2026-11-24",
        reason="检修",
    )
    desk.submit(listed, "/manage/closures", **{f"fate-{made.id}": "cancel"})

    assert "还有 1 位不知道" in desk.get("/desk/today").text
    (closure_id,) = rows(db, select(Closure.id))
    assert f'href="/desk/closures/{closure_id}"' in desk.get("/manage/closures").text
    assert rows(db, select(Booking.status))[0] is BookingStatus.CANCELLED
