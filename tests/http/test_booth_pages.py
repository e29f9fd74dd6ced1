"""Pages of a booth: how ready it is, moving, swapping, waiting for any, samples; what each person is shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.merchants.claims import ClaimsStatus
from domain.people import Role
from domain.studio.booths import Sample, SwapStatus
from models import Booking, BoothSlot, BoothSwap, WaitlistEntry
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
CONFIRMED = {"status": BookingStatus.CONFIRMED}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def show(db):
    return create_show(create_studio(), title="年货节专场")


def shop_at(show, number, name="铁观音", **more):
    shop, actor = create_merchant()
    return actor, create_booth(show, number, create_product(shop, name), actor, **CONFIRMED | more)


def test_the_lights_are_for_staff_and_the_own_shop_alone(app, show):
    actor, made = shop_at(show, 3)
    rival, _ = shop_at(show, 4, "紫菜")
    address = f"/shows/{show.id}"

    staff, own, other, nobody = (
        visitor(app, who).get(address).text for who in (create_actor(Role.STAFF), actor, rival, None)
    )

    assert (staff.count('class="lights"'), own.count('class="lights"')) == (2, 1)
    assert (other.count('class="lights"'), nobody.count('class="lights"')) == (1, 0)
    assert re.search(r'light-amber">(?:(?!<li).)*样品未到', staff, re.S), (
        "it may still come, so nothing is wrong"
    )
    assert "样品" not in nobody
    assert f"/bookings/{made.id}" in staff


def test_a_shop_reads_what_is_missing_and_what_giving_back_costs(app, show, time_machine):
    actor, made = shop_at(show, 3)
    page = visitor(app, actor).get(f"/bookings/{made.id}").text
    for words in ("准备情况", "开播前请把样品送到同心直播间。", "以前退出不记分", "退出这个展位"):
        assert words in page

    time_machine.move_to(show.starts_at - timedelta(hours=47), tick=False)

    assert "现在退出会记 1 分" in visitor(app, actor).get(f"/bookings/{made.id}").text


def test_a_shop_moves_in_two_taps_and_a_refusal_says_why(app, db, show):
    actor, made = shop_at(show, 3)
    browser = visitor(app, actor)
    page = browser.get(f"/bookings/{made.id}")
    assert f'href="/bookings/{made.id}/booth"' in page.text

    choices = browser.get(f"/bookings/{made.id}/booth")
    assert "展位 4" in choices.text
    form = {"place": "4", "at": "", "version": "1"}
    token = choices.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(f"/bookings/{made.id}/booth", data=form | {"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, f"/bookings/{made.id}")
    assert db.session.get(Booking, made.id, populate_existing=True).place == 4
    shop_at(show, 5, "紫菜")
    taken = browser.post(
        f"/bookings/{made.id}/booth", data={"place": "5", "version": "2", "csrf_token": token}
    )
    assert (taken.status_code, "这个展位刚刚被别的商户订走了" in taken.text) == (409, True)


def test_a_shop_asks_another_which_answers_in_one_tap(app, db, show):
    (one, mine), (two, theirs) = shop_at(show, 3), shop_at(show, 7, "紫菜")
    asking, asked = visitor(app, one), visitor(app, two)
    choices = asking.get(f"/bookings/{mine.id}/booth")

    asking.submit(choices, f"/bookings/{mine.id}/swap")
    assert "等对方回答" in asking.get(f"/bookings/{mine.id}").text
    assert "有人想和您换展位" in asked.get("/bookings").text
    answer = asked.submit(asked.get("/bookings"), "/accept")

    assert answer.location == f"/bookings/{theirs.id}"
    assert db.session.get(Booking, theirs.id, populate_existing=True).place == 3
    again = asked.post(f"/swaps/{db.session.scalar(select(BoothSwap.id))}/accept", data=_token(asked, mine))
    assert again.status_code == 409


def _token(browser, made):
    page = browser.get("/bookings").text
    return {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}


def test_a_proposal_can_be_taken_back(app, db, show):
    (one, mine), _ = shop_at(show, 3), shop_at(show, 7, "紫菜")
    browser = visitor(app, one)
    browser.submit(browser.get(f"/bookings/{mine.id}/booth"), f"/bookings/{mine.id}/swap")

    browser.submit(browser.get(f"/bookings/{mine.id}"), "/withdraw")

    assert db.session.scalars(select(BoothSwap.status)).one() is SwapStatus.WITHDRAWN


def test_staff_swap_two_booths_at_once(app, db, show):
    (_, mine), (_, theirs) = shop_at(show, 3), shop_at(show, 7, "紫菜")
    browser = visitor(app, create_actor(Role.STAFF))

    browser.submit(browser.get(f"/bookings/{mine.id}/booth"), f"/bookings/{mine.id}/swap")

    places = [db.session.get(Booking, one.id, populate_existing=True).place for one in (mine, theirs)]
    assert places == [7, 3]


def test_samples_are_marked_with_one_tap_each_and_undone(app, db, show):
    actor, made = shop_at(show, 3)
    browser = visitor(app, create_actor(Role.STAFF, name="王小梅"))
    address, path = f"/shows/{show.id}/samples", f"/bookings/{made.id}/sample"
    assert "已到 0 件，共 1 件" in browser.get(address).text

    browser.submit(browser.get(address), path)
    assert db.session.get(BoothSlot, made.id, populate_existing=True).sample is Sample.RECEIVED
    page = browser.get(address)
    assert "王小梅 收下" in page.text
    assert "王小梅 收下" in visitor(app, actor).get(f"/bookings/{made.id}").text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post(path, data={"done": "undo", "csrf_token": token})

    db.session.rollback()  # see what the other connection has done
    assert db.session.get(BoothSlot, made.id, populate_existing=True).sample is Sample.AWAITED
    late = browser.post(path, data={"done": "returned", "csrf_token": token})
    assert late.status_code == 409


def test_a_full_show_offers_its_line(app, db):
    show = create_show(create_studio(), booths=2)
    shop_at(show, 1)
    shop_at(show, 2)
    shop, actor = create_merchant()
    create_product(shop, "浮粿")
    browser = visitor(app, actor)
    assert f'href="/shows/{show.id}/wait"' in browser.get(f"/shows/{show.id}").text

    answer = browser.submit(browser.get(f"/shows/{show.id}/wait"), "/wait")

    entry = db.session.scalars(select(WaitlistEntry)).one()
    assert (answer.location, entry.place) == (f"/waiting/{entry.id}", None)
    assert "哪个展位都行" in browser.get(answer.location).text
    assert "我在排队" in browser.get(f"/shows/{show.id}").text
    again = browser.post(f"/shows/{show.id}/wait", data=_token(browser, None) | {"product_id": "0"})
    assert again.status_code == 422


def test_the_booth_page_hints_at_what_the_show_has_and_what_a_product_lacks(app, show):
    shop_at(show, 2)
    shop_at(show, 4, "紫菜")
    shop, actor = create_merchant()
    create_product(shop, "浮粿", claims_status=ClaimsStatus.REFUSED, claims_reason="不能说治病")

    page = visitor(app, actor).get(f"/shows/{show.id}/booths/3").text

    for words in ("这场已有 2 件其他商品。", "前一位播“铁观音”。", "后一位播“紫菜”。", "宣传内容没有通过"):
        assert words in page
    assert "确认订展位" not in page


def test_the_desk_says_what_keeps_a_booth_from_being_confirmed(app, show):
    shop, actor = create_merchant()
    tea = create_product(shop, claims_status=ClaimsStatus.UNREVIEWED)
    made = create_booth(show, 3, tea, actor)
    browser = visitor(app, create_actor(Role.STAFF))
    page = browser.get(f"/desk/{made.id}")
    assert "宣传内容还没有审核" in page.text
    assert 'href="/claims"' in page.text

    refused = browser.submit(page, f"/desk/{made.id}/approve")

    assert refused.status_code == 422
    assert "先审核再确认展位" in refused.text


def test_staff_read_and_excuse_the_points_of_a_shop(app, show, time_machine):
    actor, made = shop_at(show, 3)
    time_machine.move_to(show.starts_at - timedelta(hours=30), tick=False)
    browser = visitor(app, actor)
    browser.submit(browser.get(f"/bookings/{made.id}"), "/cancel")
    assert "已退出" in browser.get(f"/bookings/{made.id}").text

    staff = visitor(app, create_actor(Role.STAFF))
    record = staff.get(f"/people/{actor.id}/points")

    for words in ("扣分记录", "年货节专场", "临近开播才退出，记 1 分"):
        assert words in record.text
    staff.submit(record, "/excuse", reason="货出了问题")
    assert "已免记" in staff.get(f"/people/{actor.id}/points").text
