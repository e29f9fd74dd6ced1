"""People and their own data on screen: at the desk's tablet, and on the phone of whoever they are about."""

import re

import pytest
from playwright.sync_api import Page, expect

from domain.people import Role
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import between, create_booking, create_person, create_space
from tests.support.entering import enter, large_letters, with_password
from tests.support.measure import small_targets, small_text
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
NEW = "a fresh horse"


@pytest.fixture
def admin_phone(live):
    """An admin who can log in."""
    with live.app.app_context():
        return with_password(create_person(Role.ADMIN).id)


@pytest.fixture
def neighbour(live):
    """A resident with a booking to come, who can log in; returns the phone."""
    with live.app.app_context():
        person = create_person(name="黄秀英", phone="13812345678", building=22, unit=1, room="301")
        create_booking(create_space(name="楼院茶话室"), between(9, 10, days=400), booker_id=person.id)
        return with_password(person.id)


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing to scroll sideways, and a picture."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, f"people-{name}", full_page=True)


def find(page: Page, text: str) -> None:
    """Look for somebody and open the first who is found."""
    page.goto("/manage/people")
    page.get_by_label("姓名、手机号或住址").fill(text)
    page.get_by_role("button", name="找人").tap()
    expect(page).to_have_url(re.compile(r"[?&]q="))
    page.locator(".people-found a").first.tap()
    expect(page).to_have_url(re.compile(r"/manage/people/\d+$"))


@pytest.mark.parametrize("way_in", ["phone", "no_js"])
def test_a_forgotten_password_from_the_desk_to_the_phone(
    open_page: OpenPage, tablet: Page, admin_phone: str, neighbour: str, way_in: str
) -> None:
    enter(tablet, admin_phone)
    find(tablet, neighbour[-4:])
    looked_at(tablet, "1-person-tablet")
    tablet.get_by_role("button", name="忘了密码，给一次性数字").tap()
    digits = tablet.locator(".given-pin").inner_text()
    assert re.fullmatch(r"\d{4} \d{4}", digits)
    looked_at(tablet, "2-digits-tablet")

    phone = open_page(way_in, has_touch=True)
    phone.goto("/login")
    phone.get_by_role("link", name="忘记密码").tap()
    phone.get_by_label("手机号").fill(neighbour)
    phone.get_by_label("工作人员给的 8 位数字").fill(digits)
    phone.get_by_label("设一个新密码").fill("short")
    phone.get_by_role("button", name="设好密码并登录").tap()
    expect(phone.locator(".field-error")).to_have_text("密码至少要有 8 个字符。")
    if way_in == "phone":
        looked_at(phone, "3-reset-phone")
    phone.get_by_label("设一个新密码").fill(NEW)
    phone.get_by_role("button", name="设好密码并登录").tap()

    expect(phone.get_by_text("新密码设好了")).to_be_visible()
    expect(phone.get_by_role("heading", name="黄秀英")).to_be_visible()


def test_two_accounts_become_one_at_the_tablet(live, tablet: Page, admin_phone: str, neighbour: str) -> None:
    with live.app.app_context():
        create_person(name="黄秀英", phone=None, building=22, unit=1, room="301")
    enter(tablet, admin_phone)
    find(tablet, neighbour)
    tablet.get_by_text("合并、导出、注销").tap()
    expect(tablet.get_by_text("有 1 个账号可能是同一个人。")).to_be_visible()
    tablet.get_by_role("link", name="和另一个账号合并").tap()
    expect(tablet.get_by_role("heading", name="合并账号")).to_be_visible()
    looked_at(tablet, "4-twin-tablet")
    tablet.get_by_role("link", name="黄秀英").last.tap()
    expect(tablet.get_by_role("heading", name="是同一个人吗？")).to_be_visible()
    looked_at(tablet, "5-merge-tablet")

    tablet.get_by_role("button", name="是同一个人，合并").tap()

    expect(tablet.get_by_text("两个账号合并好了。")).to_be_visible()


@pytest.mark.parametrize("way_in", ["phone", "no_js", "elder"])
def test_the_own_data_on_the_phone(open_page: OpenPage, neighbour: str, way_in: str) -> None:
    page = open_page("no_js" if way_in == "no_js" else "phone", has_touch=True)
    enter(page, neighbour)
    if way_in == "elder":
        large_letters(page)
    page.goto("/me")
    page.get_by_role("link", name="我的数据、注销").tap()
    expect(page.get_by_text("13812345678")).to_be_visible()
    page.locator("summary", has_text=re.compile("^预约")).tap()
    expect(page.get_by_text("楼院茶话室")).to_be_visible()
    with page.expect_download() as carried:
        page.get_by_role("button", name="下载一份带走").tap()
    assert carried.value.suggested_filename.endswith(".json")

    page.get_by_text("注销账号，删除我的资料").tap()
    if way_in != "no_js":
        looked_at(page, f"6-data-{way_in}")
    if way_in == "elder":
        assert small_targets(page, 60) == small_text(page, 22) == []
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_role("button", name="注销，以后不能恢复").tap()

    expect(page.get_by_text("您的账号已注销")).to_be_visible()
    expect(page.get_by_role("link", name="登录")).to_be_visible()


def test_another_home_waits_for_the_captain(phone: Page, neighbour: str) -> None:
    enter(phone, neighbour)
    phone.goto("/me/facts")
    expect(phone.get_by_text("要楼长重新核实")).to_be_visible()
    looked_at(phone, "7-facts-phone")
    phone.get_by_label("房号").fill("302")
    phone.get_by_role("button", name="保存资料").tap()

    expect(phone.get_by_text("住址改了，请等楼长重新核实。")).to_be_visible()
    expect(phone.get_by_text("22 栋 1 单元 302")).to_be_visible()
