"""After a show: staff bring in the order export on the tablet, and the shop looks at its phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from blueprints.clock import now
from domain.interval import local
from domain.people import Role
from models import BoothSlot, Merchant, Show, db
from services.sales import chunks, work
from services.unit_of_work import in_transaction
from tests.support.accelerated import Accelerated, accelerated
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_actor, create_booking, create_studio
from tests.support.entering import enter, with_password
from tests.support.exports import canaries, doudian_csv, doudian_row
from tests.support.importing import receive
from tests.support.live import Live
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.browser


@pytest.fixture
def late_in_the_month(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accelerated]:
    """A house in which yesterday is a day of this month, whatever day it is."""
    with accelerated(monkeypatch, at(9)) as running:
        yield running


def on_air_in_booth_3(merchant: Merchant) -> Show:
    """A show yesterday evening in which the shop's tea was on air from 20:00 to 20:15."""
    studio, product = create_studio(), create_product(merchant, "永春佛手茶")
    show = create_show(studio, at(19.5, day=local(now()).date() - timedelta(days=1)), title="秋茶专场")
    booth = create_booking(studio, show.plan.interval_of(3), place=3)
    slot = BoothSlot(
        booking_id=booth.id,
        show_id=show.id,
        merchant_id=merchant.id,
        product_id=product.id,
    )
    in_transaction(lambda: db.session.add(slot))
    return show


def export_of(show: Show) -> bytes:
    """Three orders of the tea while it was on air, one refunded, and one of something nobody knows."""
    sold_at = local(show.starts_at + timedelta(minutes=35)).strftime("%Y-%m-%d %H:%M:%S")
    known = {
        "选购商品": "永春佛手茶",
        "订单应付金额": "¥1,288.00",
        "订单提交时间": sold_at,
        "支付完成时间": sold_at,
    }
    rows = [doudian_row(number, **known) for number in (1, 2)]
    refunded = doudian_row(3, **known | {"售后状态": "已全额退款"})
    return doudian_csv([*rows, refunded, doudian_row(4, 商品ID="777", 选购商品="没人认识的紫菜")])


def upload(page: Page, data: bytes) -> None:
    page.goto("/sales/imports")
    file = {"name": "抖店订单.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_label("订单文件（CSV 或 Excel）").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()


@pytest.mark.parametrize("device", ["tablet", "no_js"])
def test_an_export_becomes_the_shops_figures(
    late_in_the_month: Accelerated, open_page: OpenPage, device: str
) -> None:
    house = late_in_the_month
    with house.app.app_context():
        staff_phone = with_password(create_actor(Role.STAFF).id)
        merchant, owner = create_merchant("永春佛手", margin_bp=3000)
        owner_phone = with_password(owner.id)
        data = export_of(on_air_in_booth_3(merchant))

    staff = open_page(device, base_url=house.url)
    enter(staff, staff_phone)
    upload(staff, data)
    expect(staff.get_by_text("读到 4 行 = 新增 4")).to_be_visible()
    shot(staff, f"sales-preview-{device}")
    staff.get_by_role("button", name="入账").click()
    expect(staff.get_by_text("已入账：新增 4 行")).to_be_visible()

    staff.get_by_label("这是哪件商品").select_option(label="永春佛手 · 永春佛手茶")
    staff.get_by_role("button", name="对上").click()
    expect(staff.get_by_text("已对上：永春佛手茶")).to_be_visible()

    upload(staff, data)
    expect(staff.get_by_text("已经都在账上")).to_be_visible()
    assert not [canary for canary in canaries(1) if canary in staff.content()]

    shop = open_page("phone", base_url=house.url)
    enter(shop, owner_phone)
    shop.goto("/sales")
    expect(shop.locator(".figure")).to_have_text("¥2,576.00")
    expect(shop.get_by_role("img", name="目标 ¥20,000，估算已增收 ¥772")).to_be_visible()
    expect(shop.get_by_role("link", name="秋茶专场")).to_be_visible()
    assert_fits_width(shop)
    assert_axe_clean(shop)
    shot(shop, f"sales-shop-{device}", full_page=True)


@pytest.mark.parametrize("device", ["tablet", "no_js"])
def test_a_large_export_shows_how_far_it_has_come(
    live: Live, open_page: OpenPage, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    with live.app.app_context():
        actor = create_actor(Role.STAFF)
        staff_phone = with_password(actor.id)
        import_id = receive(actor, [doudian_row(number) for number in range(1, 7)], now=now()).id

    staff = open_page(device, base_url=live.url)
    enter(staff, staff_phone)
    staff.goto(f"/sales/imports/{import_id}")
    expect(staff.get_by_role("heading", name="读到第 0 行，一共 6 行")).to_be_visible()
    if device == "tablet":  # without JavaScript the page loads itself anew while it would be looked at
        assert_fits_width(staff)
        assert_axe_clean(staff)
    shot(staff, f"sales-progress-{device}")

    with live.app.app_context():
        assert work.claim(import_id, "test", now())
        work.step(import_id, "test", None, now())
        if device == "no_js":
            staff.reload()
        expect(staff.get_by_role("heading", name="读到第 2 行，一共 6 行")).to_be_visible()
        work.run(import_id, "test", now())
    if device == "no_js":
        staff.reload()
    expect(staff.get_by_text("读到 6 行 = 新增 6")).to_be_visible()
    staff.get_by_role("button", name="不要了").click()
    expect(staff.get_by_text("已取消，没有入账。")).to_be_visible()


def test_an_applied_export_is_taken_back(live: Live, open_page: OpenPage) -> None:
    with live.app.app_context():
        staff_phone = with_password(create_actor(Role.STAFF).id)
    staff = open_page("tablet", base_url=live.url)
    enter(staff, staff_phone)
    upload(staff, doudian_csv([doudian_row(number) for number in range(1, 4)]))
    staff.get_by_role("button", name="入账").click()
    expect(staff.get_by_text("账上因此多了：已付款 ¥119.70，退款 ¥0.00。")).to_be_visible()

    staff.get_by_role("button", name="撤销这次导入").click()

    expect(staff.get_by_text("已撤销，账上恢复到导入以前。同一份订单表可以再导入。")).to_be_visible()
    assert_axe_clean(staff)
