"""What shops and staff do with shows: a product, a booth, a market, a window that is held already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

from domain.interval import local
from domain.studio.shows import Layout
from models import MerchantMember, Person, Show, db
from services.seed.people import ACCOUNTS
from tests.story.scenes import Camera, approve


@dataclass(frozen=True)
class ShowsAhead:
    """The demo's shows to come, and the phone of a shop that is not the printed one."""

    rundown_title: str
    rundown_starts: datetime
    market_title: str
    market_slots: int
    rival_phone: str


def shows_ahead(moment: datetime) -> ShowsAhead:
    """Read them off the demo."""
    shows = db.session.query(Show).filter(Show.starts_at > moment).order_by(Show.starts_at).all()
    rundown, market = (next(s for s in shows if s.layout is layout) for layout in Layout)
    printed = [account.phone for account in ACCOUNTS]
    keepers = db.session.query(Person.phone).join(MerchantMember, MerchantMember.person_id == Person.id)
    rival = keepers.filter(Person.phone.not_in(printed)).order_by(Person.id).first()
    assert rival is not None
    return ShowsAhead(rundown.title, rundown.starts_at, market.title, market.slots, rival[0])


def photo() -> bytes:
    """What a phone's camera gives."""
    output = BytesIO()
    Image.new("RGB", (1600, 1200), "darkolivegreen").save(output, "JPEG")
    return output.getvalue()


def add_product(page: Page, name: str) -> None:
    """Name, price, stock, picture."""
    page.get_by_role("link", name="商品", exact=True).tap()
    page.get_by_role("link", name="添加商品").tap()
    for label, value in (("商品名称", name), ("价格（元）", "19.90"), ("库存（件）", "60")):
        page.get_by_label(label).fill(value)
    picture = {"name": "IMG_2026.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.get_by_label("商品图片").set_input_files(picture)
    page.get_by_role("button", name="保存").tap()
    card = page.get_by_role("listitem").filter(has_text=name)
    expect(card.locator("img")).to_have_js_property("complete", True)
    expect(card).to_contain_text("¥19.90")


def open_show(page: Page, title: str) -> None:
    """From the list of shows to one of them."""
    page.goto("/shows")
    page.get_by_role("listitem").filter(has_text=title).get_by_role("link").tap()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def open_booth(
    page: Page, title: str, booth: int, *, product: str | None = None, camera: Camera | None = None
) -> None:
    """Touch a free booth of the grid and choose what to show there."""
    open_show(page, title)
    if camera:
        camera(page, "5-grid")
    page.get_by_role("link", name=re.compile(rf"订这个展位 {booth}$")).tap()
    choices = page.locator("label.product-choice:not(.is-off)")
    (choices.filter(has_text=product) if product else choices).first.tap()
    if camera:
        camera(page, f"5-booth-{booth}")


def confirm(page: Page, booth: int) -> None:
    """The second tap."""
    page.get_by_role("button", name=f"确认订展位 {booth}").tap()


def is_refused(page: Page, booth: int, sentence: str, camera: Camera | None = None) -> None:
    """Told in one sentence why not."""
    confirm(page, booth)
    expect(page.get_by_role("alert").get_by_role("heading")).to_have_text(sentence)
    if camera:
        camera(page, "5-refused")


def clear_claims(staff: Page, product: str) -> None:
    """Read what a product claims, before its booth may be confirmed."""
    staff.get_by_role("link", name="商品宣传").tap()
    waiting = staff.locator(".queue-item").filter(has_text=product)
    waiting.tap()
    expect(staff.get_by_role("heading", name=product)).to_be_visible()
    staff.get_by_role("button", name="通过", exact=True).tap()
    expect(staff.get_by_text(f"“{product}”通过了。")).to_be_visible()


def approve_booth(page: Page, title: str) -> None:
    """Staff find the booth in the same queue."""
    page.goto("/desk")
    page.locator("a.queue-item").filter(has_text=title).tap()
    expect(page.locator("#request").get_by_role("heading", name=title)).to_be_visible()
    approve(page)
    expect(page.get_by_text(f"已通过：{title}")).to_be_visible()


def see_market(page: Page, title: str, *, cells: int, camera: Camera) -> None:
    """A market has every booth in every slot."""
    open_show(page, title)
    expect(page.locator(".market-row > li")).to_have_count(cells)
    camera(page, "5-market")


def plan_second_show(page: Page, starts: datetime, camera: Camera) -> None:
    """Staff try the window of a show that is planned already."""
    page.goto("/shows")
    page.get_by_role("link", name="新排一场").tap()
    page.get_by_label("场次名称").fill("加场")
    page.get_by_label("日期").fill(f"{local(starts):%Y-%m-%d}")
    page.get_by_label("开播时间").select_option(f"{local(starts):%H:%M}")
    page.get_by_role("button", name="排好").tap()
    expect(page.get_by_role("alert")).to_contain_text("请换一个时间再排。")
    camera(page, "5-second-show")
