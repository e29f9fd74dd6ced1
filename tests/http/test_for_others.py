"""Exceptions, moves that wait, and booking for somebody without a phone, as pages and through the API."""

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role, Salutation
from models import Booking, Person
from services import moving
from tests.api.program import Program, times
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
)
from tests.support.client import read_forms
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")

FORM = "/spaces/tea-room/book?day=2026-11-24&start=12:00&end=18:00"
OLD, NEW = between(15, 17, days=1), between(10, 12, days=2)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF, building=None, unit=None, room=None)


def form_on(page, ending, field):
    forms = read_forms(page.text)
    return next(
        form
        for form in forms
        if form.method == "post" and form.action.endswith(ending) and field in (*form.fields, "")
    )


def send(client, page, ending, field="", **filled_in):
    form = form_on(page, ending, field)
    return client.post(form.action, data={**form.fields, **filled_in})


def latest(db):
    newest = select(Booking).order_by(Booking.id.desc()).limit(1).execution_options(populate_existing=True)
    return db.session.scalars(newest).one()


def test_staff_tick_the_rules_and_say_why_and_the_reason_stands_beside_the_booking(client, room, staff, db):
    desk = log_in(client, staff)

    refused = send(desk, desk.get(FORM), "/book", "purpose", purpose="庆生", party_size="30")
    offered = form_on(refused, "/book", "override_reason")
    silent = desk.post(offered.action, data=offered.fields | {"override": ["too_long", "too_many_people"]})
    again = form_on(silent, "/book", "override_reason")
    made = desk.post(
        again.action,
        data=again.fields | {"override": ["too_long", "too_many_people"], "override_reason": "九十大寿"},
    )

    assert refused.status_code == silent.status_code == 422
    assert "override" not in offered.fields  # nothing is ticked beforehand
    assert "请写明为什么破例" in silent.text
    assert made.status_code == 303
    assert latest(db).override_reason == "九十大寿"
    for page in (made.location, f"/desk/{latest(db).id}"):
        assert "破例" in desk.get(page).text
        assert "九十大寿" in desk.get(page).text


def test_nobody_else_and_no_other_rule_is_offered_an_exception(client, room, staff):
    resident, desk = log_in(client, create_actor()), visitor(client.application, staff)
    typed = {"purpose": "庆生", "party_size": "3"}

    by_resident = send(resident, resident.get(FORM), "/book", "purpose", **typed)
    off_the_grid = send(desk, desk.get(FORM), "/book", "purpose", start="12:05", **typed)

    for answer in (by_resident, off_the_grid):
        assert answer.status_code == 422
        assert "破例" not in answer.text


def test_a_move_says_that_it_waits_and_is_taken_back_in_one_tap(client, room, db):
    me = create_actor()
    mine, made = log_in(client, me), create_booking(room, OLD, booker_id=me.id)

    asked = mine.get(f"/bookings/{made.id}/move?day=2026-11-25&start=10:00&end=12:00")
    sent = mine.submit(asked, "/move")
    page = mine.get(sent.location)
    back = mine.submit(page, "/keep-time")

    assert "要等工作人员同意" in asked.text
    assert "已申请改到" in page.text
    assert "10:00–12:00" in page.text
    assert back.status_code == 303
    assert (latest(db).interval, latest(db).proposed) == (OLD, None)
    assert mine.submit(page, "/keep-time").status_code == 409


def test_the_desk_shows_both_times_and_a_no_keeps_the_old_one(client, room, staff, db):
    me = create_actor()
    made = create_booking(room, OLD, booker_id=me.id)
    moving.reschedule(me, made.id, NEW, version=1, now=NOW)
    desk = log_in(client, staff)

    page = desk.get("/desk")
    forms = [form for form in read_forms(page.text) if form.action.endswith("/decline")]
    answer = desk.post(forms[0].action, data=forms[0].fields | {"reason": "社区活动要用"})
    said = desk.get(answer.location).text
    late = desk.post(
        forms[0].action, data=forms[0].fields | {"reason": "社区活动要用", "idempotency_key": "x"}
    )

    assert "申请改期" in page.text
    assert "11月25日 周三 10:00–12:00" in page.text
    assert "原来是 明天 15:00–17:00" in page.text
    assert answer.status_code == 303
    assert "没有改期" in said
    assert late.status_code == 409
    assert "这个改期已经有人处理了" in late.text
    assert (latest(db).status, latest(db).interval) == (BookingStatus.CONFIRMED, OLD)


def test_a_captain_registers_a_neighbour_on_the_way_and_prints_the_slip(client, room, db):
    captain = log_in(client, create_captain(7))
    timed = "/spaces/tea-room/book?day=2026-11-24&start=15:00&end=17:00"

    nobody = captain.get(timed + "&building=7&unit=1&room=301")
    nameless = send(captain, nobody, "/neighbours", name="")
    added = send(captain, nobody, "/neighbours", name="陈阿婆", salutation="ms")
    form = captain.get(added.location)
    made = send(captain, form, "/book", "purpose", purpose="喝茶", party_size="2")
    page = captain.get(made.location)
    slip = captain.get(f"{made.location}/slip").text

    assert "这一户没有已核实的住户" in nobody.text
    assert nameless.status_code == 422
    assert "请填写姓名" in nameless.text
    neighbour = db.session.scalars(select(Person).where(Person.name == "陈阿婆")).one()
    assert (latest(db).booker_id, neighbour.salutation) == (neighbour.id, Salutation.MS)
    for text in ("陈阿婆", "您替他约的", "打印凭条"):
        assert text in page.text
    for text in ("楼院茶话室", "2026年11月24日 周二", "15:00–17:00", "陈阿婆", latest(db).pickup_number):
        assert text in slip
    assert "我替别人约的" in captain.get("/bookings").text
    foreign = captain.get(timed + "&building=8&unit=1&room=301")
    assert send(captain, foreign, "/neighbours", name="外楼人").status_code == 403


def test_the_slip_of_a_private_room_names_nobody_and_strangers_have_none(client, staff):
    room = create_space("mediation-room", name="调解室", is_private=True)
    asker = create_person(name="黄秀英")
    made = create_booking(
        room, OLD, booker_id=asker.id, created_by_id=staff.id, purpose="漏水", pickup_number="4711"
    )

    slip = log_in(client, staff).get(f"/bookings/{made.id}/slip").text

    assert "4711" in slip
    assert "调解室" in slip
    assert "黄秀英" not in slip
    assert "漏水" not in slip
    assert visitor(client.application, create_actor()).get(f"/bookings/{made.id}/slip").status_code == 404


def test_the_house_rules_tell_the_figures(client, room):
    page = client.get("/rules").text

    for text in ("最多有 3 个未结束的预约", "每人每周最多 6 小时", "90 天里有 3 次没来，就暂停预约 14 天"):
        assert text in page


def test_programs_make_exceptions_move_and_find_neighbours(app, room):
    staff, resident = Program(app, create_person(Role.STAFF)), Program(app, create_person())
    long = {"space": "tea-room", "purpose": "庆生", **times(between(12, 18, days=1))}
    override = {"codes": ["too_long"], "reason": "九十大寿"}

    forbidden = resident.post("/bookings", **long, override=override)
    made = staff.post("/bookings", **long, override=override)
    known = staff.post("/people", name="陈阿婆", salutation="ms", building="7 栋", unit="1", room="301")
    found = staff.get("/people", building="7", unit="1", room="301")

    assert forbidden.status_code == 403
    assert (made.status_code, made.json["override_reason"]) == (201, "九十大寿")
    assert known.status_code == 201
    assert found.json["items"] == [known.json]
    assert (known.json["name"], known.json["phone"]) == ("陈女士", None)
    assert resident.get("/people").status_code == 403


def test_programs_take_a_proposed_time_back(app, room):
    person = create_person()
    me, made = Program(app, person), create_booking(room, OLD, booker_id=person.id)

    asked = me.post(f"/bookings/{made.id}/reschedule", version=1, **times(NEW))
    kept = me.post(f"/bookings/{made.id}/keep-time", version=2)

    assert (asked.json["status"], asked.json["proposed"]["starts_at"]) == (
        "confirmed",
        "2026-11-25T10:00:00+08:00",
    )
    assert (kept.json["proposed"], kept.json["version"]) == (None, 3)
