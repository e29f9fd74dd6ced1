"""Generated export files of every layout: columns, encoding, quirks, states and refunds chosen by hypothesis.

What a file comes to is known beforehand, from what was sold and not from what a reader makes of it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.support.exports.common import ENCODINGS, FIRST_ORDER, TITLES, Row, canaries, write_csv
from tests.support.exports.doudian import DOUDIAN_SHEET
from tests.support.exports.kuaishou import KUAISHOU_SHEET
from tests.support.exports.pinduoduo import PINDUODUO_SHEET
from tests.support.exports.sheets import Facts, Sheet, State
from tests.support.exports.taobao import TAOBAO_ITEMS_SHEET, TAOBAO_ORDERS_SHEET
from tests.support.exports.weixin import WEIXIN_SHEET

SHEETS: dict[str, Sheet] = {
    sheet.code: sheet
    for sheet in (
        DOUDIAN_SHEET,
        KUAISHOU_SHEET,
        WEIXIN_SHEET,
        PINDUODUO_SHEET,
        TAOBAO_ORDERS_SHEET,
        TAOBAO_ITEMS_SHEET,
    )
}
SPECS = ("100g*2袋", "家庭装 5斤", "红色,大号", "")
FIRST_NUMBER = 5_000_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Sold:
    """What a line that counts must come out as; money in fen, without freight. `row` is where it stands."""

    line_key: str
    order_no: str
    quantity: int
    amount_fen: int
    paid: bool
    refunded_fen: int
    ordered_at: datetime
    live: bool
    row: Row = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written: which columns in which order, in which encoding, with which quirks."""

    sheet: Sheet
    columns: tuple[str, ...]
    encoding: str
    joins: bool

    @property
    def tells_freight(self) -> bool:
        """Whether freight can be taken off again, so that there may be some."""
        return self.sheet.freight in self.columns


@dataclass(frozen=True, slots=True)
class Order:
    """The lines of one order as they stand in one file; a spoilt one can't be read."""

    lines: tuple[Facts, ...]
    way: int
    spoilt: bool

    def at(self, state: State) -> Order:
        """The same order, further on in its life."""
        return replace(self, lines=tuple(replace(line, state=state) for line in self.lines))


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A generated file of orders with all that is known about it beforehand."""

    code: str
    columns: tuple[str, ...]
    encoding: str
    rows: tuple[Row, ...]
    lines: tuple[Sold, ...]
    held: int
    rejected: int

    @property
    def data(self) -> bytes:
        """The file as CSV."""
        return write_csv(self.rows, self.columns, self.encoding)

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
        """Every personal text that the file may hold."""
        return [text for number in range(1, 200) for text in canaries(number)]


@st.composite
def order_files(draw: st.DrawFn, code: str, min_orders: int = 1, max_orders: int = 4) -> KnownFile:
    """A file of the order export with this code; some of its rows are held, some can't be read."""
    style = draw(styles(code))
    count = draw(st.integers(min_orders, max_orders))
    return written_file(style, [draw(orders(style, number)) for number in range(1, count + 1)])


def known_exports(max_lines: int = 8) -> st.SearchStrategy[KnownFile]:
    """Files of 抖店 orders with about that many lines at most, of which one counts at least."""
    return order_files("doudian_orders", max_orders=max(1, max_lines // 2)).filter(
        lambda file: bool(file.lines)
    )


@st.composite
def lives(draw: st.DrawFn, code: str, files: int = 3, max_orders: int = 3) -> list[KnownFile]:
    """The same orders in files that were exported one after another: the last one holds how they stand now."""
    style = draw(styles(code))
    count = draw(st.integers(1, max_orders))
    sold = [replace(draw(orders(style, number)), spoilt=False) for number in range(1, count + 1)]
    last = len(style.sheet.life) - 1
    stages = [sorted(draw(st.integers(0, last)) for _ in range(files)) for _ in sold]
    return [
        written_file(
            style, [order.at(style.sheet.life[at[file]]) for order, at in zip(sold, stages, strict=True)]
        )
        for file in range(files)
    ]


@st.composite
def styles(draw: st.DrawFn, code: str) -> Style:
    """How a file of this layout may be written."""
    sheet = SHEETS[code]
    chance = random.Random(draw(st.integers(0, 2**16)))
    left_out = {name for name in sorted(sheet.optional) if chance.random() < 0.25}
    unread = [name for name in sheet.personal + sheet.others if chance.random() < 0.7]
    columns = [name for name in sheet.ours if name not in left_out] + unread
    chance.shuffle(columns)
    joins = bool(sheet.per_line) and draw(st.booleans())
    return Style(sheet, tuple(columns), draw(st.sampled_from(ENCODINGS)), joins)


@st.composite
def orders(draw: st.DrawFn, style: Style, number: int) -> Order:
    """One order: its lines share number, time and state, as several goods in one basket do."""
    sheet = style.sheet
    count = draw(st.integers(1, 3)) if sheet.has_lines else 1
    state = draw(st.sampled_from(sheet.states))
    ordered_at = FIRST_ORDER + timedelta(seconds=draw(st.integers(0, 90 * 86_400)))
    live = draw(st.booleans())
    lines = [
        replace(draw(_lines(style, number, at)), state=state, ordered_at=ordered_at, live=live)
        for at in range(count)
    ]
    spoilt = draw(st.integers(0, 9)) == 9
    return Order(tuple(lines), draw(st.integers(0, 10_000)), spoilt)


@st.composite
def _lines(draw: st.DrawFn, style: Style, number: int, at: int) -> Facts:
    """A line on its own; state, time and live are those of its order."""
    goods = draw(st.integers(3, 5_000_000))
    part = draw(st.integers(1, goods - 1))
    discount = draw(st.sampled_from((0, 100, 2_500)))
    # Nobody could tell a part from a discount of the same sum, or from all that is left.
    while abs(discount - part) <= 1 or 2 * part == goods:
        part = part % (goods - 1) + 1
        discount += 7
    return Facts(
        number=10 * number + at,
        order_no=str(FIRST_NUMBER + number),
        line_no=str(FIRST_NUMBER * 3 // 2 + 10 * number + at),
        title=draw(st.sampled_from(TITLES)),
        spec=f"{draw(st.sampled_from(SPECS))}{at or ''}",
        quantity=draw(st.integers(1, 20)),
        goods_fen=goods,
        freight_fen=draw(st.sampled_from((0, 600))) if style.tells_freight else 0,
        discount_fen=discount,
        part_fen=part,
        ordered_at=FIRST_ORDER,
        live=False,
        state=style.sheet.states[0],
    )


def written_file(style: Style, sold: Sequence[Order]) -> KnownFile:
    """The file of these orders, with what it comes to."""
    written = [(order, _rows(style, order)) for order in sold]
    # A row that several lines share stands for each of them.
    standing = [
        (line, rows[min(at, len(rows) - 1)])
        for order, rows in written
        if not order.spoilt
        for at, line in enumerate(order.lines)
    ]
    return KnownFile(
        code=style.sheet.code,
        columns=style.columns,
        encoding=style.encoding,
        rows=tuple(row for _, rows in written for row in rows),
        lines=tuple(_sold(style, line, row) for line, row in standing if not line.state.held),
        held=sum(line.state.held for line, _ in standing),
        rejected=sum(len(rows) for order, rows in written if order.spoilt),
    )


def _sold(style: Style, line: Facts, row: Row) -> Sold:
    return Sold(
        line_key=style.sheet.key(line),
        order_no=line.order_no,
        quantity=line.quantity,
        amount_fen=line.goods_fen,
        paid=line.state.paid,
        refunded_fen=line.refunded_fen,
        ordered_at=line.ordered_at,
        live=line.live and style.sheet.tells_live in style.columns,
        row=row,
    )


def _rows(style: Style, order: Order) -> list[Row]:
    sheet = style.sheet
    if style.joins and len(order.lines) > 1 and not any(";" in line.title for line in order.lines):
        rows = [_joined([sheet.row(line) for line in order.lines], sheet)]
    else:
        rows = [sheet.row(line, order.way + at) for at, line in enumerate(order.lines)]
    return [row | {sheet.quantity: "0"} for row in rows] if order.spoilt else rows


def _joined(rows: Sequence[Row], sheet: Sheet) -> Row:
    """One row for several sub-orders, the cells of each put one after another."""
    return rows[0] | {name: ";".join(row[name] for row in rows) for name in sheet.per_line if name in rows[0]}
