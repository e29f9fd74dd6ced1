"""The pictures of sales on the devices of those who look at them: readable, printable, a table behind each."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from blueprints.clock import now
from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import Tier
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_actor, create_studio
from tests.support.entering import enter, with_password
from tests.support.live import Live
from tests.support.sale_builders import create_import, sale_row, write_sales
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.browser


def laid_out(live: Live) -> tuple[int, str]:
    """A show that sold, and the phone of somebody on the staff."""
    with live.app.app_context():
        return sell_at_a_show(), with_password(create_actor(Role.STAFF).id)


def sell_at_a_show() -> int:
    """Yesterday's show with two booths and an order every other minute; returns its id."""
    day, source = local_day(now()) - timedelta(days=1), create_import().id
    show, rows = create_show(create_studio(), at(10, day=day), title="秋茶专场"), []
    for booth in (1, 2):
        merchant, owner = create_merchant(f"{booth} 号茶行", margin_bp=4_000)
        product = create_product(merchant)
        booking = create_booth(show, booth, product, owner, status=BookingStatus.CONFIRMED)
        rows += [
            sale_row(
                source, product_id=product.id, show_id=show.id, booth_booking_id=booking.id, tier=Tier.IN_WINDOW,
                ordered_at=booking.starts_at + timedelta(minutes=minute),
            )
            for minute in range(0, 15, 2)
        ]  # fmt: skip
    write_sales(rows)
    return show.id


@pytest.mark.parametrize("device", ["phone", "tablet", "elder", "no_js"])
def test_the_reports_fit_and_can_be_read(live: Live, open_page: OpenPage, device: str) -> None:
    show_id, phone = laid_out(live)
    page = open_page("phone" if device == "elder" else device)
    enter(page, phone)
    if device == "elder":
        page.get_by_role("button", name="大字版").click()
    for path, heading in (
        (f"/shows/{show_id}/sales", "这场卖了多少"),
        ("/sales/community", "的直播销售"),
        ("/sales/leaderboard", "销售榜"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        if device != "no_js":
            assert_fits_width(page)
            assert_axe_clean(page)
        shot(page, f"sales-pictures-{device}-{heading}")


def test_the_picture_is_told_in_words_and_its_table_opens(live: Live, open_page: OpenPage) -> None:
    show_id, phone = laid_out(live)
    page = open_page("tablet")
    enter(page, phone)
    page.goto(f"/shows/{show_id}/sales")

    expect(page.get_by_role("img", name="从 10:00 到", exact=False)).to_be_visible()
    page.get_by_text("看数字").click()
    expect(page.get_by_role("row", name="10:00 1 1")).to_be_visible()


def test_printing_shows_the_table_and_leaves_the_buttons_out(live: Live, open_page: OpenPage) -> None:
    _show_id, phone = laid_out(live)
    page = open_page("tablet")
    enter(page, phone)
    page.goto("/sales/community")
    page.emulate_media(media="print")

    expect(page.locator(".subtabs")).to_be_hidden()
    expect(page.locator(".month-chart")).to_be_visible()
