"""A shopkeeper between two customers: a product with a picture, then a booth in two taps."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from domain.interval import local_day
from services.passwords import hash_password
from services.studio import booths
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_studio
from tests.support.entering import enter
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser


def photo() -> bytes:
    """What a phone's camera gives."""
    output = BytesIO()
    Image.new("RGB", (1600, 1200), "peru").save(output, "JPEG")
    return output.getvalue()


@pytest.fixture
def evening(live):
    """A show in three days and three shops."""
    with live.app.app_context():
        known = hash_password(PASSWORD)
        day = local_day(datetime.now(UTC)) + timedelta(days=3)
        show = create_show(create_studio(code="studio"), at(19.5, day=day))
        for number, name in enumerate(("山腰茶行", "阿嬷小吃", "埭港渔家"), start=1):
            create_merchant(name, person={"phone": f"1390000000{number}", "password_hash": known})
        return show


def add_product(page: Page, name: str) -> None:
    """Fill in the form of a product by hand."""
    page.get_by_role("link", name="添加商品").click()
    page.get_by_label("商品名称").fill(name)
    page.get_by_label("价格（元）").fill("88.50")
    page.get_by_label("库存（件）").fill("20")
    page.get_by_label("商品图片").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_merchant_adds_a_product_and_takes_a_booth_on_any_device(
    evening, phone: Page, tablet: Page, no_js: Page
) -> None:
    for booth, (page, number) in enumerate(
        ((phone, "13900000001"), (tablet, "13900000002"), (no_js, "13900000003")), start=3
    ):
        enter(page, number, "/products")
        add_product(page, f"好物{booth}")
        page.goto(f"/shows/{evening.id}")
        page.get_by_role("link", name=re.compile(rf"订这个展位 {booth}$")).click()
        page.get_by_role("button", name=f"确认订展位 {booth}").click()

        expect(page.get_by_text(f"展位 {booth} 已提交")).to_be_visible()
        expect(page.get_by_role("link", name=f"好物{booth}")).to_be_visible()
        shot(page, f"booths-{booth}", full_page=True)


def test_every_screen_of_a_merchant_fits_and_is_accessible(evening, phone: Page) -> None:
    enter(phone, "13900000001", "/products")
    add_product(phone, "铁观音")
    for path in ("/products", "/products/new", "/products/1", "/shows", f"/shows/{evening.id}"):
        phone.goto(path)
        assert_axe_clean(phone)
        assert_fits_width(phone)
    phone.goto(f"/shows/{evening.id}/booths/3")
    assert_axe_clean(phone)
    assert_fits_width(phone)


def test_who_comes_late_reads_why_and_takes_the_next_booth_with_one_tap(
    live, evening, phone: Page, tablet: Page
) -> None:
    with live.app.app_context():
        rival_shop, rival = create_merchant("凤安果蔬")
        fruit = create_product(rival_shop, "百香果")
    tablet.clock.install()
    tablet.goto(f"/shows/{evening.id}")
    enter(phone, "13900000001", "/products")
    add_product(phone, "铁观音")
    phone.goto(f"/shows/{evening.id}/booths/3")
    with live.app.app_context():
        booths.take_booth(rival, evening.id, 3, fruit.id, now=datetime.now(UTC))

    phone.get_by_role("button", name="确认订展位 3").click()
    expect(phone.get_by_role("heading", name="这个展位刚刚被别的商户订走了。")).to_be_visible()
    assert_axe_clean(phone)
    shot(phone, "booth-taken")
    phone.get_by_role("button", name="展位 4").click()

    expect(phone.get_by_text("展位 4 已提交")).to_be_visible()
    tablet.clock.fast_forward(10_000)
    expect(tablet.get_by_role("heading", name="铁观音")).to_be_visible()
