"""My bookings: what comes, what was, notices, cancelling and moving."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking, Notice, Occupancy, OutboxMessage
from services import decisions
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    create_studio,
)
from tests.support.client import read_forms
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
DAY = timedelta(days=1)


@pytest.fixture
def me():
    return create_actor(name="林秀兰")


@pytest.fixture
def mine(client, me):
    return log_in(client, me)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def now_of(db, booking):
    return db.session.get(Booking, booking.id, populate_existing=True)


def deliver(db):
    """Put every outbox message into its inbox, as the jobs do."""
    for message in db.session.scalars(select(OutboxMessage)).all():
        db.session.add(
            Notice(
                outbox_id=message.id,
                person_id=message.recipient_id,
                kind=message.kind,
                params=message.params,
                created_at=NOW,
            )
        )
    db.session.commit()


def test_the_next_one_is_large_the_others_follow_and_the_past_is_paged(mine, me, room):
    create_booking(room, between(15, 17, days=1), booker_id=me.id)
    create_booking(room, between(9, 10, days=3), booker_id=me.id, purpose="下棋")
    for days in range(1, 24):
        create_booking(
            room,
            between(9, 10, days=-days),
            booker_id=me.id,
            status=BookingStatus.COMPLETED,
            purpose=f"第{days}次",
        )
    create_booking(room, between(18, 19, days=1), purpose="别人的")

    first, second = mine.get("/bookings").text, mine.get("/bookings?page=2").text

    assert "我的下一个预约" in first
    assert first.index("15:00") < first.index("下棋") < first.index("第1次")
    assert "第20次" in first
    assert "第21次" not in first
    assert "第23次" in second
    assert "别人的" not in first + second
    assert ("更早的" in first, "更早的" in second, "更近的" in second) == (True, False, True)


@pytest.mark.parametrize("page", ["3", "99999999999999999999"])
def test_behind_the_last_page_there_is_a_way_back(mine, me, room, page):
    create_booking(
        room, between(9, 10, days=-1), booker_id=me.id, status=BookingStatus.COMPLETED, purpose="下棋"
    )

    behind = mine.get(f"/bookings?page={page}").text

    assert "下棋" not in behind
    assert "没有更早的了。" in behind
    assert "更近的" in behind


def test_a_shop_has_its_own_booths_among_what_comes_and_what_was_and_no_other_shops(client):
    studio = create_studio()
    (tea, keeper), (noodles, rival) = create_merchant("山腰茶行"), create_merchant("沙格面馆")
    shops = ((create_product(tea, "铁观音"), keeper), (create_product(noodles, "面线糊"), rival))
    # The first that comes is the large card, which names the show.
    confirmed, completed = BookingStatus.CONFIRMED, BookingStatus.COMPLETED
    for days, status in ((2, confirmed), (3, confirmed), (-2, completed)):
        show = create_show(studio, NOW + days * DAY)
        for place, (product, owner) in enumerate(shops, 1):
            create_booth(show, place, product, owner, status=status)

    page = log_in(client, keeper).get("/bookings").text

    assert page.count("铁观音") == 2
    assert page.index("铁观音") < page.index("以前的和没约成的") < page.rindex("铁观音")
    assert "面线糊" not in page


def test_what_one_typed_oneself_is_not_typed_for_others(mine, me, room):
    for days in (1, 2):
        create_booking(room, between(9, 10, days=days), booker_id=me.id, created_by_id=me.id, purpose="下棋")

    page = mine.get("/bookings").text

    assert "我替别人约的" not in page


def test_what_was_typed_stays_text_in_the_list(mine, me, room):
    for days in (1, 2):
        create_booking(room, between(9, 10, days=days), booker_id=me.id, purpose="<b>下棋</b>")
    page = mine.get("/bookings").text

    assert "<b>下棋" not in page
    assert "&lt;b&gt;下棋&lt;/b&gt;" in page


@pytest.mark.mutant
def test_without_escaping_it_would_not(mine, me, room, monkeypatch):
    monkeypatch.setattr("blueprints.bookings.lines.escape", str)

    with pytest.raises(AssertionError):
        test_what_was_typed_stays_text_in_the_list(mine, me, room)


def test_an_empty_list_says_what_to_do(mine):
    assert "看今天哪里空" in mine.get("/bookings").text


def test_notices_are_sentences_until_they_are_put_away(mine, me, room, db):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id, status=BookingStatus.PENDING)
    decisions.decline(create_actor(Role.STAFF), made.id, version=1, reason="场地维修", now=NOW)
    deliver(db)

    page = mine.get("/bookings")
    mine.get("/bookings")

    assert "楼院茶话室 11月24日 周二 15:00–17:00 的申请没有通过。原因：场地维修" in page.text
    assert mine.submit(page, "/notices/read").location == "/bookings"
    assert "的申请没有通过。原因" not in mine.get("/bookings").text


def test_nobody_puts_away_the_notices_of_others(mine, room, db):
    made = create_booking(room, between(15, 17, days=1), status=BookingStatus.PENDING)
    decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=NOW)
    deliver(db)
    theirs = db.session.scalars(select(Notice)).one()

    form = next(form for form in read_forms(mine.get("/bookings").text) if "csrf_token" in form.fields)
    mine.post("/notices/read", data={**form.fields, "notice": theirs.outbox_id})

    assert db.session.scalar(select(func.count()).where(Notice.read_at.is_(None))) == 1


def test_a_declined_request_tells_its_reason_and_offers_the_time_again(mine, me, room):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id, status=BookingStatus.PENDING)
    decisions.decline(create_actor(Role.STAFF), made.id, version=1, reason="场地维修", now=NOW)

    page = mine.get(f"/bookings/{made.id}").text

    assert "未通过" in page
    assert "场地维修" in page
    assert "再约这个时间" in page
    assert "取消这个预约" not in page


def test_one_tap_cancels_and_the_time_can_be_had_again(mine, me, room, db):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id)

    answer = mine.submit(mine.get(f"/bookings/{made.id}"), "/cancel")
    page = mine.get(answer.location).text.replace("%3A", ":")

    assert answer.status_code == 303
    assert now_of(db, made).status is BookingStatus.CANCELLED
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0
    assert "/spaces/tea-room/book?day=2026-11-24&amp;start=15:00&amp;end=17:00" in page


def test_who_acts_on_an_old_page_sees_the_current_state(mine, me, room, db):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id, status=BookingStatus.PENDING)
    page = mine.get(f"/bookings/{made.id}")
    move = mine.get(f"/bookings/{made.id}/move?day=2026-11-24&start=9:00&end=11:00")
    decisions.approve(create_actor(Role.STAFF), made.id, version=1, now=NOW)

    for answer in (mine.submit(page, "/cancel"), mine.submit(move, "/move")):
        assert answer.status_code == 409
        assert "刚刚有人先处理了" in answer.text
        assert "已确认" in answer.text
    assert now_of(db, made).status is BookingStatus.CONFIRMED


def test_what_has_begun_can_neither_be_cancelled_nor_moved(mine, me, room, clock, db):
    made = create_booking(room, between(15, 17), booker_id=me.id)
    page = mine.get(f"/bookings/{made.id}")
    clock.move_to(between(15, 17).starts_at)

    answer = mine.submit(page, "/cancel")

    assert answer.status_code == 422
    assert "已经开始或结束" in answer.text
    assert now_of(db, made).status is BookingStatus.CONFIRMED


def test_moving_keeps_the_length_and_counts_the_own_time_as_free(mine, me, room, db):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id)
    create_booking(room, between(19, 20, days=1))

    grid = mine.get(f"/bookings/{made.id}/move").text.replace("%3A", ":").replace("&amp;", "&")
    chosen = mine.get(f"/bookings/{made.id}/move?day=2026-11-24&start=16:00&end=18:00")
    answer = mine.submit(chosen, "/move")

    assert "start=16:00&end=18:00" in grid
    assert answer.location == f"/bookings/{made.id}"
    assert now_of(db, made).interval == between(15, 17, days=1)
    assert now_of(db, made).proposed == between(16, 18, days=1)


def test_a_move_to_a_taken_time_is_refused_and_the_old_time_stays(mine, me, room, db):
    made = create_booking(room, between(15, 17, days=1), booker_id=me.id)
    page = mine.get(f"/bookings/{made.id}/move?day=2026-11-24&start=19:00&end=21:00")
    create_booking(room, between(19, 20, days=1))

    refused = mine.submit(page, "/move")
    ways = [
        form
        for form in read_forms(refused.text)
        if form.action.endswith("/move") and form.fields["start"] != "19:00"
    ]

    assert refused.status_code == 409
    assert now_of(db, made).interval == between(15, 17, days=1)
    assert mine.post(ways[0].action, data=ways[0].fields).status_code == 303


def test_a_foreign_booking_is_not_found(mine, room):
    made = create_booking(room, between(15, 17, days=1), booker_id=create_person(building=9).id)

    for path in (f"/bookings/{made.id}", f"/bookings/{made.id}/move"):
        assert mine.get(path).status_code == 404


def test_a_captain_finds_what_was_typed_for_neighbours(client, room):
    captain, neighbour = create_captain(7), create_person(name="陈阿婆", building=7)
    create_booking(room, between(15, 17, days=1), booker_id=neighbour.id, created_by_id=captain.id)
    own = create_booking(room, between(9, 10, days=1), booker_id=captain.id)

    page = log_in(client, captain).get("/bookings").text

    assert "替 陈阿婆 预约" in page
    assert f"/bookings/{own.id}" in page


def test_a_merchant_sees_the_booths_of_the_shop(client):
    merchant, seller = create_merchant("山腰茶行")
    show = create_show(create_studio(), title="年货节专场")
    booth = create_booth(show, 3, create_product(merchant, "铁观音"), seller)

    seen = log_in(client, seller)

    assert "年货节专场" in seen.get("/bookings").text
    page = seen.get(f"/bookings/{booth.id}").text
    for text in ("铁观音", "山腰茶行", f"/shows/{show.id}", "退出这个展位", "换展位"):
        assert text in page
    assert "改到别的时间" not in page
    assert seen.get(f"/bookings/{booth.id}/move").location == f"/bookings/{booth.id}/booth"


def test_what_happened_in_a_private_space_is_not_told_to_staff_here(client):
    room = create_space(is_private=True)
    made = create_booking(room, between(15, 17, days=1), booker_id=create_person(name="林秀兰").id)

    page = log_in(visitor(client.application), create_actor(Role.STAFF)).get(f"/bookings/{made.id}").text

    assert "林秀兰" not in page
