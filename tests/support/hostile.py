"""Every kind of hostile or foreign file that somebody may upload, with the code that it must be refused with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from tempfile import TemporaryFile
from typing import BinaryIO

from domain.sales.problems import FileCode
from tests.support import workbooks
from tests.support.exports import OUR_COLUMNS, doudian_csv, doudian_row
from tests.support.workbooks import (
    MAIN,
    SHEET_END,
    SHEET_START,
    archive,
    orders_sheet,
    raw_workbook,
    sheet,
    text_row,
)

ROWS = [doudian_row(number) for number in range(1, 4)]
HEADER = list(ROWS[0])
ORDERS = orders_sheet(ROWS)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
BINARY_SHEETS = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LAUGHTER = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY a "ha">{LAUGHTER}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def with_doctype(doctype: str, inside: str) -> str:
    """The orders again, with a DOCTYPE in front and an entity in a cell."""
    return doctype + ORDERS.replace(SHEET_START, SHEET_START.partition("?>")[2], 1).replace(
        "已完成", inside, 1
    )


def many_rows(count: int) -> Iterable[str]:
    """A sheet of as many rows as it takes, all alike."""
    yield SHEET_START + text_row(1, HEADER)
    for _ in range(count // 1024):
        yield "<row><c><v>1</v></c></row>" * 1024
    yield SHEET_END


def spaces(megabytes: int) -> Iterable[str]:
    """A sheet with a text in it that packs to nearly nothing."""
    yield SHEET_START + "<row><c t='str'><v>"
    for _ in range(megabytes):
        yield " " * 1024**2
    yield "</v></c></row>" + SHEET_END


def long_text(megabytes: int) -> Iterable[str]:
    """Shared texts of which one is endless."""
    yield f'<sst xmlns="{MAIN}"><si><t>'
    for _ in range(megabytes):
        yield "聚福小区" * (1024**2 // 12)
    yield "</t></si></sst>"


def encrypted() -> bytes:
    """A ZIP file of which a member has a password."""
    data = raw_workbook(ORDERS)
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]


def lying() -> bytes:
    """A workbook whose directory says that its sheet is much smaller than it is."""
    data = raw_workbook(spaces(40))
    size = data.find(
        (40 * 1024**2 + len("".join(spaces(0)))).to_bytes(4, "little"), data.index(b"PK\x01\x02")
    )
    return data[:size] + (1000).to_bytes(4, "little") + data[size + 4 :]


def damaged() -> bytes:
    """A workbook with other bytes in the middle of its sheet."""
    data = raw_workbook(orders_sheet([doudian_row(number) for number in range(1, 200)]))
    middle = len(data) // 2
    return data[:middle] + bytes(40) + data[middle + 40 :]


def with_cell(cell: str) -> bytes:
    """A workbook whose first order is only this cell."""
    return raw_workbook(sheet(text_row(1, HEADER), f'<row r="2">{cell}</row>'))


def csv_of_100_megabytes() -> BinaryIO:
    """A CSV that goes on for more than may be uploaded, with few rows."""
    columns = (*OUR_COLUMNS, "买家留言")
    row = doudian_csv([doudian_row(买家留言="x" * 250_000)], columns=columns).split(b"\r\n")[1] + b"\r\n"
    return workbooks.Endless(doudian_csv([], columns=columns), row, 102 * 1024**2)  # type: ignore[return-value]  reads like a stream


def zip_of_100_megabytes() -> BinaryIO:
    """The same for what begins like a workbook."""
    return workbooks.zip_of_100_megabytes(TemporaryFile())  # type: ignore[arg-type]  TemporaryFile is one


CSV_COLUMNS = list(OUR_COLUMNS)
LINE = doudian_csv(ROWS, columns=CSV_COLUMNS).split(b"\r\n")[1]

FILES: dict[str, tuple[Callable[[], bytes | BinaryIO], FileCode]] = {
    "empty": (lambda: b"", FileCode.EMPTY),
    "header only": (lambda: doudian_csv([]), FileCode.HEADER_ONLY),
    "header only, workbook": (lambda: raw_workbook(sheet(text_row(1, HEADER))), FileCode.HEADER_ONLY),
    "empty workbook": (lambda: raw_workbook(sheet()), FileCode.EMPTY),
    "workbook without sheets": (lambda: raw_workbook(), FileCode.EMPTY),
    "100 MB": (csv_of_100_megabytes, FileCode.TOO_LARGE),
    "100 MB, like a workbook": (zip_of_100_megabytes, FileCode.TOO_LARGE),
    "2^20 rows": (
        lambda: workbooks.Endless(doudian_csv([], columns=CSV_COLUMNS), b"1\n" * 2048, 2**21),
        FileCode.TOO_MANY_ROWS,
    ),
    "2^20 rows, workbook": (lambda: raw_workbook(many_rows(2**20)), FileCode.TOO_MANY_ROWS),
    "UTF-16": (lambda: doudian_csv(ROWS, encoding="utf-16"), FileCode.UTF16),
    "bad UTF-8": (
        lambda: doudian_csv(ROWS, encoding="utf-8", columns=CSV_COLUMNS) + b"\xff\xfe\n",
        FileCode.BAD_ENCODING,
    ),
    "NUL": (lambda: doudian_csv(ROWS, columns=CSV_COLUMNS) + LINE.replace(b",1,", b",\0,"), FileCode.NUL),
    "NUL, workbook": (
        lambda: with_cell("<c t='inlineStr'><is><t>a_x0000_b</t></is></c>"),
        FileCode.NUL,
    ),
    "NUL as it is, workbook": (lambda: with_cell("<c t='str'><v>a\0b</v></c>"), FileCode.WORKBOOK_BROKEN),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, FileCode.BINARY),
    "old Excel": (lambda: OLE, FileCode.OLD_EXCEL),
    "with a password": (
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        FileCode.PASSWORD_PROTECTED,
    ),
    "encrypted ZIP": (encrypted, FileCode.PASSWORD_PROTECTED),
    "ZIP of a CSV": (lambda: archive({"orders.csv": "x"}), FileCode.ARCHIVE),
    "macros": (lambda: raw_workbook(ORDERS, kind=MACROS), FileCode.WORKBOOK_KIND),
    "binary workbook": (lambda: raw_workbook(ORDERS, kind=BINARY_SHEETS), FileCode.WORKBOOK_KIND),
    "letter": (lambda: raw_workbook(ORDERS, kind=WORD), FileCode.WORKBOOK_KIND),
    "OpenDocument": (
        lambda: archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        FileCode.WORKBOOK_KIND,
    ),
    "half a workbook": (lambda: raw_workbook(ORDERS)[:900], FileCode.WORKBOOK_BROKEN),
    "damaged workbook": (damaged, FileCode.WORKBOOK_BROKEN),
    "sheet that is no XML": (lambda: raw_workbook("<row>"), FileCode.WORKBOOK_BROKEN),
    "workbook without its sheet": (
        lambda: raw_workbook(ORDERS).replace(b"worksheets/s1", b"worksheets/s7"),
        FileCode.WORKBOOK_BROKEN,
    ),
    "ZIP bomb": (lambda: raw_workbook(spaces(40)), FileCode.WORKBOOK_TOO_HEAVY),
    "ZIP bomb that lies": (lying, FileCode.WORKBOOK_BROKEN),
    "ZIP bomb in a small part": (
        lambda: raw_workbook(ORDERS, more={"xl/styles.xml": spaces(9)}),
        FileCode.WORKBOOK_TOO_HEAVY,
    ),
    "tags in tags": (lambda: raw_workbook(SHEET_START + "<a>" * 3_000_000), FileCode.WORKBOOK_TOO_HEAVY),
    "too many members": (
        lambda: archive({f"{number:0150}": "" for number in range(6_000)} | {"[Content_Types].xml": ""}),
        FileCode.WORKBOOK_TOO_HEAVY,
    ),
    "endless text": (lambda: raw_workbook(ORDERS, shared=long_text(70)), FileCode.WORKBOOK_TOO_HEAVY),
    "billion laughs": (lambda: raw_workbook(with_doctype(LAUGHS, "&j;")), FileCode.WORKBOOK_BROKEN),
    "billion laughs in the texts": (
        lambda: raw_workbook(ORDERS, shared=f"{LAUGHS}<sst><si><t>&j;</t></si></sst>"),
        FileCode.WORKBOOK_BROKEN,
    ),
    "entity from outside": (lambda: raw_workbook(with_doctype(OUTSIDE, "&e;")), FileCode.WORKBOOK_BROKEN),
    "wide row": (
        lambda: raw_workbook(sheet(text_row(1, HEADER), text_row(2, ["x"] * 1001))),
        FileCode.LINE_TOO_LONG,
    ),
    "cell far to the right": (
        lambda: with_cell('<c r="XFD2" t="str"><v>x</v></c>'),
        FileCode.LINE_TOO_LONG,
    ),
    "long cell": (
        lambda: with_cell(f"<c t='str'><v>{'x' * 40_000}</v></c>"),
        FileCode.LINE_TOO_LONG,
    ),
    "cells in no order": (
        lambda: with_cell('<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>'),
        FileCode.WORKBOOK_BROKEN,
    ),
    "rows in no order": (
        lambda: raw_workbook(sheet(text_row(2, HEADER), text_row(1, HEADER))),
        FileCode.WORKBOOK_BROKEN,
    ),
    "text that is not there": (lambda: with_cell('<c t="s"><v>7</v></c>'), FileCode.WORKBOOK_BROKEN),
    "endless tag": (
        lambda: raw_workbook(SHEET_START + f'<row a="{"x" * 3_000_000}"/>' + SHEET_END),
        FileCode.WORKBOOK_BROKEN,
    ),
    "column twice": (
        lambda: doudian_csv(ROWS, columns=[*CSV_COLUMNS, "订单应付金额"]),
        FileCode.DUPLICATE_COLUMN,
    ),
    "column twice, workbook": (
        lambda: raw_workbook(
            sheet(text_row(1, [*HEADER, "订单应付金额"]), text_row(2, list(ROWS[0].values())))
        ),
        FileCode.DUPLICATE_COLUMN,
    ),
    "two sheets of orders": (lambda: raw_workbook(ORDERS, ORDERS), FileCode.SEVERAL_SHEETS),
    "no orders": (lambda: raw_workbook(sheet(text_row(1, ["姓名", "电话"]))), FileCode.UNKNOWN_LAYOUT),
    "orders on a hidden sheet": (
        lambda: raw_workbook(sheet(text_row(1, ["说明"])), ORDERS, states={1: "hidden"}),
        FileCode.UNKNOWN_LAYOUT,
    ),
}


def opened(name: str) -> BinaryIO:
    """One of them as an upload."""
    made = FILES[name][0]()
    return upload(made) if isinstance(made, bytes) else made


def upload(data: bytes) -> BinaryIO:
    """These bytes as an upload that was small enough to stay in memory."""
    return io.BytesIO(data)
