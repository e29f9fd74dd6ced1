"""Why an order line counts where it does: staff and shop read it, staff decide otherwise, scripts on or off."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blueprints.clock import now
from domain.bookings import BookingStatus
from domain.interval import local
from domain.people import Role
from domain.sales.cells import Precision
from tests.support.attributed_sales import create_sale
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_actor, create_studio
from tests.support.entering import enter, with_password
from tests.support.live import Live
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_product,
    create_show,
)

pytestmark = pytest.mark.browser


def sold_yesterday() -> tuple[int, int, str]:
    """A line while its tea was on air, one long after; and the phone of the shop's owner."""
    merchant, owner = create_merchant("永春佛手")
    product = create_product(merchant, "永春佛手茶")
    show = create_show(
        create_studio(), at(19.5, day=local(now()).date() - timedelta(days=1)), title="秋茶专场"
    )
    booth = create_booth(show, 3, product, owner, status=BookingStatus.CONFIRMED)
    began = booth.starts_at + timedelta(seconds=30)
    create_airing(booth, began, began + timedelta(minutes=15))
    during = create_sale(product, booth.starts_at, ordered_precision=Precision.MINUTE)
    after = create_sale(product, show.ends_at + timedelta(hours=2))
    return during.id, after.id, with_password(owner.id)


def look(page: Page, name: str) -> None:
    if "no_js" not in name:  # both are looked at by scripts
        assert_fits_width(page)
        assert_axe_clean(page)
    shot(page, name, full_page=True)


@pytest.mark.parametrize("device", ["tablet", "no_js"])
def test_staff_read_why_and_decide_otherwise(live: Live, open_page: OpenPage, device: str) -> None:
    with live.app.app_context():
        phone = with_password(create_actor(Role.STAFF, name="陈工").id)
        during, after, _owner = sold_yesterday()
    page = open_page(device, base_url=live.url)
    enter(page, phone)

    page.goto(f"/sales/lines/{during}")
    expect(page.locator(".why")).to_contain_text("在播 → A 播出时段内")
    expect(page.get_by_text("时段往前放宽了 59 秒")).to_be_visible()
    expect(page.get_by_role("img", name="这件商品")).to_be_visible()
    look(page, f"line-why-{device}")

    page.goto("/sales/imports")
    page.get_by_role("navigation", name="销售").get_by_role("link", name="明细").click()
    page.get_by_role("link", name="永春佛手茶").first.click()
    expect(page.locator(".why")).to_contain_text("没有写明来自直播 → 不算直播")
    page.get_by_text("改算给一个展位").click()
    page.get_by_text("B 刚播完：").click()
    page.get_by_text("秋茶专场 · 展位 3").click()
    page.get_by_role("button", name="就这样决定").click()
    expect(page.get_by_text("请写明理由。").first).to_be_visible()
    page.get_by_label("理由").fill("主播下播前又讲了一遍")
    look(page, f"line-refused-{device}")
    page.get_by_role("button", name="就这样决定").click()
    expect(page.locator(".why")).to_contain_text("陈工在")
    expect(page.get_by_text("理由：主播下播前又讲了一遍")).to_be_visible()
    expect(page).to_have_url(f"{live.url}/sales/lines/{after}")
    look(page, f"line-by-hand-{device}")
    page.get_by_role("button", name="交还规则").click()
    expect(page.locator(".why")).to_contain_text("不算直播")


def test_a_shop_reads_its_own_lines_in_large_letters(live: Live, open_page: OpenPage) -> None:
    with live.app.app_context():
        _during, _after, owner = sold_yesterday()
    page = open_page("phone", base_url=live.url)
    enter(page, owner)
    page.goto("/sales")
    page.get_by_role("link", name="订单明细").click()
    look(page, "lines-shop")
    page.locator("header").get_by_role("button", name="大字版").click()
    page.get_by_role("link", name="永春佛手茶").last.click()
    expect(page.locator(".why")).to_contain_text("在播 → A 播出时段内")
    expect(page.get_by_role("button", name="就这样决定")).to_have_count(0)
    look(page, "line-shop-elder")
