"""Generated files of 抖店 orders whose totals are known beforehand, as the tests of importing use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.support.exports.common import (
    EMPTY,
    ENCODINGS,
    FIRST_ORDER,
    TITLES,
    Row,
    canaries,
    quirky_id,
    quirky_money,
    quirky_time,
)
from tests.support.exports.doudian import ALL_COLUMNS, doudian_csv, doudian_row


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What a generated row must come out as."""

    line_key: str
    order_no: str
    quantity: int
    amount_fen: int
    paid: bool
    refunded_fen: int
    ordered_at: datetime
    row: Row


@dataclass(frozen=True, slots=True)
class KnownExport:
    """A generated file with all that is known about it beforehand."""

    lines: tuple[KnownLine, ...]
    columns: tuple[str, ...]
    encoding: str
    data: bytes

    @property
    def rows(self) -> list[Row]:
        """The rows as written, quirks and all."""
        return [line.row for line in self.lines]

    @property
    def gmv_fen(self) -> int:
        """The sum of all paid amounts."""
        return sum(line.amount_fen for line in self.lines if line.paid)

    @property
    def refunded_fen(self) -> int:
        """The sum of all refunds."""
        return sum(line.refunded_fen for line in self.lines)

    @property
    def orders(self) -> int:
        """How many orders were paid."""
        return len({line.order_no for line in self.lines if line.paid})

    @property
    def canaries(self) -> list[str]:
        """Every personal text that the file holds."""
        return [text for number, _ in enumerate(self.lines, start=1) for text in canaries(number)]


# Status words, whether such a row was paid, whether its money went back.
SITUATIONS = (
    ("已完成", "-", True, False),
    ("已完成", "售后关闭", True, False),
    ("已完成", "补寄/换货成功", True, False),
    ("已发货", "-", True, False),
    ("已发货", "待商家收货", True, False),
    ("备货中", "-", True, False),
    ("备货中", "售后待处理", True, False),
    ("已完成", "已全额退款", True, True),
    ("已完成", "退款成功", True, True),
    ("已关闭", "同意退款，退款成功", True, True),
    ("已关闭", "-", False, False),
    ("待支付", "-", False, False),
)


@st.composite
def known_lines(draw: st.DrawFn, number: int, orders: int) -> KnownLine:
    """One row with the quirks of its cells; rows share main orders like several products in one basket."""
    status, after_sale, paid, refunded = draw(st.sampled_from(SITUATIONS))
    fen = draw(st.integers(1, 5_000_000))
    quantity = draw(st.integers(1, 20))
    ordered = FIRST_ORDER + timedelta(seconds=draw(st.integers(0, 90 * 86_400)))
    order_no = str(6917_000_000_000_000_000 + draw(st.integers(1, orders)))
    line_key = str(6917_500_000_000_000_000 + number)
    empty = st.sampled_from(EMPTY)
    row = doudian_row(number) | {
        "主订单编号": draw(quirky_id(order_no)),
        "子订单编号": draw(quirky_id(line_key)),
        "选购商品": draw(st.sampled_from(TITLES)),
        "商品数量": draw(st.sampled_from((str(quantity), f"{quantity}\t"))),
        "商品ID": draw(quirky_id(3561234567890123456)),
        "商家编码": draw(st.one_of(empty, quirky_id("ZC-100"))),
        "订单应付金额": draw(quirky_money(fen)),
        "订单提交时间": draw(quirky_time(ordered)),
        "支付完成时间": draw(quirky_time(ordered + timedelta(seconds=30)) if paid else empty),
        "订单完成时间": draw(quirky_time(ordered + timedelta(days=7)) if status == "已完成" else empty),
        "订单状态": status,
        "售后状态": draw(empty) if after_sale == "-" else after_sale,
        "流量体裁": draw(st.sampled_from(("直播", "短视频", "商品卡", "数据将于第二天更新", "-"))),
    }
    return KnownLine(line_key, order_no, quantity, fen, paid, fen if refunded else 0, ordered, row)


@st.composite
def known_exports(draw: st.DrawFn, min_lines: int = 1, max_lines: int = 8) -> KnownExport:
    """A file of 抖店 with its columns in any order, in either encoding, with quirks in the cells."""
    count = draw(st.integers(min_lines, max_lines))
    lines = tuple(draw(known_lines(number, count)) for number in range(1, count + 1))
    columns = tuple(draw(st.permutations(ALL_COLUMNS)))
    encoding = draw(st.sampled_from(ENCODINGS))
    data = doudian_csv([line.row for line in lines], encoding=encoding, columns=columns)
    return KnownExport(lines, columns, encoding, data)
