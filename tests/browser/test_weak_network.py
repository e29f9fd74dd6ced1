"""Deciding while the Wi-Fi is away: nothing that was shown as done is lost, nothing is decided twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from domain.bookings import BookingStatus
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.desk_day import (
    CHEN,
    DeskDay,
    lay_desk_day,
    lose_the_network,
    wait_until_ahead,
)
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
DECISION = re.compile(r"/desk/\d+/(approve|decline)$")


@pytest.fixture
def day(live: Live) -> DeskDay:
    """Three requests of tomorrow."""
    return lay_desk_day(live.app)


@pytest.fixture
def desk(tablet: Page, day: DeskDay) -> Page:
    """陈晓敏 at the tablet; the next cards are in its memory."""
    enter(tablet, CHEN)
    tablet.goto("/desk")
    wait_until_ahead(tablet, 2)
    return tablet


def approve(page: Page) -> None:
    """Tap the green button."""
    page.get_by_role("button", name="通过").click()


def unsent(page: Page) -> object:
    """The rows that wait."""
    return page.locator("#unsent .unsent-row")


def test_one_decides_on_and_all_of_it_is_sent_when_the_network_is_back(
    desk: Page, day: DeskDay, watch: Watch
) -> None:
    lose_the_network(desk, watch)

    approve(desk)
    expect(desk.get_by_text("1 件待同步，网络通了会自己送出。")).to_be_visible()
    expect(desk.get_by_role("heading", name="11:00–12:00")).to_be_focused()
    expect(desk.get_by_role("heading", name="2 件等您审核")).to_be_visible()
    desk.get_by_text("退回", exact=True).click()
    desk.get_by_role("button", name="场地维修").click()
    expect(desk.get_by_text("2 件待同步")).to_be_visible()
    expect(desk.locator("#unsent")).to_contain_text("通过：楼院茶话室")
    expect(desk.locator("#unsent")).to_contain_text("退回：楼院茶话室")
    expect(desk.get_by_role("heading", name="13:00–14:00")).to_be_focused()
    assert_fits_width(desk)
    assert_axe_clean(desk)
    shot(desk, "desk-unsent")
    assert set(day.statuses().values()) == {BookingStatus.PENDING}

    desk.context.set_offline(False)
    expect(desk.locator("#unsent .unsent-row")).to_have_count(0)
    expect(desk.locator("#unsent")).to_contain_text("已退回")

    assert day.statuses() == {
        9: BookingStatus.CONFIRMED,
        11: BookingStatus.DECLINED,
        13: BookingStatus.PENDING,
    }
    assert [day.times_decided(hour) for hour in (9, 11, 13)] == [1, 1, 0]
