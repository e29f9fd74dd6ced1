"""The approval desk."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Role, Salutation
from models import AuditEvent, Booking, OutboxMessage
from services import moving
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    create_studio,
    name_steward,
)
from tests.support.client import read_forms
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def staff():
    """A member of staff."""
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def desk(client, staff):
    """That one at the tablet."""
    return log_in(client, staff)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室", buffer_minutes=15)


def request_for(room, start, end, days=1, **changes):
    return create_booking(room, between(start, end, days=days), status=BookingStatus.PENDING, **changes)


def now_of(db, booking):
    return db.session.get(Booking, booking.id, populate_existing=True)


def test_a_private_room_shows_its_parties_to_its_steward_when_asked(desk, staff):
    room = create_space("mediation-room", is_private=True)
    name_steward(room, staff.id)
    asker = create_person(name="黄秀英", salutation=Salutation.MS, phone="13812345678")
    request_for(room, 15, 16, booker_id=asker.id, purpose="楼上漏水")

    page = desk.get("/desk")
    shown = desk.submit(page, "/reveal")

    assert not any(told in page.text for told in ("黄女士", "138****5678", "楼上漏水", "7 栋"))
    assert all(told in shown.text for told in ("黄秀英", "13812345678", "楼上漏水"))


def test_the_history_of_a_neighbour_keeps_the_private_room_to_itself(desk, room):
    asker = create_person()
    private = create_space("mediation-room", name="调解室", is_private=True)
    other = create_space("pavilion", name="楼长议事亭")
    create_booking(private, between(9, 10, days=3), booker_id=asker.id)
    create_booking(other, between(9, 10, days=4), booker_id=asker.id)
    request_for(room, 15, 16, booker_id=asker.id)

    page = desk.get("/desk").text

    assert "楼长议事亭" in page
    assert "调解室" not in page


def test_the_queue_shows_what_starts_first_first_and_masks_who_asks(desk, room):
    asker = create_person(name="黄秀英", salutation=Salutation.MS, phone="13812345678")
    request_for(room, 15, 17, days=2, purpose="下棋")
    request_for(room, 15, 17, booker_id=asker.id, purpose="给老人过生日", party_size=12)

    page = desk.get("/desk").text

    assert "2 件等您审核" in page
    assert page.index("明天 15:00–17:00") < page.index("11月25日 周三 15:00–17:00")
    assert "7 栋 黄女士 · 12 人 · 给老人过生日" in page
    assert "138****5678" in page
    assert "黄秀英" not in page
    assert "13812345678" not in page


def test_it_says_how_long_each_waits_and_who_waits_longest(desk, room):
    request_for(room, 10, 11, created_at=NOW - timedelta(hours=2))
    request_for(room, 15, 17, created_at=NOW - timedelta(minutes=20))

    page = desk.get("/desk").text

    assert "最久的等了 2 小时" in page
    assert "等了 20 分钟" in page


def test_the_rules_stand_beside_the_request(desk, room):
    asker = create_person()
    request_for(room, 15, 17, booker_id=asker.id, party_size=30)
    create_booking(room, between(9, 10, days=2), booker_id=asker.id)
    create_booking(room, between(9, 10, days=-3), booker_id=asker.id, status=BookingStatus.NO_SHOW)
    create_booking(room, between(9, 10, days=-9), booker_id=asker.id, status=BookingStatus.COMPLETED)

    page = desk.get("/desk").text

    for text in (
        "时间不冲突，清洁 15 分钟已留",
        "30 人，可容 20 人",
        "这一周连这次 3 小时，上限 6 小时",
        "近 90 天到场 1 次，1 次没来",
    ):
        assert text in page


def test_one_touch_approves_and_the_next_comes_up(desk, room, db):
    first, second = request_for(room, 9, 10), request_for(room, 15, 17)

    answer = desk.submit(desk.get("/desk"), f"/{first.id}/approve")

    assert (answer.status_code, answer.location) == (303, f"/desk/{second.id}")
    page = desk.get(answer.location).text
    assert "已通过：楼院茶话室 明天 09:00–10:00" in page
    assert "1 件等您审核" in page
    assert now_of(db, first).status is BookingStatus.CONFIRMED


def test_after_the_last_the_desk_is_empty(desk, room):
    request_for(room, 9, 10)

    answer = desk.submit(desk.get("/desk"), "/approve")

    assert answer.location == "/desk"
    assert "没有等待审核的申请" in desk.get("/desk").text


def test_htmx_gets_the_desk_with_the_next_request_and_its_address(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 15, 17)
    form = approval_form(desk, first)

    answer = desk.post(form.action, data=form.fields, headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.startswith('<div class="desk" id="desk">')
    assert "已通过" in answer.text
    assert f"/desk/{second.id}/approve" in answer.text
    assert answer.headers["HX-Replace-Url"] == f"/desk/{second.id}"


def approval_form(desk, request):
    forms = read_forms(desk.get(f"/desk/{request.id}").text)
    return next(form for form in forms if form.action.endswith("/approve"))


def decline(desk, request, reason):
    forms = read_forms(desk.get(f"/desk/{request.id}").text)
    form = next(form for form in forms if form.action.endswith("/decline"))
    return desk.post(form.action, data=form.fields | {"reason": reason})


def test_a_reason_declines_and_reaches_the_booker(desk, room, db):
    made = request_for(room, 9, 10)

    answer = decline(desk, made, "场地维修")

    assert answer.status_code == 303
    assert now_of(db, made).decision_reason == "场地维修"
    told = db.session.scalars(select(OutboxMessage)).one()
    assert (told.recipient_id, told.kind, told.params["reason"]) == (
        made.booker_id,
        "booking_declined",
        "场地维修",
    )


def test_without_a_reason_nothing_is_declined(desk, room, db):
    made = request_for(room, 9, 10)

    answer = decline(desk, made, " ")

    assert answer.status_code == 422
    assert "请写明不通过的原因" in answer.text
    assert now_of(db, made).status is BookingStatus.PENDING


def test_of_two_tablets_the_second_sees_who_was_first(desk, app, room, db):
    made = request_for(room, 9, 10)
    other = log_in(visitor(app), create_actor(Role.STAFF, name="吴小梅"))
    late = approval_form(other, made)
    desk.submit(desk.get("/desk"), "/approve")

    answers = [
        other.post(late.action, data=late.fields),
        other.post(late.action, data=late.fields, headers=HTMX),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    for answer in answers:
        assert "陈晓敏 在 1 分钟前已经通过了。" in answer.text
        assert "已确认" in answer.text
        assert not [form for form in read_forms(answer.text) if form.action.endswith("/approve")]
    assert now_of(db, made).version == 2


def test_a_booker_who_moved_meanwhile_is_looked_at_again(desk, room, db):
    asker = create_actor()
    made = request_for(room, 9, 10, booker_id=asker.id)
    form = approval_form(desk, made)
    moving.reschedule(asker, made.id, between(11, 12, days=1), version=1, now=NOW)

    answer = desk.post(form.action, data=form.fields)

    assert answer.status_code == 409
    assert "这个申请刚刚有了变化" in answer.text
    assert "明天 11:00–12:00" in answer.text
    assert desk.submit(answer, "/approve").status_code == 303
    assert now_of(db, made).status is BookingStatus.CONFIRMED


def test_a_double_tap_is_one_decision(desk, room, db):
    made = request_for(room, 9, 10)
    form = approval_form(desk, made)

    answers = [desk.post(form.action, data=form.fields) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/desk")] * 2
    decided = select(func.count()).where(AuditEvent.action == "booking.approved")
    assert db.session.scalar(decided) == 1


def test_a_request_whose_start_has_come_can_no_longer_be_decided(desk, room, clock):
    made = request_for(room, 9, 10)
    form = approval_form(desk, made)
    clock.move_to(made.starts_at)

    answer = desk.post(form.action, data=form.fields)

    assert answer.status_code == 422
    assert "开始时间已过" in answer.text


def test_booths_wait_in_the_same_queue(desk):
    show = create_show(create_studio())
    shop, owner = create_merchant("山腰茶行")
    made = create_booth(show, 3, create_product(shop, "铁观音 250g"), owner)

    page = desk.get("/desk").text
    answer = desk.submit(desk.get("/desk"), f"/{made.id}/approve")

    for text in ("年货节专场 · 展位 3", "山腰茶行 · 铁观音 250g", "¥88.00", "本月连这次 1 个展位，上限 2 个"):
        assert text in page
    assert answer.status_code == 303


def test_a_captain_who_booked_for_a_neighbour_is_named(desk, room):
    captain = create_captain()
    request_for(room, 9, 10, created_by_id=captain.id)

    assert "代订" in desk.get("/desk").text


def test_in_a_private_room_the_neighbours_in_time_stay_unnamed(desk):
    room = create_space(is_private=True)
    other = create_person(name="郑某人", salutation=Salutation.MR)
    create_booking(room, between(11, 12, days=1), booker_id=other.id, purpose="邻里漏水")
    request_for(room, 9, 10)

    page = desk.get("/desk").text

    assert "郑先生" not in page
    assert "邻里漏水" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_each_look_at_the_whole_name_and_phone_is_written_down(desk, room, db, headers):
    asker = create_person(name="黄秀英", phone="13812345678")
    made = request_for(room, 9, 10, booker_id=asker.id)
    form = next(form for form in read_forms(desk.get("/desk").text) if form.action.endswith("/reveal"))

    answer = desk.post(form.action, data=form.fields, headers=headers)

    assert answer.status_code == 200
    assert "黄秀英" in answer.text
    assert "13812345678" in answer.text
    event_ = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.phone_revealed")).one()
    assert event_.object_id == made.booker_id
