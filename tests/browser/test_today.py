"""A day at the desk: two tablets and a door at once, closing in one touch, and the same without JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import TICK, Interval, local_day, moment_of, tick_of
from domain.people import Role
from services import attendance, outbox
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import (
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
    set_figure,
)
from tests.support.entering import enter, large_letters, with_password
from tests.support.measure import small_targets, small_text
from tests.support.studio_builders import create_show
from tests.support.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def house(live, watch: Watch):
    """A house that is open day and night: one is due now, one sits there, one stayed away, a show is to come.

    Returns the phone of the staff, and the room with the booking that is due.
    """
    watch.allow("htmx:(sendAbort|abort|afterRequest)")  # a tap comes before the poll that is under way
    now = datetime.now(UTC)
    start = moment_of(tick_of(now))
    with live.app.app_context():
        set_figure("check_in_opens_minutes", 90)
        set_figure("check_in_grace_minutes", 60)
        staff = with_password(create_person(Role.STAFF, name="陈晓敏").id)
        room = create_space("tea-room", name="楼院茶话室", opens=0, closes=24)
        pool = create_pool(places=12, code="rest-station", name="党群服务小栈", opens=0, closes=24)
        hall = create_space("pavilion", name="楼长议事亭", opens=0, closes=24)
        guest, other = (create_person(name=name, building=22) for name in ("林秀兰", "庄建国"))
        due = create_booking(
            room, Interval(start, start + 4 * TICK), booker_id=guest.id, created_at=now, pickup_number="4821"
        )
        there = create_booking(hall, Interval(start, start + 8 * TICK), booker_id=other.id, created_at=now)
        attendance.check_in(create_person(Role.STAFF).as_actor(), there.id, now=now - timedelta(minutes=2))
        create_booking(pool, Interval(start, start + 2 * TICK), place=None, created_at=now)
        create_show(create_studio(opens=0, closes=24), start + 16 * TICK)
    return staff, room, due


def ready(page: Page, phone: str) -> None:
    """Be on the day of the desk."""
    enter(page, phone)
    page.get_by_role("link", name="今天", exact=True).first.click()
    expect(page).to_have_url(re.compile("/desk/today$"))
    page.wait_for_load_state()


def in_room(page: Page, code: str = "tea-room"):
    return page.locator(f"#place-{code}")


def test_a_check_in_on_one_tablet_appears_on_the_other_and_the_counter_counts(
    house, tablet: Page, tablet_portrait: Page
) -> None:
    staff, _, _ = house
    for page in (tablet, tablet_portrait):
        ready(page, staff)
        assert_axe_clean(page)
        assert_fits_width(page)
        assert small_targets(page, 48) == []
        expect(in_room(page).get_by_role("button", name="签到")).to_be_visible()
    shot(tablet, "today-tablet")
    shot(tablet_portrait, "today-portrait")

    in_room(tablet).get_by_role("button", name="签到").tap()
    expect(in_room(tablet).get_by_text("已签到")).to_be_visible()
    expect(in_room(tablet_portrait).get_by_text("已签到")).to_be_visible()
    expect(tablet_portrait.get_by_role("button", name=re.compile("^签到 22 栋"))).to_have_count(0)

    counter = tablet_portrait.locator("#pool-rest-station")
    counter.get_by_role("button", name="走进来 1 位").tap()
    expect(counter.locator(".figure")).to_have_text("10")
    expect(tablet.locator("#pool-rest-station").locator(".figure")).to_have_text("10")
    tablet.locator("#pool-rest-station").get_by_role("button", name="走了 1 位").tap()
    expect(tablet.locator("#pool-rest-station").locator(".figure")).to_have_text("11")

    in_room(tablet, "pavilion").get_by_role("button", name="提前离开").tap()
    expect(in_room(tablet, "pavilion").get_by_text("已经结束的 1 个")).to_be_visible()
    expect(in_room(tablet_portrait, "pavilion").get_by_text("已经结束的 1 个")).to_be_visible()
    assert_axe_clean(tablet)


def test_a_check_in_at_the_door_appears_within_seconds(house, tablet: Page, open_page: OpenPage) -> None:
    staff, room, _ = house
    ready(tablet, staff)
    sign = open_page("tablet")
    sign.goto(f"/door/{room.code}/{room.door_key}/sign")
    sign.get_by_label("没带手机").fill("4821")
    sign.get_by_role("button", name="签到").click()
    expect(sign.get_by_text("已签到，请进")).to_be_visible()

    expect(in_room(tablet).get_by_text("已签到")).to_be_visible()


def test_who_stayed_away_is_excused_while_the_page_stays_live(
    house, live, tablet: Page, tablet_portrait: Page
) -> None:
    staff, _, _ = house
    now = datetime.now(UTC)
    with live.app.app_context():
        set_figure("check_in_grace_minutes", 0)
        attendance.release_no_shows(now + timedelta(minutes=2))
    ready(tablet, staff)
    ready(tablet_portrait, staff)

    in_room(tablet).get_by_role("link", name="免记").tap()
    expect(in_room(tablet).get_by_role("button", name="生病或住院")).to_be_visible()
    tablet_portrait.locator("#pool-rest-station").get_by_role("button", name="走进来 1 位").tap()
    expect(tablet.locator("#pool-rest-station")).to_contain_text("走进来 1 位")
    expect(in_room(tablet).get_by_role("button", name="生病或住院")).to_be_visible()
    assert_axe_clean(tablet)
    in_room(tablet).get_by_role("button", name="生病或住院").tap()

    expect(in_room(tablet).get_by_text("没来，已免记")).to_be_visible()
    expect(in_room(tablet_portrait).get_by_text("没来，已免记")).to_be_visible()


def test_a_room_is_closed_in_one_touch_and_everybody_is_told(
    house, live, tablet: Page, tablet_portrait: Page
) -> None:
    staff, _, _ = house
    ready(tablet, staff)
    ready(tablet_portrait, staff)
    in_room(tablet).get_by_role("link", name="今天停用").tap()
    expect(tablet.get_by_role("heading", name="要告诉 1 位")).to_be_visible()
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    shot(tablet, "today-closing")
    tablet.get_by_text("停电", exact=True).tap()
    tablet.get_by_role("button", name="停用，并通知 1 位").tap()

    expect(tablet.get_by_role("heading", name="停用后要告诉的人")).to_be_visible()
    expect(tablet.get_by_text("还有 1 位不知道")).to_be_visible()
    expect(tablet_portrait.get_by_text("停用“停电”：还有 1 位不知道")).to_be_visible()
    with live.app.app_context():
        outbox.deliver_due(datetime.now(UTC))
    tablet.get_by_role("button", name=re.compile("打电话")).tap()
    expect(tablet.get_by_role("link", name=re.compile(r"^1\d{10}$"))).to_be_visible()
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    shot(tablet, "today-calls")
    tablet.get_by_role("button", name="告诉了").tap()
    expect(tablet.get_by_text("都知道了")).to_be_visible()
    expect(tablet_portrait.get_by_text("还有 1 位不知道")).to_have_count(0)

    tablet_portrait.get_by_role("button", name="恢复使用").tap()
    expect(in_room(tablet_portrait).get_by_role("link", name="今天停用")).to_be_visible()


def test_the_whole_day_works_without_javascript(house, no_js: Page) -> None:
    staff, _, due = house
    enter(no_js, staff)
    no_js.goto("/desk/today")
    in_room(no_js).get_by_role("button", name="签到").click()
    expect(no_js.get_by_text("已签到。")).to_be_visible()
    no_js.locator("#pool-rest-station").get_by_role("button", name="走进来 1 位").click()
    expect(no_js.locator("#pool-rest-station").locator(".figure")).to_have_text("10")
    in_room(no_js).get_by_role("link", name="今天停用").click()
    no_js.get_by_label("停水").check()
    no_js.get_by_role("button", name="停用，并通知 1 位").click()
    no_js.get_by_role("button", name=re.compile("打电话")).click()
    no_js.get_by_role("button", name="告诉了").click()
    expect(no_js.get_by_text("都知道了")).to_be_visible()
    no_js.get_by_role("button", name="还没告诉").click()
    expect(no_js.locator(f"#call-{due.id}").get_by_role("button", name="告诉了")).to_be_visible()
    assert_fits_width(no_js)


def test_large_letters_on_a_phone_keep_their_contract(house, phone: Page) -> None:
    staff, _, _ = house
    enter(phone, staff)
    large_letters(phone)
    for path in (
        "/desk/today",
        "/desk/today?past=1",
        "/desk/today/close",
        "/desk/today/close?space=tea-room",
    ):
        phone.goto(path)
        assert_axe_clean(phone)
        assert_fits_width(phone)
        assert small_targets(phone, 60) == []
        assert small_text(phone, 22) == []
    shot(phone, "today-elder", full_page=True)


def test_yesterday_and_tomorrow_are_one_tap_away(house, tablet: Page) -> None:
    staff, _, _ = house
    ready(tablet, staff)
    yesterday = local_day(datetime.now(UTC)) - timedelta(days=1)

    tablet.get_by_role("link", name="昨天").tap()

    expect(tablet).to_have_url(re.compile(f"day={yesterday.isoformat()}"))
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    tablet.get_by_label("换一天").get_by_role("link", name="今天").tap()
    expect(tablet.get_by_role("heading", name="现在和接下来一小时")).to_be_visible()
