"""The rows of one sheet, one after the other, as lists of texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from domain.sales.workbook import limits as no
from domain.sales.workbook.book import Book
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.values import iso_moment, moment, number, unescape
from domain.sales.workbook.xml import Attributes, feed, local, parser

LAST_ROW = 2**20
Row = tuple[int, list[str]]
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


def rows(chunks: Iterable[bytes], book: Book, limits: WorkbookLimits) -> Iterator[Row]:
    """Each row in which something stands: its number on the sheet, and its cells up to the last filled one.

    Raises Refused. Formulas count as the value that was saved with them, an empty cell where there was none.
    """
    reader = _Reader(book, limits)
    for _ in feed(reader.parser, chunks, limits):
        yield from reader.found
        reader.found.clear()


class _Reader:
    """Turns the tags of a sheet into rows; its methods are called some ten million times for a large file."""

    def __init__(self, book: Book, limits: WorkbookLimits) -> None:
        self._book = book
        self._limits = limits
        self._columns: dict[str, int] = {}
        self._parts: list[str] = []
        self._cells: list[str] = []
        self._rows = 0
        self._row = 0
        self._column = -1
        self._length = 0
        self._kind = self._style = ""
        self._aloud = False
        self.found: list[Row] = []
        self.parser: Any = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._parts.append

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._parts.clear()
        if ":" in tag:
            tag = local(tag)
        if tag == "c":
            place = attributes.get("r")
            self._column = self._column + 1 if place is None else self._placed(place)
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
        elif tag == "row":
            self._begin_row(attributes.get("r"))
        elif tag == "rPh":
            self._aloud = True

    def _end(self, tag: str) -> None:
        if ":" in tag:
            tag = local(tag)
        if tag == "v":
            self._put(self._value("".join(self._parts)), again=False)
        elif tag == "t":
            if not self._aloud:
                self._put(unescape("".join(self._parts)), again=True)
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._aloud = False

    def _begin_row(self, told: str | None) -> None:
        row = self._row + 1 if told is None else int(told) if told.isdecimal() and len(told) < 9 else 0
        if not self._row < row <= LAST_ROW:
            raise Refused(no.BROKEN)
        self._rows += 1
        if self._rows > self._limits.max_lines:
            raise Refused(no.TOO_MANY_ROWS, rows=self._limits.max_rows)
        self._row, self._column, self._length, self._cells = row, -1, 0, []

    def _end_row(self) -> None:
        if any(map(str.strip, self._cells)):
            self.found.append((self._row, self._cells))
        self._cells = []

    def _put(self, text: str, *, again: bool) -> None:
        """Put a text into the current cell; only the runs of a rich text come in several (`again`)."""
        cells = self._cells
        self._length += len(text)
        if self._column >= self._limits.max_cells or self._length > self._limits.max_line_bytes:
            raise Refused(no.LINE_TOO_LONG, line=self._row)
        if len(cells) <= self._column:
            cells.extend([""] * (self._column - len(cells)))
            cells.append(text)
        elif again and len(cells) == self._column + 1:
            cells[-1] += text
        else:
            raise Refused(no.BROKEN)
        if len(cells[-1]) > self._limits.max_cell:
            raise Refused(no.LINE_TOO_LONG, line=self._row)
        if "\0" in text:
            raise Refused(no.NUL, line=self._row)

    def _value(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._book.strings[int(raw) if raw.isdecimal() and len(raw) < 10 else -1]
        if kind == "n":
            if self._style in self._book.date_styles:
                return moment(raw.strip(), since_1904=self._book.since_1904) if raw else ""
            return number(raw.strip())
        if kind == "b":
            return _BOOLEANS.get(raw, raw)
        return iso_moment(raw) if kind == "d" else unescape(raw)

    def _placed(self, place: str) -> int:
        """The column of a cell's place, 27 for AB12, counted from 0."""
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) < 4):
                raise Refused(no.BROKEN)
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            column -= 1
            self._columns[letters] = column
        return column
