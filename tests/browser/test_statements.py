"""A shopkeeper reads a statement on the phone, and prints it on A4."""

import pytest
from playwright.sync_api import Page, expect

from blueprints.clock import now
from domain.interval import local_day
from domain.people import Role
from domain.sales.statements import locks_at, month_before, month_of
from services.sales.statement_locking import lock_due
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import create_actor, create_studio
from tests.support.entering import enter, with_password
from tests.support.live import Live
from tests.support.statement_builders import on, sell, write
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.browser
A4 = {"width": 703, "height": 1032}
"""What twelve millimetres of margin leave of a sheet, in CSS pixels."""


def sold(live: Live) -> tuple[str, str, str]:
    """A locked month with a refund of the month before in it; the phones of owner and staff, and its path."""
    with live.app.app_context():
        shop, owner = create_merchant("永春佛手")
        studio, tea = create_studio(), create_product(shop, "永春佛手茶 250g 礼盒装（秋茶）")
        month = month_before(month_before(month_of(local_day(now()))))
        earlier = month_before(month)
        first = sell(
            tea, create_show(studio, on(9, earlier, 19.5), title="夏茶专场"), on(9, earlier), 128_800
        )
        lock_due(locks_at(earlier))
        write(first, refunded_fen=8_600)
        show = create_show(studio, on(12, month, 19.5), title="秋茶专场")
        for _ in range(3):
            sell(tea, show, on(12, month), 128_800)
        lock_due(locks_at(month))
        staff = with_password(create_actor(Role.STAFF).id)
        return with_password(owner.id), staff, f"/sales/statements/{shop.id}/{month:%Y-%m}"


def cut_off(page: Page) -> list[str]:
    """Texts that are wider than their place, as they would be cut on paper."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
                && !one.classList.contains('hidden-visually'))
            .map(one => one.textContent.trim().slice(0, 40))"""
    )


@pytest.mark.parametrize("device", ["phone", "no_js"])
def test_a_shop_reads_and_prints_its_month(live: Live, open_page: OpenPage, device: str) -> None:
    owner, _, path = sold(live)
    page = open_page(device)
    enter(page, owner)
    page.goto("/sales/statements")
    assert_fits_width(page)
    page.locator(f'a[href="{path}"]').click()

    expect(page.locator(".figure")).to_have_text("¥3,778.00")
    expect(page.get_by_text("有订单后来退款，−¥86.00 记在这个月。")).to_be_visible()
    expect(page.get_by_text("已锁定，以后不再改动")).to_be_visible()
    assert_fits_width(page)
    if device == "phone":
        expect(page.get_by_role("button", name="打印")).to_be_visible()
        assert_axe_clean(page)
    shot(page, f"statement-{device}", full_page=True)

    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    assert not cut_off(page)
    for hidden in (".tabs", ".crumb", ".btn"):
        assert not page.locator(hidden).locator("visible=true").count()
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    shot(page, f"statement-printed-{device}", full_page=True)


def test_large_letters_and_the_tablet_of_staff(live: Live, open_page: OpenPage) -> None:
    _, staff, path = sold(live)
    page = open_page("tablet")
    enter(page, staff)
    page.goto(f"/sales/statements?month={path[-7:]}")
    expect(page.locator(".figure")).to_have_text("¥3,778.00")
    assert_axe_clean(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载 Excel").click()
    assert saved.value.suggested_filename == f"statements-{path[-7:]}.xlsx"
    page.locator("header").get_by_role("button", name="大字版").click()
    page.goto(path)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_axe_clean(page)
    small = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.childElementCount === 0 && e.textContent.trim()"
        " && parseFloat(getComputedStyle(e).fontSize) < 22).map(e => e.textContent.trim())"
    )
    assert not small
    shot(page, "statement-elder", full_page=True)
