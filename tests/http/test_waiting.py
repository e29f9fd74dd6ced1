"""Waiting for a full time in the browser, without JavaScript: from the refusal to the offer and its answer."""

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.waitlist import EntryStatus
from models import MerchantMember, Person, WaitlistEntry, db
from services import booking, outbox, queueing
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
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")

TIME = between(15, 17, days=1)
DAY = "/spaces/tea-room/book?day=2026-11-24"
TIMED = DAY + "&start=15:00&end=17:00"


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


@pytest.fixture
def held(room):
    return create_booking(room, TIME)


@pytest.fixture
def resident():
    return create_actor()


@pytest.fixture
def browser(client, resident):
    return log_in(client, resident)


def entries():
    db.session.rollback()  # SQLite shows a reader what stood when it began to read
    return db.session.scalars(
        select(WaitlistEntry).order_by(WaitlistEntry.id).execution_options(populate_existing=True)
    ).all()


def give_back(held):
    shops = db.session.scalars(
        select(MerchantMember.merchant_id).where(MerchantMember.person_id == held.booker_id)
    )
    booker = db.session.get_one(Person, held.booker_id).as_actor(tuple(shops))
    booking.cancel(booker, held.id, version=1, now=NOW)
    outbox.deliver_due(NOW)


def plain(page):
    return page.text.replace("%3A", ":").replace("&amp;", "&")


def test_a_refusal_lets_one_wait_with_everything_that_was_typed(browser, held, resident):
    refused = browser.submit(browser.get(TIMED), "/book", purpose="家庭聚会", party_size="12")
    assert (refused.status_code, "就要这个时间" in refused.text) == (409, True)

    answer = browser.submit(refused, "/tea-room/wait")

    [entry] = entries()
    assert (answer.status_code, answer.location) == (303, f"/waiting/{entry.id}")
    assert (entry.person_id, entry.interval, entry.purpose, entry.party_size) == (
        resident.id,
        TIME,
        "家庭聚会",
        12,
    )
    page = browser.get(answer.location)
    assert "您排在第一位" in page.text
    assert "排队中" in page.text


def test_a_captain_waits_for_the_neighbour_who_was_chosen(client, room, held):
    neighbour = create_person(phone=None, name="林秀兰")
    captain = log_in(client, create_captain())
    wish = {"purpose": "家庭聚会", "party_size": "2", "on_behalf_of": str(neighbour.id)}

    answer = captain.submit(captain.get(TIMED + "&wait=1"), "/tea-room/wait", **wish)

    assert entries()[0].person_id == neighbour.id
    assert "替 林秀兰 排" in captain.get(answer.location).text
    assert "替 林秀兰 排" in captain.get("/bookings").text


def test_a_full_time_can_be_touched_on_the_grid(browser, held):
    starts = plain(browser.get(DAY))
    assert f"{DAY}&wait=1&start=15:00" in starts
    assert "带锁的已有人约" in starts

    ends = plain(browser.get(f"{DAY}&wait=1&start=15:00"))
    assert f"{DAY}&wait=1&start=15:00&end=17:00" in ends
    form = browser.get(f"{DAY}&wait=1&start=15:00&end=17:00")
    assert "排队等这个时间" in form.text
    missing = browser.submit(form, "/wait", purpose="", party_size="2")
    assert (missing.status_code, "请写一句用途" in missing.text) == (422, True)
    answer = browser.submit(missing, "/wait", purpose="家庭聚会", party_size="2")

    assert answer.location == f"/waiting/{entries()[0].id}"


def test_a_time_that_is_free_after_all_is_one_tap_from_being_booked(browser, held):
    form = browser.get(f"{DAY}&wait=1&start=15:00&end=17:00")
    give_back(held)

    answer = browser.submit(form, "/wait", purpose="家庭聚会", party_size="2")

    assert answer.status_code == 409
    assert "这段时间现在空着，可以直接预约" in answer.text
    booked = browser.submit(answer, "/book")
    assert booked.location.startswith("/bookings/")


def test_who_waits_already_is_told_so(browser, held):
    form = browser.get(f"{DAY}&wait=1&start=15:00&end=17:00")
    browser.submit(form, "/wait", purpose="家庭聚会", party_size="2")
    again = browser.get(f"{DAY}&wait=1&start=15:00&end=17:00")

    answer = browser.submit(again, "/wait", purpose="家庭聚会", party_size="2")

    assert (answer.status_code, "您已经在排这段时间了" in answer.text) == (422, True)


def stand(resident, room):
    return queueing.join(resident, room.code, TIME, purpose="合唱排练", party_size=2, now=NOW)


def test_the_place_in_line_is_shown_left_and_taken_again(browser, room, held, resident):
    stand(create_actor(), room)
    entry = stand(resident, room)
    mine = browser.get("/bookings")
    assert "前面还有 1 位" in mine.text

    left = browser.submit(mine, f"/waiting/{entry.id}/leave")
    page = browser.get(left.location)
    assert "您不排这段时间了" in page.text
    again = browser.submit(page, "/wait")

    assert [one.status for one in entries()] == [
        EntryStatus.WAITING,
        EntryStatus.WITHDRAWN,
        EntryStatus.WAITING,
    ]
    assert again.location == f"/waiting/{entries()[-1].id}"


def test_an_offer_is_told_and_taken_in_one_tap(browser, room, held, resident):
    entry = stand(resident, room)
    give_back(held)
    offer_id = entries()[0].booking_id

    mine = browser.get("/bookings")
    assert "我的下一个预约" not in mine.text
    assert "给您留到 今天 11:00" in mine.text
    assert "点一下就能接受" not in mine.text  # the card says it; its notice would say it again
    assert f'href="/bookings/{offer_id}"' in mine.text  # the card leads there
    assert "为您保留" in browser.get(f"/bookings/{offer_id}").text
    assert "接受这个时间" in browser.get(f"/waiting/{entry.id}").text
    answer = browser.submit(mine, f"/offers/{offer_id}/accept")

    assert answer.location == f"/bookings/{offer_id}"
    assert "等待审核" in browser.get(answer.location).text
    twice = browser.submit(mine, f"/offers/{offer_id}/accept")
    assert (twice.status_code, "等待审核" in twice.text) == (409, True)


def test_an_offer_turned_down_is_gone_and_the_desk_never_saw_it(browser, room, held, resident, app):
    stand(resident, room)
    give_back(held)
    offer_id = entries()[0].booking_id
    staff = visitor(app, create_actor(Role.STAFF))
    assert f"queue-{offer_id}" not in staff.get("/desk").text

    answer = browser.submit(browser.get(f"/bookings/{offer_id}"), "/decline")

    assert "已经取消" in browser.get(answer.location).text
    assert entries()[0].status is EntryStatus.WITHDRAWN


def test_an_offer_that_lapsed_says_so(browser, room, held, resident, time_machine):
    stand(resident, room)
    give_back(held)
    page = browser.get(f"/bookings/{entries()[0].booking_id}")

    time_machine.move_to(between(11.5, 12).starts_at, tick=False)

    assert "这个名额给了下一位" in browser.submit(page, "/accept").text
    assert not [form for form in read_forms(browser.get(page.request.path).text) if "/offers/" in form.action]


def test_the_page_of_a_place_polls_until_the_offer_comes(browser, room, held, resident):
    path = f"/waiting/{stand(resident, room).id}"
    fragment = browser.get(path, headers=HTMX).text
    poll = fragment.split('hx-get="')[1].split('"')[0]

    assert browser.get(poll, headers=HTMX).status_code == 204
    give_back(held)

    assert "接受这个时间" in browser.get(poll, headers=HTMX).text


def test_a_merchant_waits_for_a_taken_booth_in_two_taps(client):
    show = create_show(create_studio())
    rival_shop, rival = create_merchant()
    held = create_booth(show, 3, create_product(rival_shop), rival)
    shop, merchant = create_merchant()
    create_product(shop, "浮粿")
    browser = log_in(client, merchant)
    address = f"/shows/{show.id}/booths/3"
    assert f'href="{address}"' in browser.get(f"/shows/{show.id}").text

    taken = browser.get(address)
    assert "这个展位已经有商户订了" in taken.text
    place = browser.submit(taken, "/booths/3/wait").location
    assert [one for one in entries() if place == f"/waiting/{one.id}"]
    assert "您排在第一位" in browser.get(place).text
    assert "您排在第一位" in browser.get(address).text
    give_back(held)

    assert 'href="/bookings"' in browser.get("/").text  # with the number of unread notices beside it
    assert "为您保留" in browser.get("/bookings").text
    browser.submit(browser.get(address), "/accept")

    assert entries()[0].status is EntryStatus.FULFILLED
    assert "待审核" in browser.get(f"/bookings/{entries()[0].booking_id}").text
