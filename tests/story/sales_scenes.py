"""After the show: an export of the platform, brought in by staff and read by the shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from domain.interval import local
from domain.money import parse_yuan
from models import (
    BoothSlot,
    MerchantMember,
    Person,
    Product,
    ProductCode,
    RundownItem,
    RundownItemBooth,
    Show,
    db,
)
from tests.support.exports import Row, doudian_csv, doudian_row


@dataclass(frozen=True)
class Evening:
    """A booth of a show that is over: what was sold there, and when."""

    title: str
    product: str
    code: str
    began: datetime

    def rows(self) -> list[Row]:
        """Three orders while the booth was on air: a large one, a small one, and one that was given back."""
        return [
            self._row(880_001, "¥1,299.00"),
            self._row(880_002, "88.00\t"),
            self._row(880_003, "88.00", 售后状态="退款成功"),
        ]

    net_fen = 129_900 + 8_800

    def export(self, encoding: str) -> bytes:
        """The same orders as the platform writes them."""
        return doudian_csv(self.rows(), encoding=encoding)

    def _row(self, number: int, yuan: str, **cells: str) -> Row:
        moment = f"{local(self.began) + timedelta(minutes=2):%Y-%m-%d %H:%M:%S}"
        sold = {"选购商品": self.product, "商品ID": f"\t{self.code}", "订单应付金额": yuan}
        return doudian_row(number, **sold | {"订单提交时间": moment, "支付完成时间": moment} | cells)


def sold_last_time(keeper_phone: str) -> Evening:
    """The booth that the keeper's shop had in the show that is over."""
    found = (
        db.session.query(Show.title, Product.name, ProductCode.code, RundownItem.started_at)
        .join(BoothSlot, BoothSlot.show_id == Show.id)
        .join(RundownItemBooth, RundownItemBooth.booking_id == BoothSlot.booking_id)
        .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .join(Product, Product.id == BoothSlot.product_id)
        .join(ProductCode, ProductCode.product_id == Product.id)
        .join(MerchantMember, MerchantMember.merchant_id == BoothSlot.merchant_id)
        .join(Person, Person.id == MerchantMember.person_id)
        .filter(Person.phone == keeper_phone, RundownItem.started_at.is_not(None))
        .one()
    )
    return Evening(*found)


def bring_in(page: Page, data: bytes, preview: str, result: str, picture: Callable[[str], object]) -> None:
    """Upload, look at the preview, apply."""
    page.get_by_role("link", name="销售", exact=True).tap()
    file = {"name": "抖店订单.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_label("订单文件（CSV 或 Excel）").set_input_files(file)
    page.get_by_role("button", name="上传并预览").tap()
    expect(page.get_by_text(preview)).to_be_visible()
    picture("preview")
    page.get_by_role("button", name="入账", exact=True).tap()
    expect(page.get_by_text(result)).to_be_visible()
    picture("applied")


def net_of_show(page: Page, title: str) -> int:
    """What the shop's page says it sold in a show, in fen."""
    page.goto("/sales")
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title))
    return parse_yuan(line.locator("b.sum").inner_text())
