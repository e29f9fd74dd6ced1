"""The desk lives: the list and the card on screen follow what others do, and rest while nobody looks."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from services import decisions
from tests.support.browser import assert_axe_clean, shot
from tests.support.builders import create_actor
from tests.support.desk_day import CHEN, DeskDay, lay_desk_day, open_case
from tests.support.entering import enter
from tests.support.live import Live

pytestmark = pytest.mark.browser
POLL = re.compile(r"/desk/list")
WITHIN_MS = 3000
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def day(live: Live) -> DeskDay:
    """Three requests of tomorrow."""
    return lay_desk_day(live.app)


@pytest.fixture
def desk(tablet: Page, day: DeskDay) -> Page:
    """陈晓敏 at the tablet."""
    tablet.clock.install()
    enter(tablet, CHEN)
    return tablet


def decide_elsewhere(day: DeskDay, hour: int) -> None:
    """吴小梅 approves at another desk."""
    with day.app.app_context():
        other = create_actor(Role.STAFF, name="吴小梅")
        decisions.approve(other, day.ids[hour], version=1, now=datetime.now(UTC))


def test_the_card_says_what_another_decided_while_one_types(desk: Page, day: DeskDay) -> None:
    open_case(desk, 11)
    desk.get_by_text("退回", exact=True).click()
    own_words = desk.get_by_label("其他原因")
    own_words.fill("请先和")

    decide_elsewhere(day, 11)
    desk.clock.run_for(WITHIN_MS)

    expect(desk.locator("#request").get_by_text("吴小梅 在 1 分钟前已经通过了。")).to_be_visible()
    expect(own_words).to_be_focused()
    expect(own_words).to_have_value("请先和")
    expect(desk.get_by_role("heading", name="2 件等您审核")).to_be_visible()


def test_what_is_decided_is_no_longer_offered_and_the_next_is(desk: Page, day: DeskDay) -> None:
    open_case(desk, 11)

    decide_elsewhere(day, 11)
    desk.clock.run_for(WITHIN_MS)

    expect(desk.get_by_role("button", name="通过")).to_be_hidden()
    assert_axe_clean(desk)
    shot(desk, "desk-news")
    desk.locator("#request").get_by_role("link", name="看下一件").click()
    expect(desk.get_by_role("heading", name="09:00–10:00")).to_be_focused()
    expect(desk.get_by_role("button", name="通过")).to_be_visible()


def polls(page: Page) -> list[str]:
    """The addresses that are polled from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if POLL.search(request.url) else None)
    return asked


def test_nobody_asks_while_nobody_looks_and_it_catches_up_at_once(desk: Page, day: DeskDay) -> None:
    open_case(desk, 11)
    with desk.expect_response(POLL):
        desk.clock.run_for(WITHIN_MS)  # what was under way is answered
    desk.evaluate(HIDE, True)
    asked = polls(desk)
    decide_elsewhere(day, 11)
    desk.clock.run_for(10 * WITHIN_MS)
    assert asked == []

    with desk.expect_response(POLL):
        desk.evaluate(HIDE, False)

    expect(desk.locator("#request").get_by_text("吴小梅 在 1 分钟前已经通过了。")).to_be_visible()


def test_while_somebody_looks_the_same_time_brings_polls(desk: Page, day: DeskDay) -> None:
    asked = polls(desk)

    with desk.expect_response(POLL):
        desk.clock.run_for(WITHIN_MS)

    assert asked
