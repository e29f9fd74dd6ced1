"""Deciding while the Wi-Fi is away: nothing that was shown as done is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from domain.bookings import BookingStatus
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.desk_day import (
    CHEN,
    DeskDay,
    approve,
    lay_desk_day,
    lose_the_network,
    unsent,
    wait_until_ahead,
)
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.measure import small_targets, small_text
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
DECISION = re.compile(r"/desk/\d+/(approve|decline)$")

TWO_TAPS = """() => {
    const button = [...document.querySelectorAll("#request button")].find((one) => one.textContent.trim() === "通过")
    const keep = window.unsent.keep
    let kept = 0, second
    const untilSecond = new Promise((done) => { second = done })
    window.unsent.keep = async (entry) => {
        if (++kept === 2) second()
        else button.click()
        await untilSecond
        return keep(entry)
    }
    button.click()
}"""
"""The second comes while the first is still being kept, as on a slow tablet."""


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


def test_a_reload_and_a_closed_tab_lose_nothing(desk: Page, day: DeskDay, watch: Watch) -> None:
    lose_the_network(desk, watch)
    approve(desk)
    expect(unsent(desk)).to_have_count(1)

    # The Wi-Fi is there again, which the page hears of at once; the decision does not come through.
    desk.context.route(DECISION, lambda route: route.abort())
    desk.context.set_offline(False)
    desk.goto(f"/desk/{day.ids[9]}")
    expect(unsent(desk)).to_have_count(1)
    expect(desk.get_by_text("这一件已经决定了，还没有送到。")).to_be_visible()
    expect(desk.get_by_role("button", name="通过")).to_be_hidden()
    expect(desk.get_by_role("heading", name="2 件等您审核")).to_be_visible()
    context = desk.context
    desk.close()

    context.unroute(DECISION)
    again = context.new_page()
    again.goto("/manage")
    expect(again.locator("#unsent")).to_contain_text("已通过")
    expect(unsent(again)).to_have_count(0)
    assert day.status(9) is BookingStatus.CONFIRMED
    assert day.times_decided(9) == 1


@pytest.mark.mutant
def test_without_the_queue_the_decision_is_lost(desk: Page, day: DeskDay, watch: Watch) -> None:
    desk.evaluate(
        "document.querySelectorAll('form').forEach((form) => form.removeAttribute('data-queueable'))"
    )
    lose_the_network(desk, watch)

    approve(desk)

    expect(desk.get_by_text("网络不通，刚才的操作没有送到。")).to_be_visible()
    expect(unsent(desk)).to_have_count(0)
    desk.context.set_offline(False)
    desk.reload()
    assert day.status(9) is BookingStatus.PENDING


def test_what_the_tablet_cannot_keep_is_not_shown_as_done(desk: Page, day: DeskDay, watch: Watch) -> None:
    desk.evaluate("() => { unsentStore.put = () => Promise.reject(new Error('the disk is full')); }")
    lose_the_network(desk, watch)

    approve(desk)

    expect(desk.get_by_text("网络不通，刚才的操作没有送到。")).to_be_visible()
    expect(desk.get_by_role("heading", name="09:00–10:00")).to_be_visible()
    expect(desk.get_by_role("button", name="通过")).to_be_enabled()


def test_a_second_tap_at_the_same_card_passes_none_over(desk: Page, day: DeskDay, watch: Watch) -> None:
    lose_the_network(desk, watch)

    desk.evaluate(TWO_TAPS)
    expect(desk.get_by_text("1 件待同步")).to_be_visible()

    expect(desk.get_by_role("heading", name="11:00–12:00")).to_be_focused()
    desk.context.set_offline(False)
    expect(unsent(desk)).to_have_count(0)
    assert [day.times_decided(hour) for hour in (9, 11, 13)] == [1, 0, 0]


def test_without_a_card_in_memory_the_desk_says_so_and_goes_on_by_itself(
    desk: Page, day: DeskDay, watch: Watch
) -> None:
    lose_the_network(desk, watch)
    for hours in ("09:00–10:00", "11:00–12:00", "13:00–14:00"):
        desk.locator("#request h2").filter(has_text=hours).wait_for()
        approve(desk)
    expect(desk.get_by_role("heading", name="记下了，网络通了再看下一件")).to_be_visible()
    expect(desk.get_by_text("3 件待同步")).to_be_visible()
    assert_axe_clean(desk)

    desk.context.set_offline(False)

    expect(desk.get_by_text("没有等待审核的申请")).to_be_visible()
    assert [day.times_decided(hour) for hour in (9, 11, 13)] == [1, 1, 1]


def test_a_batch_waits_as_one(desk: Page, day: DeskDay, watch: Watch) -> None:
    desk.get_by_role("link", name="没有问题的 3 件一起看").click()
    desk.locator("#request-title:focus", has_text="没有问题的 3 件").wait_for()
    desk.locator(".batch-row").filter(has_text="11:00–12:00").click()
    lose_the_network(desk, watch)

    desk.get_by_role("button", name="通过勾选的").click()
    expect(desk.locator("#unsent")).to_contain_text("一次通过 2 件")
    expect(desk.get_by_role("heading", name="1 件等您审核")).to_be_visible()
    desk.context.set_offline(False)

    expect(unsent(desk)).to_have_count(0)
    assert day.statuses() == {
        9: BookingStatus.CONFIRMED,
        11: BookingStatus.PENDING,
        13: BookingStatus.CONFIRMED,
    }


def test_a_proposal_waits_too(desk: Page, day: DeskDay, watch: Watch) -> None:
    lose_the_network(desk, watch)
    desk.get_by_text("换个时间", exact=True).click()
    desk.get_by_label("几点开始").fill("16:00")
    desk.get_by_role("button", name="建议这个时间").click()
    expect(desk.locator("#unsent")).to_contain_text("换个时间：楼院茶话室")

    desk.context.set_offline(False)

    expect(unsent(desk)).to_have_count(0)
    expect(desk.locator("#unsent")).to_contain_text("16:00")


def test_large_letters_keep_their_contract_in_the_list(
    open_page: OpenPage, day: DeskDay, watch: Watch
) -> None:
    phone = open_page("phone")
    enter(phone, CHEN)
    phone.locator("header").get_by_role("button", name="大字版").click()
    expect(phone.locator("html.elder")).to_be_attached()
    phone.goto("/desk")
    wait_until_ahead(phone, 2)
    lose_the_network(phone, watch)
    approve(phone)
    expect(unsent(phone)).to_have_count(1)

    assert_axe_clean(phone)
    assert_fits_width(phone)
    assert small_text(phone, 22) == []
    assert small_targets(phone, 60) == []
    shot(phone, "desk-unsent-elder")
