"""Generated after-sales files of 抖店 whose totals are known beforehand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st

from tests.support.exports.common import (
    ENCODINGS,
    FIRST_ORDER,
    Cells,
    Fen,
    Id,
    Row,
    personal,
    write_csv,
    written,
)
from tests.support.exports.doudian import CASE_COLUMNS, CASE_OTHERS, CASE_PERSONAL

OPTIONAL = ("商品ID", "退运费金额（元）", "售后申请时间", "商家退款时间")
OPEN, CLOSED, DONE = (
    ("待商家处理", "待商家收货"),
    ("售后关闭", "换货成功"),
    ("同意退款，退款成功", "部分退款成功"),
)
UNKNOWN = ("极速处理",)


@dataclass(frozen=True, slots=True)
class Case:
    """One case that really was: its words, what it asks for or gave back in fen, and how far it has come."""

    case_no: str
    order_no: str
    line_no: str
    goods_fen: int
    freight_fen: int
    word: str

    @property
    def held(self) -> bool:
        """Whether nobody knows its word."""
        return self.word in UNKNOWN

    @property
    def refunded_fen(self) -> int:
        """What went back for goods."""
        return self.goods_fen if self.word in DONE else 0

    @property
    def done(self) -> bool:
        """Whether money went back."""
        return self.word in DONE


@dataclass(frozen=True, slots=True)
class KnownCases:
    """A generated after-sales file with all that is known about it beforehand."""

    columns: tuple[str, ...]
    encoding: str
    rows: tuple[Row, ...]
    cases: tuple[Case, ...]
    held: int

    @property
    def data(self) -> bytes:
        """The file as CSV."""
        return write_csv(self.rows, self.columns, self.encoding)

    @property
    def refunded_fen(self) -> int:
        """What went back for goods in all cases."""
        return sum(case.refunded_fen for case in self.cases)


@st.composite
def case_files(draw: st.DrawFn, lines: Sequence[tuple[str, str]] = (("11", "12"),)) -> KnownCases:
    """A file with up to two cases for each of these lines, told by their order and sub-order numbers."""
    found = [
        draw(_cases(order_no, line_no, at))
        for order_no, line_no in lines
        for at in range(draw(st.integers(0, 2)))
    ]
    return draw(written_cases(found or [draw(_cases(*lines[0], 0))]))


@st.composite
def written_cases(draw: st.DrawFn, found: Sequence[Case]) -> KnownCases:
    """A file of these cases in some order of columns, encoding and quirks."""
    chance = random.Random(draw(st.integers(0, 2**16)))
    left_out = {name for name in OPTIONAL if chance.random() < 0.25}
    columns = [name for name in CASE_COLUMNS + CASE_PERSONAL + CASE_OTHERS if name not in left_out]
    chance.shuffle(columns)
    return KnownCases(
        columns=tuple(columns),
        encoding=draw(st.sampled_from(ENCODINGS)),
        rows=tuple(
            _row(case, number, chance.randint(0, 10_000)) for number, case in enumerate(found, start=1)
        ),
        cases=tuple(case for case in found if not case.held),
        held=sum(case.held for case in found),
    )


@st.composite
def case_lives(draw: st.DrawFn, lines: Sequence[tuple[str, str]], files: int = 2) -> list[KnownCases]:
    """The same cases in files exported one after another: the last one holds how they stand now."""
    first = [
        draw(_cases(order_no, line_no, at))
        for order_no, line_no in lines
        for at in range(draw(st.integers(0, 2)))
    ]
    if not first:
        first = [draw(_cases(*lines[0], 0))]
    path = (OPEN[0], CLOSED[0], DONE[0])
    stages = [sorted(draw(st.integers(0, 2)) for _ in range(files)) for _ in first]
    return [
        draw(
            written_cases(
                [replace(case, word=path[at[file]]) for case, at in zip(first, stages, strict=True)]
            )
        )
        for file in range(files)
    ]


@st.composite
def _cases(draw: st.DrawFn, order_no: str, line_no: str, at: int) -> Case:
    return Case(
        case_no=f"{7_000_000_000 + int(line_no) % 1_000_000_000}{at}",
        order_no=order_no,
        line_no=line_no,
        goods_fen=draw(st.integers(0, 2_000_000)),
        freight_fen=draw(st.sampled_from((0, 500))),
        word=draw(st.sampled_from(OPEN + CLOSED + DONE + DONE + UNKNOWN)),
    )


def _row(case: Case, number: int, way: int) -> Row:
    asked = FIRST_ORDER + timedelta(days=2, seconds=number)
    cells: Cells = {
        "售后单号": Id(case.case_no),
        "订单号": Id(case.order_no),
        "商品单号": Id(case.line_no),
        "商品ID": Id("3561234567890123456"),
        "退商品金额（元）": Fen(case.goods_fen),
        "退运费金额（元）": Fen(case.freight_fen),
        "售后状态": case.word,
        "售后申请时间": asked,
        "商家退款时间": asked + timedelta(days=1) if case.done else None,
    }
    ours = {name: written(cell, way + 7 * at) for at, (name, cell) in enumerate(cells.items())}
    return dict.fromkeys(CASE_OTHERS, f"另{number}") | personal(CASE_PERSONAL, number) | ours
