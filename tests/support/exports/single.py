"""Single rows of any layout, for tests that know which one they want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from tests.support.exports.common import FIRST_ORDER, Row, write_csv
from tests.support.exports.generate import FIRST_NUMBER, SHEETS
from tests.support.exports.sheets import Facts


def platform_row(code: str, number: int = 1, /, **cells: str) -> Row:
    """A paid row of ¥39.90 without any refund; `number` makes it unique, keywords replace cells."""
    return SHEETS[code].row(platform_facts(code, number)) | cells


def platform_facts(code: str, number: int = 1) -> Facts:
    """What such a row tells; order and sub-order have the same number, as those of a single line have."""
    return Facts(
        number=number,
        order_no=str(FIRST_NUMBER + number),
        line_no=str(FIRST_NUMBER + number),
        title="【泉港】头水紫菜 无沙干货",
        spec="100g*2袋",
        quantity=1,
        goods_fen=3990,
        freight_fen=0,
        discount_fen=0,
        part_fen=1000,
        ordered_at=FIRST_ORDER + timedelta(minutes=number % 100_000),
        live=True,
        state=SHEETS[code].states[0],
    )


def platform_csv(code: str, rows: Iterable[Mapping[str, str]], encoding: str = "gb18030") -> bytes:
    """A whole export of these rows with every column of its platform."""
    return write_csv(rows, SHEETS[code].columns, encoding)
