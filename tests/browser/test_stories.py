"""Three stories of residents on the phone, with JavaScript and without: another time, coming and leaving, a captain.

The other two, a refusal and the waiting line, are in test_residents.py and test_waiting.py.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import TICK, Interval, local_day, moment_of, tick_of
from domain.people import Role
from models import Space
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_booking, create_person, create_space, set_figure
from tests.support.entering import enter, large_letters, with_password
from tests.support.live import Live
from tests.support.measure import small_targets, small_text

pytestmark = pytest.mark.browser

TOMORROW = local_day(datetime.now(UTC)) + timedelta(days=1)
OLD, NEW = "15:00–17:00", "18:00–20:00"

either_way = pytest.mark.parametrize("device", ["phone", "no_js"])


@pytest.fixture
def room(live: Live) -> Space:
    """The tea room, whose requests staff decide; it is open day and night."""
    with live.app.app_context():
        return create_space("tea-room", name="楼院茶话室", opens=0, closes=24)


def somebody(live: Live, role: Role = Role.RESIDENT, **facts: object) -> tuple[int, str]:
    """An account that can log in: its number and its phone."""
    with live.app.app_context():
        made = create_person(role, **facts).id
        return made, with_password(made)


def looked_at(page: Page, name: str, device: str) -> None:
    """It fits, with a picture; axe is a script and looks where scripts run."""
    assert_fits_width(page)
    if device == "phone":
        assert_axe_clean(page)
    shot(page, f"stories-{name}-{device}", full_page=True)


@either_way
def test_a_confirmed_booking_keeps_its_time_until_staff_agree_to_another(
    live: Live, room: Space, open_page: OpenPage, device: str
) -> None:
    resident, phone_number = somebody(live, name="林秀兰")
    _, staff_number = somebody(live, Role.STAFF)
    with live.app.app_context():
        booking = create_booking(room, between(15, 17, day=TOMORROW), booker_id=resident).id
    page = open_page(device, has_touch=True)
    enter(page, phone_number)
    page.goto(f"/bookings/{booking}")
    page.get_by_role("link", name="改到别的时间").tap()
    page.get_by_role("link", name="18:00", exact=True).tap()
    page.get_by_role("button", name="申请改到这个时间").tap()

    asked = page.get_by_role("region", name="已申请改到")
    expect(asked.get_by_text(NEW)).to_be_visible()
    expect(page.locator(".card").first).to_contain_text(OLD)
    expect(page.get_by_text("已确认", exact=True)).to_be_visible()
    looked_at(page, "moving", device)
    desk = open_page(device, has_touch=True)
    enter(desk, staff_number)
    desk.goto("/desk")
    expect(desk.get_by_text("申请改期")).to_be_visible()
    desk.get_by_role("button", name="同意改期").tap()
    expect(desk.get_by_text("没有等待审核的申请")).to_be_visible()

    page.reload()
    expect(asked).to_have_count(0)
    expect(page.locator(".card").first).to_contain_text(NEW)
    expect(page.get_by_text("已确认", exact=True)).to_be_visible()


@either_way
def test_one_tap_checks_in_and_one_gives_the_rest_back(
    live: Live, room: Space, open_page: OpenPage, device: str
) -> None:
    resident, phone_number = somebody(live, name="林秀兰")
    now = datetime.now(UTC)
    start = moment_of(tick_of(now))
    with live.app.app_context():
        set_figure("check_in_grace_minutes", 90)  # a quarter-hour may end while the test runs
        create_booking(room, Interval(start, start + 8 * TICK), booker_id=resident, created_at=now)
    page = open_page(device, has_touch=True)
    enter(page, phone_number)
    large_letters(page)
    page.goto("/bookings")
    looked_at(page, "check-in", device)
    page.get_by_role("button", name="签到", exact=True).tap()

    expect(page.get_by_text("已签到", exact=True)).to_be_visible()
    looked_at(page, "leave", device)
    if device == "phone":
        assert small_targets(page, 60) == small_text(page, 22) == []
    page.get_by_role("button", name="用完了，提前离开").tap()

    expect(page.get_by_text("已结束", exact=True)).to_be_visible()
    looked_at(page, "left", device)


@either_way
def test_a_captain_writes_down_a_neighbour_books_and_opens_the_slip(
    live: Live, room: Space, open_page: OpenPage, device: str
) -> None:
    _, phone_number = somebody(live, Role.CAPTAIN, captain_of=22)
    page = open_page(device, has_touch=True)
    enter(page, phone_number)
    page.goto(f"/spaces/{room.code}/book?day={TOMORROW}&start=15:00&end=17:00")
    page.get_by_text("替住户预约：按房号找").tap()
    page.get_by_label("单元").fill("1")
    page.get_by_label("房号").fill("302")
    page.get_by_role("button", name="找这一户").tap()
    expect(page.get_by_text("这一户没有已核实的住户。")).to_be_visible()
    # The form of the booking would send it in the captain's own name.
    expect(page.get_by_role("button", name="提交预约")).to_have_count(0)
    page.get_by_label("姓名").fill("庄阿婆")
    page.get_by_text("女士", exact=True).tap()
    looked_at(page, "registering", device)
    page.get_by_role("button", name="登记，接着预约").tap()

    expect(page.locator("[name=on_behalf_of] option:checked, [name=on_behalf_of]:checked")).to_have_count(1)
    page.get_by_label("用途").fill("家庭聚会")
    page.get_by_label("人数").fill("6")
    looked_at(page, "for-a-neighbour", device)
    page.get_by_role("button", name="提交预约").tap()
    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(page.get_by_text("庄阿婆")).to_be_visible()
    page.get_by_role("link", name="打印凭条").tap()

    slip = page.get_by_role("article", name="楼院茶话室")
    expect(slip).to_contain_text(OLD)
    expect(slip).to_contain_text("庄阿婆")
    expect(slip.locator(".slip-number b")).to_have_text(re.compile(r"^\d{4}$"))
    looked_at(page, "slip", device)
