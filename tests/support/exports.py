"""Real-looking 抖店 order exports: single rows, and generated files whose totals are known beforehand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from domain.interval import ZONE

Row = dict[str, str]

OUR_COLUMNS = (
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商品ID",
    "商家编码",
    "商品单价",
    "订单应付金额",
    "订单提交时间",
    "支付完成时间",
    "订单完成时间",
    "订单状态",
    "售后状态",
    "达人ID",
    "达人昵称",
    "流量来源",
    "流量体裁",
)
PERSONAL_COLUMNS = (
    "收件人",
    "收件人手机号",
    "省",
    "市",
    "区",
    "街道",
    "详细地址",
    "买家昵称",
    "买家留言",
    "商家备注",
    "支付流水号",
)
OTHER_COLUMNS = (
    "运费",
    "优惠总金额",
    "支付方式",
    "APP渠道",
    "发货时间",
    "取消原因",
    "旗帜颜色",
    "仓库名称",
    "快递信息",
)
ALL_COLUMNS = OUR_COLUMNS + PERSONAL_COLUMNS + OTHER_COLUMNS
ENCODINGS = ("gb18030", "utf-8-sig")
EMPTY = ("", "-", "--", "—", "/")
FIRST_ORDER = datetime(2026, 6, 6, 20, 0, tzinfo=ZONE)


def doudian_row(number: int = 1, /, **cells: str) -> Row:
    """A paid, finished row; `number` makes it unique, keywords replace cells (`订单状态="已关闭"`)."""
    ordered = FIRST_ORDER + timedelta(minutes=number % 100_000)
    row = {
        "主订单编号": str(6917_000_000_000_000_000 + number),
        "子订单编号": str(6917_500_000_000_000_000 + number),
        "选购商品": "【泉港】头水紫菜 无沙干货",
        "商品规格": "100g*2袋",
        "商品数量": "1",
        "商品ID": "3561234567890123456",
        "商家编码": "ZC-100",
        "商品单价": "39.90",
        "订单应付金额": "39.90",
        "订单提交时间": f"{ordered:%Y-%m-%d %H:%M:%S}",
        "支付完成时间": f"{ordered + timedelta(seconds=20):%Y-%m-%d %H:%M:%S}",
        "订单完成时间": f"{ordered + timedelta(days=6):%Y-%m-%d %H:%M:%S}",
        "订单状态": "已完成",
        "售后状态": "-",
        "达人ID": "-",
        "达人昵称": "-",
        "流量来源": "小店自卖",
        "流量体裁": "直播",
        "运费": "0.00",
        "支付方式": "支付宝",
        "APP渠道": "抖音",
    }
    return row | personal_cells(number) | cells


def personal_cells(number: int) -> Row:
    """What a real export tells of the buyer; every cell holds a canary of `canaries(number)`."""
    name, phone, address, message, payment = canaries(number)
    return {
        "收件人": name,
        "收件人手机号": phone,
        "省": "福建省",
        "市": "泉州市",
        "区": "泉港区",
        "街道": "山腰街道",
        "详细地址": address,
        "买家昵称": f"昵称{name}",
        "买家留言": f'{message},请"尽快"发货;\n谢谢',
        "商家备注": f"{name}的老客户 {phone}",
        "支付流水号": payment,
    }


def canaries(number: int) -> tuple[str, str, str, str, str]:
    """A name, phone, address, message and payment number that must never be seen again after parsing."""
    return (
        f"金丝雀{number}号",
        f"138{number % 100_000_000:08d}",
        f"鸟笼路{number}号",
        f"留言{number}叽喳",
        f"4200{number:024d}",
    )


def doudian_csv(
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "gb18030",
    columns: Sequence[str] | None = None,
    newline: str = "\r\n",
) -> bytes:
    """A file of these rows as 抖店 writes it; `columns` are their order, by default that of an export."""
    known = list(rows)
    header = (
        list(columns)
        if columns is not None
        else [name for name in ALL_COLUMNS if not known or name in known[0]]
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline)
    writer.writerow(header)
    writer.writerows([[row.get(name, "") for name in header] for row in known])
    return text.getvalue().encode(encoding)


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
TITLES = ("头水紫菜", '"手工"面线, 500g', "福建海带结;家庭装", "花生 — 咸香/蒜香", "𠮷田鱼丸", "=SUM(A1)酱油")


def quirky_id(number: int | str) -> st.SearchStrategy[str]:
    """An id in one of the ways that keep a spreadsheet from spoiling it."""
    return st.sampled_from(
        (f"{number}", f"\t{number}", f"{number}\t", f'="{number}"', f"'{number}", f" {number} ")
    )


def quirky_money(fen: int) -> st.SearchStrategy[str]:
    """An amount in one of the ways that platforms and shopkeepers write it."""
    plain, grouped = f"{fen // 100}.{fen % 100:02d}", f"{fen // 100:,}.{fen % 100:02d}"
    wide = plain.translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})
    ways = [
        plain,
        grouped,
        f"¥{grouped}",
        f"￥{plain}",
        f"{plain}\t",
        f"{plain}元",
        f"'{plain}",
        f'="{plain}"',
        wide,
    ]
    return st.sampled_from([*ways, str(fen // 100)] if fen % 100 == 0 else ways)


def quirky_time(moment: datetime) -> st.SearchStrategy[str]:
    """A time to the second, or to the minute where it has no seconds."""
    to_minute = f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}"
    to_second = (
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y/%m/%d %H:%M:%S}\t",
        f"{to_minute}:{moment.second:02d}",
    )
    return st.sampled_from((*to_second, to_minute) if moment.second == 0 else to_second)


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
