"""What stands in a table that the house gives out: the cells of a workbook and of CSV, as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
SPREADSHEETS = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
)

Grid = list[list[str | float | None]]


def read_workbook(data: bytes) -> dict[str, Grid]:
    """The cells of every sheet: text, numbers, None for an empty one; a formula reads =…."""
    with ZipFile(io.BytesIO(data)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  written by ourselves a moment ago
        names = [one.get("name", "") for one in book.iter(f"{MAIN}sheet")]
        pages = [archive.read(f"xl/worksheets/sheet{number}.xml") for number, _ in enumerate(names, start=1)]
        assert not [name for name in archive.namelist() if "_rels/sheet" in name], (
            "a link leads out of the workbook"
        )
    return {name: _grid(page) for name, page in zip(names, pages, strict=True)}


def read_csv(data: bytes) -> list[list[str]]:
    """The cells of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def texts(media_type: str, data: bytes) -> Iterator[str]:
    """Every text of a table, or of the tables within a ZIP, as a spreadsheet would take it."""
    if media_type == "text/csv":
        yield from (cell for row in read_csv(data) for cell in row)
    elif media_type == "application/zip":
        with ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    yield from texts("text/csv", archive.read(name))
    else:
        for grid in read_workbook(data).values():
            # In a workbook the type of the cell decides: only a formula reads =… here.
            yield from (cell for row in grid for cell in row if isinstance(cell, str))


def is_formula(media_type: str, text: str) -> bool:
    """Whether a spreadsheet would reckon with it; written apart from the rule that it judges."""
    if media_type not in ("text/csv", "application/zip"):
        return text.startswith("\0=")
    bare = unicodedata.normalize("NFKC", text).lstrip(" \u3000\ufeff\u200b\t\r\n")
    starts = bool(text) and (text[0] in "\t\r\n" or bare[:1] in ("=", "+", "-", "@"))
    return starts and not NUMBER.fullmatch(text)


def _grid(page: bytes) -> Grid:
    rows = ElementTree.fromstring(page).iter(f"{MAIN}row")  # noqa: S314  written by ourselves a moment ago
    return [[_cell(cell) for cell in row.iter(f"{MAIN}c")] for row in rows]


def _cell(cell: ElementTree.Element) -> str | float | None:
    formula = cell.find(f"{MAIN}f")
    if formula is not None:
        return f"\0={formula.text}"
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
    value = cell.find(f"{MAIN}v")
    return None if value is None or value.text is None else float(value.text)
