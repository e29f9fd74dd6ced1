"""Two shopkeepers on their phones take, move and swap booths; staff take in a sample on the tablet."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.people import Role
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_person, create_studio
from tests.support.entering import enter
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
TEA, SEAWEED, STAFF = "13900000001", "13900000002", "13900000009"


@pytest.fixture
def evening(live):
    """A show in five days, two shops with a product each, and somebody of the staff."""
    with live.app.app_context():
        known = hash_password(PASSWORD)
        day = local_day(datetime.now(UTC)) + timedelta(days=5)
        show = create_show(create_studio(code="studio"), at(19.5, day=day))
        for phone, shop, product in ((TEA, "山腰茶行", "铁观音"), (SEAWEED, "埭港渔家", "紫菜")):
            merchant, _ = create_merchant(shop, person={"phone": phone, "password_hash": known})
            create_product(merchant, product)
        create_person(Role.STAFF, phone=STAFF, password_hash=known, name="王小梅")
        return show


def take(page: Page, booth: int) -> None:
    """A free booth of the grid in two taps."""
    page.get_by_role("link", name=re.compile(rf"订这个展位 {booth}$")).click()
    page.get_by_role("button", name=f"确认订展位 {booth}").click()
    expect(page.get_by_text(f"展位 {booth} 已提交")).to_be_visible()


def looks_right(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, name, full_page=True)


def test_shops_take_move_and_swap_booths_and_staff_take_in_a_sample(
    evening, phone: Page, no_js: Page, tablet: Page
) -> None:
    grid = f"/shows/{evening.id}"
    enter(phone, TEA, grid)
    enter(no_js, SEAWEED, grid)
    take(phone, 3)
    take(no_js, 7)

    phone.get_by_role("link", name="铁观音").click()
    looks_right(phone, "booth-own")
    phone.get_by_role("link", name="换展位").click()
    looks_right(phone, "booth-others")
    phone.get_by_role("button", name=re.compile("^展位 5")).click()
    expect(phone.get_by_text("换好了，现在是展位 5。")).to_be_visible()

    phone.get_by_role("link", name="换展位").click()
    phone.get_by_role("button", name=re.compile("^展位 7.*埭港渔家")).click()
    expect(phone.get_by_role("heading", name="等对方回答")).to_be_visible()
    no_js.goto("/bookings")
    expect(no_js.get_by_role("heading", name="有人想和您换展位")).to_be_visible()
    shot(no_js, "swap-asked", full_page=True)
    no_js.get_by_role("button", name="同意交换").click()
    expect(no_js.get_by_text("换好了。")).to_be_visible()
    phone.goto(grid)
    expect(phone.locator("#booth-7-2100").get_by_role("link", name="铁观音")).to_be_visible()

    enter(tablet, STAFF, grid)
    looks_right(tablet, "booths-staff")
    tablet.get_by_role("link", name="样品").click()
    looks_right(tablet, "samples")
    first = tablet.get_by_role("listitem").filter(has_text="紫菜")
    first.get_by_role("button", name="收到样品").click()
    expect(first.get_by_text("样品已收")).to_be_visible()
    expect(first.get_by_text("王小梅 收下")).to_be_visible()
    no_js.goto("/bookings")
    no_js.get_by_role("link", name="查看、换展位或退出").click()
    expect(no_js.get_by_text("王小梅 收下")).to_be_visible()
