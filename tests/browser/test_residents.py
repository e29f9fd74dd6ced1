"""A resident on the phone: from the board to a booking and back, with and without JavaScript; the board on a tablet."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from services import booking
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import (
    between,
    create_actor,
    create_person,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.entering import enter, large_letters, with_password
from tests.support.measure import small_targets, small_text
from tests.support.studio_builders import create_show
from tests.support.watch import Watch

pytestmark = pytest.mark.browser

TOMORROW = local_day(datetime.now(UTC)) + timedelta(days=1)
FORM = f"/spaces/tea-room/book?day={TOMORROW}"


@pytest.fixture
def house(live):
    """The tea room and a room like it, seats, a show; returns the application."""
    with live.app.app_context():
        create_space("tea-room", name="楼院茶话室", buffer_minutes=15)
        create_space("pavilion", name="楼长议事亭", capacity=12)
        create_pool(places=12, code="rest-station", name="“26℃近邻温度”党群服务小栈", opens=0, closes=24)
        create_show(create_studio(name="同心直播间"), between(19.5, 22, day=TOMORROW).starts_at)
    return live.app


@pytest.fixture
def phone_number(house):
    """A resident who can log in."""
    with house.app_context():
        return with_password(create_person(name="林秀兰").id)


def somebody_books(app, start: float, end: float) -> None:
    """A neighbour's request for the tea room, tomorrow."""
    with app.app_context():
        booking.request_booking(
            create_actor(),
            "tea-room",
            between(start, end, day=TOMORROW),
            purpose="合唱排练",
            party_size=8,
            now=datetime.now(UTC),
        )


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing to scroll sideways, and a picture."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"residents-{name}")


def test_from_the_board_to_a_request_and_back_on_the_phone(phone: Page, phone_number: str) -> None:
    enter(phone, phone_number)
    phone.goto(f"/?day={TOMORROW}")
    looked_at(phone, "1-board-phone")

    phone.get_by_role("link", name="楼院茶话室 选时间").tap()
    expect(phone.get_by_role("heading", name="几点开始？", exact=True)).to_be_visible()
    looked_at(phone, "2-start-phone")
    phone.get_by_role("link", name="15:00", exact=True).tap()
    expect(phone.get_by_role("heading", name="15:00 开始，几点结束？")).to_be_visible()
    looked_at(phone, "3-end-phone")
    phone.get_by_role("link", name="17:00 2 小时").tap()
    phone.get_by_label("用途").fill("家庭聚会")
    phone.get_by_label("人数").fill("12")
    looked_at(phone, "4-form-phone")
    phone.get_by_role("button", name="提交预约").tap()

    expect(phone).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(phone.get_by_text("等待审核", exact=True)).to_be_visible()
    looked_at(phone, "5-booking-phone")
    phone.goto("/bookings")
    looked_at(phone, "6-mine-phone")
    phone.get_by_role("link", name="查看、改期或取消").tap()
    phone.get_by_role("link", name="改到别的时间").tap()
    phone.get_by_role("link", name="18:00", exact=True).tap()
    phone.get_by_role("button", name="就改到这个时间").tap()
    expect(phone.get_by_text("18:00–20:00")).to_be_visible()
    phone.get_by_role("button", name="取消这个预约").tap()
    expect(phone.get_by_role("link", name="再约这个时间")).to_be_visible()


def test_the_back_button_goes_back_one_step(phone: Page, phone_number: str) -> None:
    enter(phone, phone_number)
    phone.goto(FORM)
    phone.get_by_role("link", name="15:00", exact=True).tap()
    expect(phone.get_by_role("heading", name="15:00 开始，几点结束？")).to_be_visible()

    phone.go_back()

    expect(phone.get_by_role("heading", name="几点开始？", exact=True)).to_be_visible()


@pytest.mark.parametrize("way_in", ["phone", "no_js", "elder"])
def test_a_refusal_is_one_tap_from_a_free_time(
    house, open_page: OpenPage, phone_number: str, watch: Watch, way_in: str
) -> None:
    page = open_page("no_js" if way_in == "no_js" else "phone", has_touch=True)
    enter(page, phone_number)
    if way_in == "elder":
        large_letters(page)
    page.goto(FORM)
    page.get_by_role("link", name="16:00", exact=True).tap()
    page.get_by_role("link", name="18:00 2 小时").tap()
    somebody_books(house, 15, 17)
    watch.allow("409")
    page.get_by_label("用途").fill("家庭聚会")
    page.get_by_label("人数").fill("12")
    page.get_by_role("button", name="提交预约").tap()

    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("heading")).to_have_text("这段时间已经有人预约了。")
    expect(refusal.locator(".way:not(.way-wait)")).to_have_count(3)
    if way_in == "no_js":
        assert_fits_width(page)
        shot(page, "residents-7-refused-no-js")
    else:
        expect(refusal.get_by_role("heading")).to_be_focused()
        looked_at(page, f"8-refused-{way_in}")
    if way_in == "elder":
        assert small_targets(page, 60) == small_text(page, 22) == []
    page.get_by_role("button", name=re.compile("17:15–19:15")).tap()

    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(page.get_by_text("17:15–19:15")).to_be_visible()
    expect(page.get_by_text("家庭聚会")).to_be_visible()


def test_a_visitor_touches_an_empty_cell_of_the_board(house, tablet: Page) -> None:
    tablet.goto(f"/?day={TOMORROW}")
    looked_at(tablet, "9-board-tablet")

    tablet.get_by_role("link", name="楼院茶话室 15:00–16:00 空闲").tap()

    expect(tablet.get_by_role("heading", name="15:00 开始，几点结束？")).to_be_visible()
    tablet.get_by_role("link", name="17:00 2 小时").tap()
    expect(tablet.get_by_role("link", name="登录并继续预约")).to_be_visible()
    looked_at(tablet, "10-visitor-tablet")


def test_the_week_on_a_tablet_held_upright(house, tablet_portrait: Page) -> None:
    somebody_books(house, 15, 17)

    for name, path in (("week", f"/spaces/tea-room?day={TOMORROW}"), ("spaces", "/spaces"), ("board", "/")):
        tablet_portrait.goto(path)
        looked_at(tablet_portrait, f"11-{name}-portrait")
