"""The inbox on the tablet, by keyboard, on a phone and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_actor
from tests.support.entering import enter, with_password
from tests.support.exports import canaries, doudian_row
from tests.support.importing import bring_in
from tests.support.live import Live
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.browser

STRANGE = "商家备货中心已接单"
SEAWEED = "【泉港】头水紫菜 无沙干货"


@pytest.fixture
def staff_phone(live: Live) -> str:
    """Staff of a house in whose inbox a word, a row and a product wait."""
    with live.app.app_context():
        staff = create_actor(Role.STAFF)
        create_product(create_merchant("阿嬷海味")[0], "头水紫菜")
        create_product(create_merchant("山腰茶行")[0], "铁观音 250g")
        rows = [doudian_row(number, 订单状态=STRANGE) for number in range(1, 4)]
        bring_in(staff, [*rows, doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")])
        return with_password(staff.id)


def open_inbox(page: Page, phone: str) -> None:
    """Log in and come by the tab of sales."""
    enter(page, phone)
    page.goto("/sales/imports")
    page.get_by_role("link", name="要处理的").click()
    expect(page.get_by_role("heading", name="要处理的", exact=True)).to_be_visible()


@pytest.mark.parametrize("device", ["tablet", "tablet_portrait", "no_js"])
def test_word_row_and_product_are_settled_by_touch(
    live: Live, open_page: OpenPage, staff_phone: str, device: str
) -> None:
    page = open_page(device, base_url=live.url)
    press = page.locator("#inbox")
    open_inbox(page, staff_phone)
    expect(page.get_by_text("点一下，这 3 行一起定")).to_be_visible()
    if device != "no_js":
        assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"sales-inbox-{device}", full_page=True)

    press.get_by_role("button", name="已发货").click()
    expect(page.get_by_text("记住了：3 行已入账")).to_be_visible()
    expect(page.get_by_role("heading", name="没见过的词")).to_have_count(0)

    page.get_by_label("退了多少（元）").first.fill("101")
    press.get_by_role("button", name="按这个金额入账").first.click()
    expect(page.get_by_text("退款金额要在 0 到实付金额 ¥100.00 之间。")).to_be_visible()
    page.get_by_label("退了多少（元）").first.fill("33.33")
    press.get_by_role("button", name="按这个金额入账").first.click()
    expect(page.get_by_text("定好了，这一行已入账。")).to_be_visible()

    page.get_by_label("按商品或店名找我们的商品").fill("海味")
    press.get_by_role("button", name="找").click()
    expect(page.locator("option", has_text="铁观音")).to_have_count(0)
    page.get_by_label("这是哪件商品？").select_option(label="头水紫菜")
    press.get_by_role("button", name="对上").click()
    expect(page.get_by_text("对上了：账上有 4 行订单算给了这件商品。")).to_be_visible()

    expect(page.get_by_text("没有要处理的")).to_be_visible()
    page.get_by_text("最近定过的").click()
    expect(page.get_by_text("退款 ¥33.33")).to_be_visible()
    if device != "no_js":
        assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"sales-inbox-done-{device}", full_page=True)
    page.get_by_role("button", name=re.compile(rf"撤销.*{SEAWEED} · ¥100.00")).click()
    expect(page.get_by_text("撤销了，这一行重新等待处理。")).to_be_visible()
    assert not [canary for number in (1, 9) for canary in canaries(number) if canary in page.content()]


def test_it_can_all_be_done_from_the_keyboard(live: Live, open_page: OpenPage, staff_phone: str) -> None:
    page = open_page("tablet", base_url=live.url)
    open_inbox(page, staff_phone)
    # Without scripts the answer is a page of its own, and nothing in it has the focus.
    page.wait_for_load_state()

    page.get_by_role("button", name="已发货").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="已完成")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("记住了：3 行已入账")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="记住了")).to_be_focused()

    amount = page.get_by_label("退了多少（元）").first
    for _step in range(40):
        if amount.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("定好了，这一行已入账。")).to_be_visible()


def test_it_fits_a_phone_in_large_letters(live: Live, open_page: OpenPage, staff_phone: str) -> None:
    page = open_page("phone", base_url=live.url)
    enter(page, staff_phone)
    page.goto("/")
    page.locator("header").get_by_role("button", name="大字版").click()
    page.goto("/sales/inbox")

    expect(page.get_by_text(f"“{STRANGE}”")).to_be_visible()
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, "sales-inbox-elder", full_page=True)
