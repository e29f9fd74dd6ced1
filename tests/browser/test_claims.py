"""A shop writes too much on its phone, staff say so from the tablet, and both see at once where they stand."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from domain.merchants.claims import ClaimsStatus
from domain.people import Role
from services.passwords import hash_password
from services.seed.claim_words import lay_words
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_person
from tests.support.entering import enter, large_letters
from tests.support.measure import small_targets, small_text
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
SHOP, STAFF = "13900000001", "13900000009"


@pytest.fixture
def house(live):
    """A shop with something that waits already, staff, and the word list."""
    with live.app.app_context():
        known = hash_password(PASSWORD)
        lay_words(datetime.now(UTC))
        shop, _ = create_merchant("山腰茶行", person={"phone": SHOP, "password_hash": known})
        create_product(shop, "浮粿 10 个装", claims="顶级手艺，祖传", claims_status=ClaimsStatus.UNREVIEWED)
        create_person(Role.STAFF, phone=STAFF, name="陈晓敏", password_hash=known)


def fill_in(page: Page, claims: str) -> None:
    """A prepacked food with a live price, by hand."""
    page.get_by_label("商品名称").fill("头水紫菜")
    page.get_by_label("价格（元）").fill("39.90")
    page.get_by_label("库存（件）").fill("60")
    page.get_by_label("食品", exact=True).check()
    page.get_by_label("预包装食品").check()
    page.get_by_label("直播价（元）").fill("35.90")
    page.get_by_label("降价的依据").fill("店里近 30 天都卖 39.90 元")
    page.get_by_label("主播要说的话").fill(claims)
    page.get_by_role("button", name="保存").click()


def send_back(tablet: Page) -> None:
    """Staff open the second product, read the word and touch the reason; the next one comes up."""
    enter(tablet, STAFF, "/claims")
    expect(tablet.get_by_role("heading", name="2 件商品的宣传等您看")).to_be_visible()
    tablet.get_by_role("link", name=re.compile("头水紫菜")).click()
    expect(tablet.locator("mark.claim")).to_have_text("第一")
    shot(tablet, "claims-desk")
    assert_axe_clean(tablet)
    tablet.get_by_text("退回", exact=True).click()
    shot(tablet, "claims-reasons")
    tablet.get_by_role("button", name="请改掉“第一”这个说法。").click()
    expect(tablet.get_by_text("“头水紫菜”退回了，商户会收到原因。")).to_be_visible()
    expect(tablet.get_by_role("heading", name="浮粿 10 个装")).to_be_visible()


def test_a_flagged_word_goes_to_staff_and_back(house, phone: Page, tablet: Page) -> None:
    enter(phone, SHOP, "/products")
    phone.get_by_role("link", name="添加商品").click()
    expect(phone.get_by_text("是哪一种食品？")).to_be_hidden()
    fill_in(phone, "泉州第一的紫菜，能降血压")
    expect(phone.locator("#claims-error")).to_contain_text("食品不能写“降血压”")
    shot(phone, "claims-blocked", full_page=True)
    assert_axe_clean(phone)
    expect(phone.get_by_label("预包装食品")).to_be_checked()
    expect(phone.get_by_text("卖预包装食品要有“仅销售预包装食品备案”")).to_be_visible()
    phone.get_by_label("主播要说的话").fill("泉州第一的紫菜")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("mark.claim")).to_have_text("第一")
    shot(phone, "claims-flagged", full_page=True)
    assert_axe_clean(phone)
    assert_fits_width(phone)

    send_back(tablet)

    phone.reload()
    expect(phone.get_by_text("退回的原因：请改掉“第一”这个说法。")).to_be_visible()
    phone.get_by_label("主播要说的话").fill("今年的头水紫菜")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_role("listitem").filter(has_text="头水紫菜")).to_contain_text("宣传待审核")
    tablet.goto("/claims")
    tablet.get_by_role("link", name=re.compile("头水紫菜")).click()
    expect(tablet.get_by_role("heading", name="头水紫菜", exact=True)).to_be_visible()
    tablet.get_by_role("button", name="通过", exact=True).click()
    expect(tablet.get_by_text("“头水紫菜”通过了。")).to_be_visible()
    phone.goto("/products")
    expect(phone.get_by_role("listitem").filter(has_text="头水紫菜")).to_contain_text("宣传已通过")


def test_without_scripts_it_goes_the_same_way(house, no_js: Page, open_page) -> None:
    enter(no_js, SHOP, "/products")
    no_js.get_by_role("link", name="添加商品").click()
    fill_in(no_js, "最好的紫菜")
    expect(no_js.locator("mark.claim")).to_have_text("最好")

    desk = open_page("no_js")
    enter(desk, STAFF, "/claims")
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_text("“浮粿 10 个装”通过了。")).to_be_visible()
    expect(desk.get_by_role("heading", name="头水紫菜", exact=True)).to_be_visible()


def test_the_word_list_is_edited_with_a_finger(house, tablet_portrait: Page) -> None:
    page = tablet_portrait
    enter(page, STAFF, "/claims/words")
    shot(page, "claims-words", full_page=True)
    page.get_by_label("词", exact=True).fill("祖传")
    page.get_by_label("为什么").fill("要有依据。")
    page.get_by_role("button", name="加到词单").click()
    expect(page.get_by_text("“祖传”在词单上了。")).to_be_visible()
    page.goto("/claims")
    expect(page.locator("mark.claim")).to_have_text(["顶级", "祖传"])


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "large"])
def test_every_screen_can_be_read_and_touched(house, phone: Page, elder: bool) -> None:
    least = 60 if elder else 48
    for who, paths in (
        (SHOP, ("/products", "/products/new", "/products/1")),
        (STAFF, ("/claims", "/claims/1", "/claims/words", "/claims/words/1")),
    ):
        phone.context.clear_cookies()
        enter(phone, who, paths[0])
        if elder:
            large_letters(phone)
        for path in paths:
            phone.goto(path)
            assert_axe_clean(phone)
            assert_fits_width(phone)
            assert small_targets(phone, least) == [], path
            assert not elder or small_text(phone, 22) == [], path
            shot(
                phone,
                f"claims-{'large' if elder else 'standard'}-{path.strip('/').replace('/', '-')}",
                full_page=True,
            )
