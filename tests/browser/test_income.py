"""A shopkeeper reports a sale on the phone; staff look at the receipt on the tablet, accept it and correct it later."""

import re

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_actor
from tests.support.entering import enter, with_password
from tests.support.live import Live
from tests.support.merchant_builders import photo
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.browser


def checked(page: Page, name: str, device: str) -> None:
    """A picture of the page, which fits and on which axe finds nothing."""
    if device != "no_js":
        assert_axe_clean(page)
        assert_fits_width(page)
    shot(page, f"{name}-{device}", full_page=True)


def hand_in(page: Page, device: str) -> None:
    """From the shop's home: first without an amount, then with it; the photo stays."""
    page.goto("/sales")
    page.get_by_role("link", name="线下收入").click()
    checked(page, "income-own", device)
    page.get_by_role("link", name="登记一笔线下收入").click()
    receipt = {"name": "receipt.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.get_by_label("凭证照片").set_input_files(receipt)
    checked(page, "income-form", device)
    page.get_by_role("button", name="交给工作人员审核").click()
    expect(page.get_by_text("请填写金额").first).to_be_visible()
    expect(page.get_by_text("已收到 1 张，不用再选。")).to_be_visible()
    checked(page, "income-slip", device)
    page.get_by_label("金额（元）").fill("387")
    page.get_by_role("button", name="交给工作人员审核").click()
    expect(page.get_by_text("等待审核", exact=True)).to_be_visible()
    checked(page, "income-submitted", device)


def decide(page: Page, device: str) -> None:
    """From the desk to the receipt, and on to line ③."""
    page.goto("/desk")
    page.get_by_role("link", name=re.compile("^线下收入")).click()
    checked(page, "income-list", device)
    page.get_by_role("link", name=re.compile("永春佛手")).click()
    page.get_by_role("button", name="看照片").click()
    expect(page.get_by_role("img", name="凭证照片")).to_be_visible()
    checked(page, "income-review", device)
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("都审核完了")).to_be_visible()


def correct(page: Page, device: str) -> None:
    """A customer brought something back: first without a reason, then with it."""
    page.get_by_role("link", name=re.compile("永春佛手")).click()
    page.get_by_text("更正金额").click()
    page.get_by_label("应该是多少（元）").fill("300")
    page.get_by_role("button", name="记一笔更正").click()
    expect(page.get_by_text("请选择或填写原因").first).to_be_visible()
    expect(page.get_by_label("应该是多少（元）")).to_have_value("300")
    checked(page, "income-correct", device)
    page.get_by_label("为什么更正").fill("顾客退货")
    page.get_by_role("button", name="记一笔更正").click()
    expect(page.get_by_text("-¥87.00")).to_be_visible()
    checked(page, "income-ledger", device)


@pytest.mark.parametrize(("own", "desk"), [("phone", "tablet"), ("no_js", "no_js")])
def test_a_sale_in_the_shop_becomes_line_three(live: Live, open_page: OpenPage, own: str, desk: str) -> None:
    with live.app.app_context():
        staff_phone = with_password(create_actor(Role.STAFF).id)
        keeper_phone = with_password(create_merchant("永春佛手", margin_bp=0)[1].id)
    keeper, staff = open_page(own, base_url=live.url), open_page(desk, base_url=live.url)
    enter(keeper, keeper_phone)
    enter(staff, staff_phone)

    hand_in(keeper, own)
    decide(staff, desk)
    correct(staff, desk)

    keeper.goto("/sales")
    expect(keeper.get_by_text("¥300.00")).to_be_visible()
    keeper.get_by_role("link", name="去填利润率").click()
    keeper.get_by_label("利润率（%）").fill("30")
    checked(keeper, "standing", own)
    keeper.get_by_role("button", name="保存").click()
    expect(keeper.get_by_text("① × 申报利润率 30%")).to_be_visible()
    expect(keeper.get_by_text("¥300.00")).to_be_visible()
    checked(keeper, "income-home", own)
