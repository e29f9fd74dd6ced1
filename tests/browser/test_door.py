"""The sign at the door and the phone that scans it, with JavaScript and without."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from domain.interval import TICK, Interval, moment_of, tick_of
from services.passwords import hash_password
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_booking, create_person, create_space, set_figure
from tests.support.entering import enter
from tests.support.measure import small_targets
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def door(live):
    """The address of a room that is open day and night; two neighbours have it now, one after the other."""
    now = datetime.now(UTC)
    start = moment_of(tick_of(now))
    with live.app.app_context():
        room = create_space("tea-room", name="楼院茶话室", opens=0, closes=24)
        guest = create_person(phone="13800000001", password_hash=hash_password(PASSWORD))
        set_figure("check_in_opens_minutes", 90)
        # The first was settled just now, so that its time to come does not run out at the next quarter-hour.
        first, second = Interval(start, start + 4 * TICK), Interval(start + 4 * TICK, start + 6 * TICK)
        create_booking(room, first, pickup_number="4821", created_at=now)
        create_booking(room, second, booker_id=guest.id)
        return f"/door/tea-room/{room.door_key}"


def test_a_number_at_the_sign_and_a_phone_that_scans_it_check_in(
    door: str, tablet: Page, open_page: OpenPage
) -> None:
    tablet.goto(f"{door}/sign")
    expect(tablet.get_by_text("正在使用")).to_be_visible()
    assert_axe_clean(tablet)
    assert_fits_width(tablet)
    assert small_targets(tablet, 48) == []
    word = tablet.locator(".sign-word")
    assert float(word.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 96
    assert tablet.evaluate("document.documentElement.scrollHeight <= innerHeight")
    shot(tablet, "door-sign")
    tablet.get_by_label("没带手机").fill("0000")
    tablet.get_by_role("button", name="签到").click()
    expect(tablet.get_by_text("没有找到这个号码")).to_be_visible()
    tablet.get_by_label("没带手机").fill("4821")
    tablet.get_by_role("button", name="签到").click()
    expect(tablet.get_by_text("已签到，请进")).to_be_visible()

    for device in ("phone", "no_js"):
        page = open_page(device)
        enter(page, "13800000001")
        page.goto(door)
        if device == "phone":
            assert_axe_clean(page)
            shot(page, "door-phone")
            page.get_by_role("button", name="签到").tap()
        expect(page.get_by_text("已签到，请用")).to_be_visible()
    page.get_by_role("button", name="提前离开").click()
    expect(page.get_by_text("您今天在这里没有要签到的预约")).to_be_visible()
