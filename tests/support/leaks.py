"""Looking for buyers: exports of every layout full of canaries, and all that the database holds as one text."""

from __future__ import annotations

import zlib

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from models import Base, SalesImportChunk
from tests.support.exports import (
    CASE_COLUMNS,
    CASE_OTHERS,
    CASE_PERSONAL,
    SHEETS,
    Row,
    canaries,
    doudian_case_row,
    platform_row,
    write_csv,
)
from tests.support.workbooks import excel_workbook

CASES = "doudian_after_sales"
EVERY_LAYOUT = (*sorted(SHEETS), CASES)
BUYERS = range(77_000_001, 77_000_006)
"""The numbers of the buyers: nobody of the house that the builders make has such a phone."""


def rows_of(code: str) -> tuple[tuple[str, ...], list[Row]]:
    """The columns and five rows of a layout with everything personal: three good ones, one held, one rejected."""
    *good, held, broken = BUYERS
    if code == CASES:
        cases = [doudian_case_row(number) for number in good]
        cases += [doudian_case_row(held, 售后状态="极速处理"), doudian_case_row(broken, 退商品金额="很多")]
        return (*CASE_COLUMNS, *CASE_PERSONAL, *CASE_OTHERS), cases
    rows = [platform_row(code, number) for number in good]
    rows.append(platform_row(code, held, 订单状态="神秘状态"))
    rows.append(platform_row(code, broken, **{SHEETS[code].quantity: "两个"}))
    return SHEETS[code].columns, rows


def export_of(code: str, kind: str = "csv") -> bytes:
    """These rows as CSV or as XLSX."""
    columns, rows = rows_of(code)
    if kind == "csv":
        return write_csv(rows, columns, "gb18030")
    return excel_workbook(columns, [[row.get(name) for name in columns] for row in rows])


def dump(db: SQLAlchemy) -> str:
    """Every value of every table, as text, and what is packed in it."""
    db.session.rollback()
    rows = [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))]
    packed = db.session.scalars(select(SalesImportChunk.content))
    return "\n".join([*rows, *(zlib.decompress(content).decode() for content in packed)])


def canaries_in(text: str) -> list[str]:
    """The personal texts of these buyers that are found there."""
    return [canary for number in BUYERS for canary in canaries(number) if canary in text]
