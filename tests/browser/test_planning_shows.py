"""Staff with the tablet in one hand: plan a series, tick the checklist by touch, cancel one show."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.people import Role
from services.passwords import hash_password
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_person, create_studio
from tests.support.entering import enter
from tests.support.studio_builders import (
    create_booth,
    create_host,
    create_merchant,
    create_product,
    create_show,
)
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
STAFF = "13900000009"


@pytest.fixture
def show_id(live):
    """The studio with a verified host, and a show in three days in which one shop has a booth."""
    with live.app.app_context():
        create_person(Role.STAFF, name="吴晓敏", phone=STAFF, password_hash=hash_password(PASSWORD))
        create_host("聚福小林")
        day = local_day(datetime.now(UTC)) + timedelta(days=3)
        show = create_show(create_studio(code="studio"), at(19.5, day=day))
        shop, merchant = create_merchant("山腰茶行")
        create_booth(show, 3, create_product(shop), merchant)
        return show.id


def test_staff_plan_a_series_and_cancel_one_of_it_with_everyone_told(tablet: Page, show_id: int) -> None:
    enter(tablet, STAFF, "/shows/new")
    tablet.get_by_label("场次名称").fill("每周好货")
    tablet.get_by_label("日期").fill(f"{local_day(datetime.now(UTC)) + timedelta(days=3)}")
    tablet.get_by_text("聚福小林").tap()
    tablet.get_by_label("平台").select_option("doudian")
    tablet.get_by_label("直播间号码").fill("抖音号 jufu")
    tablet.get_by_text("每周或每两周一场").tap()
    tablet.get_by_text("每周一场", exact=True).tap()
    tablet.get_by_label("一共几场").fill("3")
    assert_axe_clean(tablet)
    shot(tablet, "plan-series-form", full_page=True)
    tablet.get_by_role("button", name="排好").tap()

    expect(tablet.get_by_role("heading", name="一共 3 天，2 天空着。")).to_be_visible()
    expect(tablet.get_by_text("直播间这时已经排了“年货节专场”")).to_be_visible()
    assert_axe_clean(tablet)
    shot(tablet, "plan-series-dates", full_page=True)
    tablet.get_by_role("button", name=re.compile("排好这 .*场")).tap()

    expect(tablet.get_by_text("2 场都排好了")).to_be_visible()
    expect(tablet.get_by_role("heading", name="每周好货")).to_have_count(2)
    tablet.get_by_role("link", name=re.compile("年货节专场")).tap()
    tablet.get_by_role("link", name="取消这场").tap()
    expect(tablet.get_by_text("会通知这 1 个人")).to_be_visible()
    expect(tablet.get_by_text("山腰茶行")).to_be_visible()
    assert_axe_clean(tablet)
    tablet.get_by_role("button", name="取消，并通知大家").tap()
    expect(tablet.locator(".field-error", has_text="请写一句取消的原因")).to_be_visible()
    tablet.get_by_label("取消的原因").fill("直播间停电")
    tablet.get_by_role("button", name="取消，并通知大家").tap()

    expect(tablet.get_by_text("这场直播取消了。原因：直播间停电")).to_be_visible()
    shot(tablet, "show-cancelled", full_page=True)


def test_the_checklist_is_ticked_by_touch_and_a_second_tablet_sees_it(
    tablet: Page, open_page: OpenPage, show_id: int
) -> None:
    enter(tablet, STAFF, f"/shows/{show_id}/checklist")
    other = open_page("tablet_portrait")
    enter(other, STAFF, f"/shows/{show_id}/checklist")
    expect(tablet.get_by_text("0/11")).to_be_visible()

    tablet.get_by_role("button", name=re.compile("网络测过了")).tap()
    expect(tablet.get_by_text("1/11")).to_be_visible()
    expect(tablet.get_by_role("button", name=re.compile("网络测过了"))).to_have_attribute(
        "aria-pressed", "true"
    )
    other.get_by_role("button", name=re.compile("网络测过了")).tap()  # it was still open there
    expect(
        other.get_by_text("1/11")
    ).to_be_visible()  # what is tapped while the list comes anew may go with it
    other.get_by_role("button", name=re.compile("提词卡打好了")).tap()

    expect(other.get_by_text("2/11")).to_be_visible()
    expect(other.get_by_text("吴晓敏").first).to_be_visible()
    assert_axe_clean(other)
    shot(other, "checklist", full_page=True)
    other.get_by_role("button", name=re.compile("网络测过了")).tap()
    expect(other.get_by_text("1/11")).to_be_visible()


def test_every_screen_of_planning_fits_and_is_accessible_in_large_letters_too(
    phone: Page, no_js: Page, show_id: int
) -> None:
    enter(phone, STAFF, "/shows/new")
    for is_elder in (False, True):
        if is_elder:
            phone.goto("/")
            phone.locator("header").get_by_role("button", name="大字版").click()
            expect(phone.locator("html.elder")).to_be_attached()
        for path in (
            "/shows", "/shows/new", f"/shows/{show_id}", f"/shows/{show_id}/edit", f"/shows/{show_id}/cancel",
            f"/shows/{show_id}/checklist", "/hosts", "/hosts/1",
        ):  # fmt: skip
            phone.goto(path)
            assert_axe_clean(phone)
            assert_fits_width(phone)
            shot(phone, f"planning{path.replace('/', '-')}{'-elder' if is_elder else ''}", full_page=True)
    enter(no_js, STAFF, f"/shows/{show_id}/checklist")
    no_js.get_by_role("button", name=re.compile("价签")).click()
    expect(no_js.get_by_text("1/11")).to_be_visible()
