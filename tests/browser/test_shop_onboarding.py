"""A shopkeeper joins on the phone and hands the shop in; staff look at it and approve on the tablet."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from domain.people import Role
from models import AuditEvent, db
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_person
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.merchant_builders import credit_code, photo
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
STAFF = "13900000004"


@pytest.fixture
def clerk(live: Live) -> None:
    """Somebody at the desk."""
    with live.app.app_context():
        create_person(Role.STAFF, phone=STAFF, password_hash=hash_password(PASSWORD))


def checked(page: Page, name: str) -> None:
    """A picture of the page, which fits and which axe finds nothing on."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, name, full_page=True)


def join(page: Page) -> None:
    """From the sign-up of neighbours to the own shop."""
    page.goto("/signup")
    page.get_by_role("link", name="去开店").click()
    page.get_by_label("店名").fill("惠珍干货铺")
    page.get_by_label("您的姓名").fill("黄惠珍")
    page.get_by_label("手机号").fill("13900000001")
    page.get_by_label("设一个密码").fill(PASSWORD)
    checked(page, "shop-join")
    page.get_by_role("button", name="注册并开店").click()
    expect(page.get_by_role("heading", name="先填写店铺资料")).to_be_visible()
    checked(page, "shop-new")


def fill_in(page: Page) -> None:
    """The data of the shop, with a slip in the code first."""
    code = credit_code()
    page.get_by_role("link", name="去填写").click()
    expect(page.get_by_label("负责人")).to_have_value("黄惠珍")
    page.get_by_label("店铺地址").fill("聚福小区 12 栋店面 3 号")
    page.get_by_label("统一社会信用代码").fill(code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("信用代码有一位不对").first).to_be_visible()
    checked(page, "shop-slip")
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_role("button", name="保存").click()


def hand_in(page: Page) -> None:
    """The licence, and then the whole shop."""
    page.get_by_role("link", name="去上传").click()
    page.get_by_label("照片或 PDF").set_input_files(
        {"name": "licence.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_label("发证机关").fill("泉港区市场监督管理局")
    page.get_by_label("长期有效，没有期限").check()
    checked(page, "shop-paper")
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("button", name="提交核实").click()
    expect(page.get_by_role("heading", name="工作人员正在核实")).to_be_visible()
    checked(page, "shop-submitted")


def approve(page: Page) -> None:
    """From the desk: look at the scan, approve it, verify the shop."""
    enter(page, STAFF)
    page.get_by_role("link", name=re.compile("^商户资料")).click()
    checked(page, "shop-reviews")
    page.get_by_role("link", name="惠珍干货铺").first.click()
    page.get_by_role("button", name="看照片").click()
    expect(page.get_by_role("img", name="营业执照的照片")).to_be_visible()
    checked(page, "shop-review")
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("证照已通过。")).to_be_visible()
    page.get_by_role("button", name="核实通过").click()
    expect(page.get_by_text("核实通过，已告诉店里的人。")).to_be_visible()
    checked(page, "shop-verified")


@pytest.mark.usefixtures("clerk")
def test_a_shop_goes_from_joining_to_being_verified(live: Live, phone: Page, tablet: Page) -> None:
    join(phone)
    fill_in(phone)
    hand_in(phone)
    approve(tablet)

    phone.reload()
    expect(phone.get_by_role("heading", name="都齐了，可以订直播展位")).to_be_visible()
    with live.app.app_context():
        opened = select(AuditEvent.action).where(AuditEvent.action == "paper.scan_opened")
        assert len(db.session.scalars(opened).all()) == 1


def test_a_partner_joins_by_the_link(live: Live, phone: Page, no_js: Page) -> None:
    join(phone)
    phone.get_by_role("button", name="邀请一个人加入").click()
    expect(phone.get_by_role("img", name="邀请链接的二维码")).to_be_visible()
    checked(phone, "shop-invite")

    no_js.goto(phone.get_by_label("邀请链接").input_value())
    no_js.get_by_label("您的姓名").fill("林小妹")
    no_js.get_by_label("手机号").fill("13900000002")
    no_js.get_by_label("设一个密码").fill(PASSWORD)
    shot(no_js, "shop-invitation", full_page=True)
    no_js.get_by_role("button", name="注册并加入").click()

    expect(no_js.get_by_text("黄惠珍")).to_be_visible()
    expect(no_js.get_by_role("button", name="退出这家店")).to_be_visible()
