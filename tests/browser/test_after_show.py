"""After a show: staff on the tablet type views, seal the file and carry it away. A shop rehearses by phone."""

import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Role
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_person, create_studio
from tests.support.entering import enter
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def evening(live):
    """The show of yesterday evening with three shops."""
    with live.app.app_context():
        create_person(Role.STAFF, phone="13900000009", password_hash=hash_password(PASSWORD))
        day = local_day(datetime.now(UTC)) - timedelta(days=1)
        show = create_show(create_studio(code="studio"), at(9, day=day))
        for number, name in enumerate(("山腰茶行", "阿嬷小吃", "埭港渔家"), start=1):
            shop, owner = create_merchant(name)
            create_booth(
                show, number, create_product(shop, f"好物{number}"), owner, status=BookingStatus.CONFIRMED
            )
        return show


def test_staff_wrap_a_show_up_on_the_tablet_and_carry_the_file_away(evening, tablet: Page) -> None:
    enter(tablet, "13900000009", f"/shows/{evening.id}")
    tablet.get_by_role("link", name="收尾").click()
    assert_axe_clean(tablet)
    shot(tablet, "wrap-up", full_page=True)
    tablet.get_by_label("观看人数 展位 1").fill("1280")
    tablet.get_by_label("观看人数 展位 2").fill("不知道")
    tablet.get_by_label("结果 展位 3").select_option("absent")
    tablet.get_by_role("button", name="收尾并封存档案").click()

    expect(tablet.get_by_role("alert")).to_contain_text("请填写整数")
    expect(tablet.get_by_label("观看人数 展位 1")).to_have_value("1280")
    expect(tablet.get_by_label("结果 展位 3")).to_have_value("absent")
    assert_axe_clean(tablet)
    tablet.get_by_label("观看人数 展位 2").fill("")
    tablet.get_by_role("button", name="收尾并封存档案").click()

    expect(tablet.get_by_text("已收尾，档案已封存。")).to_be_visible()
    expect(tablet.get_by_text("没播：商户没有到场")).to_be_visible()
    assert_axe_clean(tablet)
    shot(tablet, "record", full_page=True)
    with tablet.expect_download() as download:
        tablet.get_by_role("button", name="下载全部（ZIP）").click()
    archive = zipfile.ZipFile(download.value.path())
    assert {"record.json", "SHA256SUMS", "index.html"} <= set(archive.namelist())
    tablet.get_by_role("button", name="校验").click()
    expect(tablet.get_by_text("校验通过")).to_be_visible()


def test_the_screens_fit_a_phone_and_work_without_javascript(evening, no_js: Page) -> None:
    enter(no_js, "13900000009", f"/shows/{evening.id}/wrap-up")
    assert_fits_width(no_js)
    no_js.get_by_label("观看人数 展位 1").fill("5")
    no_js.get_by_role("button", name="先只存观看人数").click()
    expect(no_js.get_by_text("观看人数已保存。")).to_be_visible()
    no_js.get_by_role("button", name="收尾并封存档案").click()
    expect(no_js.get_by_role("heading", name="档案")).to_be_visible()
    assert_fits_width(no_js)


def test_a_shop_books_a_rehearsal_and_is_led_round_a_show(live, phone: Page) -> None:
    day = local_day(datetime.now(UTC)) + timedelta(days=3)
    with live.app.app_context():
        studio = create_studio(code="studio")
        create_merchant("山腰茶行", person={"phone": "13900000001", "password_hash": hash_password(PASSWORD)})
    enter(phone, "13900000001", "/spaces/studio")
    phone.get_by_role("link", name="约排练或其他用途").click()
    assert_axe_clean(phone)
    phone.goto(f"/spaces/studio/book?day={day}&start=14:00&end=15:30")
    assert_fits_width(phone)
    shot(phone, "rehearsal", full_page=True)
    with live.app.app_context():
        create_show(studio, at(14, day=day), title="年货节")
    phone.get_by_label("用途").fill("试播")
    phone.get_by_label("人数").fill("2")
    phone.get_by_role("button", name="提交预约").click()

    expect(phone.get_by_role("heading", name="这段时间已经有人预约了。")).to_be_visible()
    assert_axe_clean(phone)
    shot(phone, "rehearsal-refused", full_page=True)
    phone.locator(".way").first.click()

    expect(phone).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(phone.get_by_text("等待审核")).to_be_visible()
