"""What the people of the story do with their fingers; every scene begins and ends on a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.support.visits import PASSWORD

NEWCOMER, NEWCOMER_PHONE = "陈建国", "13900139000"
NOT_VERIFIED = "您的住户身份还没有核实，楼长或工作人员核实后就能预约。"
TAKEN = "这段时间已经有人预约了。"


Camera = Callable[[Page, str], object]
"""Keeps a picture of a page under a name."""


@dataclass(frozen=True)
class Wish:
    """A time of the tea room, tomorrow."""

    start: str
    end: str
    length: str
    purpose: str
    people: str

    @property
    def span(self) -> str:
        """15:00–17:00."""
        return f"{self.start}–{self.end}"


AFTERNOON_TEA = Wish("15:00", "17:00", "2 小时", "老友喝茶", "6")
CHOIR = Wish("16:00", "18:00", "2 小时", "合唱排练", "12")


def sign_up(page: Page, camera: Camera) -> None:
    """A new neighbour of building 22 makes an account."""
    page.goto("/")
    page.get_by_role("link", name="登录").tap()
    page.get_by_role("link", name="住户注册").tap()
    page.get_by_label("手机号").fill(NEWCOMER_PHONE)
    page.get_by_label("姓名").fill(NEWCOMER)
    page.get_by_text("先生", exact=True).tap()
    for label, value in (("楼栋", "22"), ("单元", "3"), ("房号", "501"), ("设一个密码", PASSWORD)):
        page.get_by_label(label).fill(value)
    camera(page, "1-sign-up")
    page.get_by_role("button", name="注册").tap()
    expect(page.get_by_role("heading", name="账号开好了，等楼长核实")).to_be_visible()


def cannot_book_yet(page: Page, camera: Camera) -> None:
    """The newcomer sees the board and the free times, and why there is no button."""
    page.get_by_role("link", name="看今天的安排").tap()
    expect(page.get_by_role("link", name="明天")).to_be_visible()
    choose(page, AFTERNOON_TEA)
    expect(page.get_by_text(NOT_VERIFIED)).to_be_visible()
    expect(page.get_by_role("button", name="提交预约")).to_have_count(0)
    camera(page, "1-not-verified")


def verify_newcomer(page: Page, camera: Camera) -> None:
    """The captain of the building knows him."""
    page.get_by_role("link", name="核实住户").first.tap()
    waiting = page.get_by_role("listitem").filter(has_text=NEWCOMER)
    expect(waiting).to_be_visible()
    camera(page, "1-captain")
    waiting.get_by_role("button", name="核实通过").tap()
    expect(page.get_by_text(f"已核实：{NEWCOMER}")).to_be_visible()


def choose(page: Page, wish: Wish) -> None:
    """From the board of tomorrow: touch where the time begins, then where it ends."""
    page.goto("/")
    page.get_by_role("link", name="明天").tap()
    on_the_axis = page.get_by_role("link", name=re.compile(f"^楼院茶话室 {wish.start}–"))
    expect(page).to_have_url(re.compile(r"\?day="))
    page.wait_for_load_state()  # before its styles are there, even what a phone hides is visible
    if on_the_axis.is_visible():
        on_the_axis.tap()
    else:
        page.get_by_role("link", name="楼院茶话室 选时间").tap()
        page.get_by_role("link", name=wish.start, exact=True).tap()
    page.get_by_role("link", name=f"{wish.end} {wish.length}").tap()
    expect(page.get_by_role("heading", name=wish.span)).to_be_visible()


def fill_in(page: Page, wish: Wish) -> None:
    """Say what for and how many."""
    choose(page, wish)
    page.get_by_label("用途").fill(wish.purpose)
    page.get_by_label("人数").fill(wish.people)


def submit(page: Page) -> None:
    """The one button."""
    page.get_by_role("button", name="提交预约").tap()


def sees_state(page: Page, state: str) -> None:
    """The page of a booking shows how it stands."""
    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(page.get_by_text(state, exact=True)).to_be_visible()


def refused_with_three_ways(page: Page, camera: Camera) -> str:
    """Told in one sentence why not, somebody takes the first of three other times; returns which one."""
    submit(page)
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("heading")).to_have_text(TAKEN)
    ways = refusal.locator(".way:not(.way-wait)")
    expect(ways).to_have_count(3)
    camera(page, "3-refused")
    way = str(ways.first.locator("b").inner_text())
    ways.first.tap()
    sees_state(page, "等待审核")
    return way.split()[-1]


def request_in_queue(page: Page, span: str) -> Locator:
    """A request of the tea room in the queue of the desk."""
    page.goto("/desk")
    return page.locator("a.queue-item").filter(has_text=f"楼院茶话室 · 明天 {span}")


def open_request(page: Page, span: str) -> None:
    """Touch the request, so that it lies on the desk."""
    request_in_queue(page, span).tap()
    # The desk may have shown it before the touch: that page goes away.
    expect(page).to_have_url(re.compile(r"/desk/\d+$"))
    expect(page.locator("#request").get_by_role("heading", name=f"楼院茶话室 明天 {span}")).to_be_visible()


def approve(page: Page) -> None:
    """One touch."""
    page.get_by_role("button", name="通过", exact=True).tap()


def decline(page: Page, reason: str, camera: Camera) -> None:
    """Open the reasons and touch one."""
    page.locator("#request summary").filter(has_text="退回").tap()
    camera(page, "4-reasons")
    page.locator("#request").get_by_role("button", name=reason, exact=True).tap()
    expect(page.get_by_text("原因会告诉申请人。")).to_be_visible()


def first_reason(page: Page) -> str:
    """The reason that lies nearest."""
    return str(page.locator("#request button[name=reason]").first.text_content()).strip()


def reads(page: Page, span: str, *, state: str, also: str = "") -> None:
    """A resident finds the booking under 我的, opens it, and reads what became of it."""
    page.goto("/bookings")
    found = page.locator("li, section.card-jade").filter(has_text="楼院茶话室").filter(has_text=span)
    found.get_by_role("link").last.tap()
    sees_state(page, state)
    if also:
        expect(page.get_by_text(also)).to_be_visible()
