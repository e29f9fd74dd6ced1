"""The order export of the demo's past show: written as 抖店 writes it, then imported like any other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from random import Random

from domain.interval import local
from domain.money import format_yuan
from models import Show
from services import leases
from services.sales import applying, receiving, work
from services.seed.people import Cast
from services.seed.shops import Stall
from services.seed.shows import PAST_BOOTHS

HEADER = (
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商品ID",
    "商家编码",
    "商品单价",
    "订单应付金额",
    "运费",
    "订单提交时间",
    "支付完成时间",
    "订单完成时间",
    "订单状态",
    "售后状态",
    "达人昵称",
    "流量来源",
    "流量体裁",
)
Row = dict[str, str]
FIRST_ORDER = 6921_000_000_000_000_000
FIRST_DOUBT = 400_000
UNKNOWN_WORD = "商家备货中心已接单"
DOUBTS: tuple[Row, ...] = (
    *({"订单状态": UNKNOWN_WORD, "售后状态": "-"} for _ in range(4)),
    {"订单状态": "已发货", "售后状态": "部分退款"},
)
UNKNOWN_PRODUCT = ("福建老字号 姜母茶 12 包", "3601000000000009901")


def import_sales(dice: Random, cast: Cast, stalls: Sequence[Stall], show: Show, now: datetime) -> None:
    """Stage and apply the export three days after the show, by the very service that the page uses.

    A day later a second one brings what only a person can tell: a word that nobody knows, and a partial refund.
    """
    imported_at = now - timedelta(days=2)
    _bring_in(cast, show, list(_rows(dice, stalls, show)), imported_at)
    _bring_in(cast, show, list(_doubtful_rows(dice, stalls[0], show)), imported_at + timedelta(days=1))


def _bring_in(cast: Cast, show: Show, rows: list[Row], at: datetime) -> None:
    name = f"抖店订单_{local(at):%Y%m%d}.csv"
    worker = leases.new_worker()
    received = receiving.receive(cast.staff, _export(rows), name, show_id=show.id, worker=worker, now=at)
    work.read_now(received.id, worker, at)
    applying.apply(cast.staff, received.id, now=at + timedelta(minutes=4))


def _doubtful_rows(dice: Random, stall: Stall, show: Show) -> Iterator[Row]:
    ware = stall.shop.wares[0]
    for number, words in enumerate(DOUBTS):
        ordered = show.starts_at + timedelta(minutes=20 + number)
        goods = (stall.products[0].name, ware.code, ware.price_fen)
        paid = {"支付完成时间": f"{local(ordered + timedelta(seconds=20)):%Y-%m-%d %H:%M:%S}"}
        yield _row(dice, FIRST_DOUBT + number, goods, ordered) | paid | words


def _export(rows: list[Row]) -> BytesIO:
    text = StringIO()
    writer = csv.DictWriter(text, HEADER, restval="-", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return BytesIO(text.getvalue().encode("gb18030"))


def _rows(dice: Random, stalls: Sequence[Stall], show: Show) -> Iterator[Row]:
    serial = 0
    for stall, booth in zip(stalls, PAST_BOOTHS, strict=True):
        product, ware = stall.products[0], stall.shop.wares[0]
        began = show.starts_at + timedelta(minutes=15 * (booth - 1))
        for _ in range(dice.randint(26, 70)):
            serial += 1
            ordered = began + timedelta(seconds=int(dice.triangular(30, 4500, 300)))
            yield _row(dice, serial, (product.name, ware.code, ware.price_fen), ordered)
    for minutes in (12, 47, 95):
        serial += 1
        ordered = show.starts_at + timedelta(minutes=minutes)
        yield _row(dice, serial, (*UNKNOWN_PRODUCT, 3990), ordered)


def _row(dice: Random, serial: int, goods: tuple[str, str, int], ordered: datetime) -> Row:
    title, code, price = goods
    quantity = dice.choice((1, 1, 1, 1, 2, 2, 3))
    roll = dice.random()
    paid, status, after_sale = _state(roll)
    row = {
        "主订单编号": f"\t{FIRST_ORDER + serial}",
        "子订单编号": f"\t{FIRST_ORDER + 500_000 + serial}",
        "选购商品": title,
        "商品规格": "默认",
        "商品数量": str(quantity),
        "商品ID": f"\t{code}",
        "商品单价": format_yuan(price),
        "订单应付金额": format_yuan(price * quantity),
        "运费": "0.00",
        "订单提交时间": f"{local(ordered):%Y-%m-%d %H:%M:%S}",
        "订单状态": status,
        "售后状态": after_sale,
        "达人昵称": "聚福同心直播间",
        "流量来源": "直播间",
        "流量体裁": "直播",
    }
    if paid:
        row["支付完成时间"] = f"{local(ordered + timedelta(seconds=dice.randint(8, 60))):%Y-%m-%d %H:%M:%S}"
    return row


def _state(roll: float) -> tuple[bool, str, str]:
    if roll < 0.05:
        return False, "已关闭", "-"
    if roll < 0.1:
        return True, "已关闭", "同意退款，退款成功"
    if roll < 0.3:
        return True, "备货中", "-"
    return True, "已发货", "-"
