"""Tables that leave the house, as CSV and as a workbook: text stays text in every spreadsheet, numbers stay numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from domain import plain_cells

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

IN_MEMORY = 1024 * 1024
"""What is larger goes to the disk."""
BOM = "\ufeff"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": False,
    "default_date_format": "yyyy-mm-dd",
}
A4 = 9
WIDEST = 60


class Kind(StrEnum):
    """What a column holds; money is in fen and leaves in yuan."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    DAY = "day"


FORMATS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"text_wrap": True, "valign": "top"},
    Kind.COUNT: {"num_format": "0", "valign": "top"},
    Kind.MONEY: {"num_format": '"¥"#,##0.00;-"¥"#,##0.00', "valign": "top"},
    Kind.DAY: {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
}
Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it holds, and its width in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: a line above it, the columns, the rows, and the row of sums below them, in bold."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    sums: Sequence[Cell] = ()


def csv_table(rows: Iterable[Iterable[object]]) -> bytes:
    """CSV as spreadsheets open it (UTF-8 with BOM), no cell a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([plain_cells.plain_cell(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def csv_lines(headings: Sequence[str], parts: Iterable[Sequence[Sequence[object]]]) -> Iterator[bytes]:
    """A long table as CSV, part by part as it is asked for; its texts are plain cells already."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([plain_cells.plain_cell(heading) for heading in headings])
    yield _taken(text)
    for rows in parts:
        writer.writerows(rows)
        yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What has been written so far; it is empty again then."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def as_csv(sheet: Sheet) -> bytes:
    """A sheet as CSV: headings, rows and sums; yuan as plain numbers, days as 2026-10-12."""
    kinds = [column.kind for column in sheet.columns]
    rows = [*sheet.rows, *([sheet.sums] if sheet.sums else [])]
    return csv_table(
        [
            [column.title for column in sheet.columns],
            *([_flat(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in rows),
        ]
    )


def as_workbook(sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> IO[bytes]:
    """A workbook ready to be read and sent; its properties name the title and the time, nobody.

    Every text is written as a text cell, so that none becomes a formula or a link.
    """
    stream = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever sends it closes it
    from xlsxwriter import Workbook  # here: most processes never write one

    book = Workbook(stream, OPTIONS)
    book.set_properties(
        {"title": title, "author": "", "created": made_at.astimezone(UTC).replace(tzinfo=None)}
    )
    formats = {kind: book.add_format(how) for kind, how in FORMATS.items()}
    strong = {kind: book.add_format({**how, "bold": True, "top": 1}) for kind, how in FORMATS.items()}
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    big = book.add_format({"bold": True, "font_size": 14})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        _lay_out(page, sheet)
        page.write_string(0, 0, sheet.title, big)
        for place, column in enumerate(sheet.columns):
            page.write_string(1, place, column.title, head)
        last = 1
        for last, row in enumerate(sheet.rows, start=2):
            _write(page, last, sheet.columns, row, formats)
        if sheet.sums:
            _write(page, last + 1, sheet.columns, sheet.sums, strong)
    book.close()
    stream.seek(0)
    return stream


def _lay_out(page: Worksheet, sheet: Sheet) -> None:
    """On screen the headings stay, on paper they come again on every page of A4, as wide as one page."""
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, min(column.width, WIDEST))
    page.freeze_panes(2, 0)
    page.repeat_rows(0, 1)
    page.set_paper(A4)
    page.set_landscape() if len(sheet.columns) > 6 else page.set_portrait()
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")


def _write(
    page: Worksheet, line: int, columns: Sequence[Column], row: Sequence[Cell], formats: dict[Kind, Format]
) -> None:
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        how = formats[column.kind]
        if cell is None:
            page.write_blank(line, place, None, how)
        elif isinstance(cell, str):
            page.write_string(line, place, cell, how)
        elif isinstance(cell, int):
            page.write_number(line, place, cell / 100 if column.kind is Kind.MONEY else cell, how)
        else:
            page.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), how)  # noqa: DTZ001  a day has no zone


def _flat(kind: Kind, cell: Cell) -> object:
    if kind is Kind.MONEY and isinstance(cell, int):
        return Decimal(cell).scaleb(-2).quantize(Decimal("0.01"))
    return cell.isoformat() if isinstance(cell, date) else cell
