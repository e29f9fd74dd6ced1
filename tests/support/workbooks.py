"""Workbooks for the tests: good ones as Excel writes them, and raw ones in which anything may stand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

import xlsxwriter

from tests.support.exports import Row, doudian_row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DATE_STYLE = 1
SHEET_START = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>'
SHEET_END = "</sheetData></worksheet>"

Xml = str | Iterable[str]


def letters(column: int) -> str:
    """27 is AB."""
    found = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        found = chr(65 + letter) + found
    return found


def text_cell(row: int, column: int, text: str) -> str:
    """A cell with its text in it."""
    return (
        f'<c r="{letters(column)}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    )


def text_row(row: int, cells: Sequence[str]) -> str:
    """A row of such cells; the empty ones are left out, as spreadsheets do."""
    inside = "".join(text_cell(row, column, text) for column, text in enumerate(cells) if text)
    return f'<row r="{row}">{inside}</row>'


def sheet(*rows: str) -> str:
    """The XML of a sheet of these rows."""
    return SHEET_START + "".join(rows) + SHEET_END


def orders_sheet(rows: Sequence[Row]) -> str:
    """The XML of a sheet of orders under their header."""
    header = list(rows[0])
    body = [text_row(n, [row.get(name, "") for name in header]) for n, row in enumerate(rows, start=2)]
    return sheet(text_row(1, header), *body)


def raw_workbook(
    *sheets: Xml,
    shared: Xml | None = None,
    states: Mapping[int, str] | None = None,
    kind: str = KIND,
    calendar: str = "",
    more: Mapping[str, Xml] | None = None,
) -> bytes:
    """A workbook of these sheets; `states` hides some by number, `more` puts in or replaces members."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" state="{(states or {}).get(n - 1, "visible")}" r:id="r{n}"/>'
        for n in numbers
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers
    )
    members: dict[str, Xml] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {calendar}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
        "</styleSheet>",
        **{f"xl/worksheets/s{n}.xml": xml for n, xml in zip(numbers, sheets, strict=True)},
        **({} if shared is None else {"xl/sharedStrings.xml": shared}),
        **(more or {}),
    }
    return archive(members)


def archive(members: Mapping[str, Xml]) -> bytes:
    """A ZIP file, written piece by piece so that the big ones cost little."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, xml in members.items():
            with made.open(name, "w") as member:
                for piece in [xml] if isinstance(xml, str) else xml:
                    member.write(piece.encode())
    return buffer.getvalue()


def excel_workbook(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook as Excel writes it: shared texts, numbers as numbers, datetimes as styled day numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    )
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    found = book.add_worksheet("订单")
    for at, cells in enumerate([header, *rows]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                found.write_string(at, column, cell)
            elif isinstance(cell, int | float):
                found.write_number(at, column, cell)
            elif cell is not None:
                found.write_datetime(at, column, cell, date)
    book.close()
    return buffer.getvalue()


def typical_rows(count: int) -> Iterable[str]:
    """The pieces of a sheet of `count` orders whose texts are all its own, 38 columns wide."""
    header = list(doudian_row())
    yield SHEET_START + text_row(1, header)
    for number in range(1, count + 1):
        yield text_row(number + 1, list(doudian_row(number).values()))
    yield SHEET_END


class Endless(io.RawIOBase):
    """A stream of a header and then the same piece again and again; nothing of it is kept anywhere."""

    def __init__(self, header: bytes, piece: bytes, size: int) -> None:
        self._header, self._piece, self._size, self._at = header, piece, size, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next part, `size` or fewer bytes."""
        if self._at >= self._size:
            return b""
        if self._at == 0:
            self._at = len(self._header)
            return self._header
        self._at += len(self._piece)
        return self._piece


def zip_of_100_megabytes(file: BinaryIO) -> BinaryIO:
    """A file that begins like a workbook and goes on for more than may be uploaded; a hole on the disk."""
    file.write(b"PK\x03\x04")
    file.truncate(101 * 1024**2)
    file.seek(0)
    return file
