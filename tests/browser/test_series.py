"""A resident books every second date of a series on the phone, and takes the rest of it back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.spaces import Approval
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_booking, create_person, create_space
from tests.support.entering import enter, with_password

pytestmark = pytest.mark.browser

FIRST = local_day(datetime.now(UTC)) + timedelta(days=2)


@pytest.fixture
def phone_number(live):
    """A resident who can log in, and a tea room that is taken in the second week."""
    with live.app.app_context():
        room = create_space("tea-room", name="楼院茶话室", approval=Approval.NONE)
        create_booking(room, between(16, 18, day=FIRST, days=7))
        return with_password(create_person(name="林秀兰").id)


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing to scroll sideways, and a picture."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"series-{name}", full_page=True)


def test_a_series_is_planned_ticked_booked_and_cut_short_on_the_phone(phone: Page, phone_number: str) -> None:
    enter(phone, phone_number)
    phone.goto(f"/spaces/tea-room/book?day={FIRST}&start=15:00&end=17:00")
    phone.get_by_role("link", name="每周都要用？约一个系列").tap()
    phone.get_by_label("一共几次").last.fill("4")
    looked_at(phone, "1-asked-phone")
    phone.get_by_role("button", name="看看哪些天空着").tap()

    expect(phone.get_by_role("heading", name="一共 4 天，3 天空着。")).to_be_visible()
    expect(phone.get_by_text("这段时间已经有人预约了。")).to_be_visible()
    # The stylesheet writes the number of ticks into the button, where no script has to.
    button = phone.get_by_role("button", name=re.compile("^预约.*个时间$"))
    expect(button).to_be_visible()
    phone.locator("input[name=date]").last.uncheck()
    phone.get_by_label("用途").fill("合唱排练")
    phone.get_by_label("人数").fill("8")
    looked_at(phone, "2-preview-phone")
    button.tap()

    expect(phone).to_have_url(re.compile(r"/series/\d+$"))
    expect(phone.get_by_text("已确认", exact=True)).to_have_count(2)
    expect(phone.get_by_text("当时没有选")).to_be_visible()
    phone.get_by_text("一起取消").tap()
    looked_at(phone, "3-series-phone")
    phone.locator("#cancel").get_by_label("从下面这一天起").check()
    phone.locator("#cancel").get_by_label("哪一天").select_option(index=1)
    phone.get_by_role("button", name="取消这些预约").tap()

    expect(phone.get_by_text("已取消", exact=True)).to_have_count(1)
    expect(phone.get_by_text("已确认", exact=True)).to_have_count(1)
