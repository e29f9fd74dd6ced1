"""What waited is sent once, by who decided it; what came too late comes back as a card."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from domain.bookings import BookingStatus
from tests.support.browser import assert_axe_clean, shot
from tests.support.desk_day import (
    CHEN,
    LOST,
    WU,
    DeskDay,
    approve,
    lay_desk_day,
    lose_the_network,
    open_case,
    unsent,
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


def drop_the_answer(page: Page) -> list[int]:
    """The next decision reaches the server, its answer does not come back; returns what the server said."""
    answered: list[int] = []

    def cut(route: Route) -> None:
        answered.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(DECISION, cut, times=1)
    return answered


def test_an_answer_that_was_lost_comes_with_the_second_sending(
    desk: Page, day: DeskDay, watch: Watch
) -> None:
    watch.allow(LOST)
    answered = drop_the_answer(desk)

    with desk.expect_response(lambda answer: bool(DECISION.search(answer.url)) and answer.ok) as second:
        approve(desk)

    assert answered == [200]
    assert second.value.request.headers["accept"] == "application/json"
    expect(unsent(desk)).to_have_count(0)
    expect(desk.locator("#unsent")).to_contain_text("已通过")
    assert day.status(9) is BookingStatus.CONFIRMED
    assert day.times_decided(9) == 1


@pytest.mark.mutant
def test_without_its_key_the_second_sending_would_be_a_conflict(
    desk: Page, day: DeskDay, watch: Watch
) -> None:
    watch.allow(LOST)
    desk.evaluate(
        """() => {
          const put = unsentStore.put;
          const isKey = ([name]) => name === 'idempotency_key';
          unsentStore.put = (entry) => put({ ...entry, fields: entry.fields.filter((field) => !isKey(field)) });
        }"""
    )
    drop_the_answer(desk)

    approve(desk)

    expect(desk.locator("#unsent .is-conflict")).to_contain_text("已经通过了")


def test_of_two_tablets_the_one_without_network_decides_again(
    desk: Page, tablet_portrait: Page, day: DeskDay, watch: Watch
) -> None:
    enter(tablet_portrait, WU)
    lose_the_network(desk, watch)
    approve(desk)
    expect(unsent(desk)).to_have_count(1)
    open_case(tablet_portrait, 9)
    tablet_portrait.get_by_text("退回", exact=True).click()
    tablet_portrait.get_by_role("button", name="场地维修").click()
    expect(tablet_portrait.get_by_text("已退回：楼院茶话室")).to_be_visible()

    desk.context.set_offline(False)
    card = desk.locator("#unsent .is-conflict")
    expect(card).to_contain_text("通过：楼院茶话室")
    expect(card).to_contain_text("吴小梅 在 1 分钟前已经退回了。")
    assert desk.evaluate("async () => (await unsentStore.all()).map((one) => one.fields)") == [[]]
    shot(desk, "desk-conflict")
    assert_axe_clean(desk)
    desk.reload()
    card.get_by_role("link", name="打开这一件").click()
    expect(desk).to_have_url(re.compile(rf"/desk/{day.ids[9]}$"))
    expect(desk.locator("#request")).to_contain_text("未通过")
    card.get_by_role("button", name="知道了").click()

    expect(desk.locator("#unsent")).to_be_hidden()
    assert day.status(9) is BookingStatus.DECLINED
    assert day.times_decided(9) == 1


def test_only_who_decided_sends(desk: Page, day: DeskDay, watch: Watch) -> None:
    lose_the_network(desk, watch)
    approve(desk)
    expect(unsent(desk)).to_have_count(1)
    desk.context.route(DECISION, lambda route: route.abort())
    desk.context.set_offline(False)
    desk.context.clear_cookies()
    desk.goto("/login")
    expect(desk.get_by_text("陈晓敏 的 1 件待同步，换回本人再发送。")).to_be_visible()
    desk.context.unroute(DECISION)

    enter(desk, WU)
    expect(desk.get_by_text("陈晓敏 的 1 件待同步，换回本人再发送。")).to_be_visible()
    with desk.expect_response(re.compile("/who$")):
        desk.evaluate("dispatchEvent(new Event('online'))")
    expect(unsent(desk)).to_have_count(1)
    assert day.status(9) is BookingStatus.PENDING

    desk.context.clear_cookies()
    enter(desk, CHEN)
    expect(desk.locator("#unsent")).to_contain_text("已通过")
    expect(unsent(desk)).to_have_count(0)
    assert day.status(9) is BookingStatus.CONFIRMED


def test_two_tabs_send_one_decision_once(desk: Page, day: DeskDay, watch: Watch) -> None:
    other = desk.context.new_page()
    other.goto("/manage")
    sent: list[str] = []
    desk.context.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    lose_the_network(desk, watch)
    approve(desk)
    expect(unsent(other)).to_have_count(1)
    sent.clear()

    desk.context.set_offline(False)
    expect(unsent(other)).to_have_count(0)
    expect(unsent(desk)).to_have_count(0)

    assert len([url for url in sent if DECISION.search(url)]) == 1
    assert day.times_decided(9) == 1


def test_a_form_that_has_lain_too_long_is_sent_with_a_fresh_token(
    desk: Page, day: DeskDay, watch: Watch
) -> None:
    watch.allow("400|htmx:")
    desk.evaluate(
        "document.querySelectorAll('#request [name=csrf_token]').forEach((field) => { field.value = 'old'; })"
    )

    approve(desk)

    expect(desk.locator("#unsent")).to_contain_text("已通过")
    assert day.times_decided(9) == 1
