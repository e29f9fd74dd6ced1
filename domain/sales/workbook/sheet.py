"""The rows of one sheet, one after the other, as lists of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from domain.sales.workbook import limits as no
from domain.sales.workbook.book import Book
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.values import iso_moment, moment, number, unescape
from domain.sales.workbook.xml import Attributes, feed, local, parser

LAST_ROW = 2**20
Row = tuple[int, list[str]]
_DIGITS = "0123456789"
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}
_KNOWN_AT_MOST = 8192


def rows(chunks: Iterable[bytes], book: Book, limits: WorkbookLimits) -> Iterator[Row]:
    """Each row in which something stands: its number on the sheet, and its cells up to the last filled one.

    Raises Refused. Formulas count as the value that was saved with them, an empty cell where there was none.
    """
    reader = _Reader(book, limits)
    for _ in feed(reader.parser, chunks, limits):
        yield from reader.found
        reader.found.clear()


class _Known(dict[str, str]):
    """What a text stands for, worked out once for the first few thousand: status words and prices come again."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, raw: str) -> str:
        text = self._work_out(raw)
        if len(self) < _KNOWN_AT_MOST:
            self[raw] = text
        return text


class _Columns(dict[str, int]):
    """The number of a column, counted from 0, by its letters: 27 for AB."""

    def __missing__(self, letters: str) -> int:
        if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) < 4):
            raise Refused(no.BROKEN)
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self[letters] = column - 1
        return column - 1


class _Reader:
    """Turns the tags of a sheet into rows; for a large file its methods are called twenty million times."""

    def __init__(self, book: Book, limits: WorkbookLimits) -> None:
        self._book = book
        self._limits = limits
        self._max_cells = limits.max_cells
        self._columns = _Columns()
        self._shared = _Known(self._shared_text)
        self._numbers = _Known(number)
        self._parts: list[str] = []
        self._cells: list[str] = []
        self._rows = self._row = 0
        self._column = -1
        self._cell: Attributes = {}
        self._aloud = False
        self.found: list[Row] = []
        self.parser: Any = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._parts.append

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell = attributes
            if "r" in attributes:
                self._column = self._columns[attributes["r"].rstrip(_DIGITS)]
            else:
                self._column += 1
        elif tag == "v" or tag == "t":
            self._parts.clear()
        elif tag == "row":
            self._begin_row(attributes.get("r"))
        elif tag == "rPh":
            self._aloud = True
        elif ":" in tag:
            self._start(local(tag), attributes)

    def _end(self, tag: str) -> None:
        if tag == "v":
            text = self._value("".join(self._parts))
            if len(self._cells) < self._column:
                self._cells.extend([""] * (self._column - len(self._cells)))
            if len(self._cells) != self._column or self._column >= self._max_cells:
                self._refuse_place()
            self._cells.append(text)
        elif tag != "c":
            self._end_other(tag)

    def _end_other(self, tag: str) -> None:
        if tag == "row":
            self._end_row()
        elif tag == "t":
            self._add_run(unescape("".join(self._parts)))
        elif tag == "rPh":
            self._aloud = False
        elif tag == "sheetData":
            # What follows, such as rules for colours, has values of its own.
            self.parser.StartElementHandler = self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None
        elif ":" in tag:
            self._end(local(tag))

    def _begin_row(self, told: str | None) -> None:
        row = self._row + 1 if told is None else int(told) if told.isdecimal() and len(told) < 9 else 0
        if not self._row < row <= LAST_ROW:
            raise Refused(no.BROKEN)
        self._rows += 1
        if self._rows > self._limits.max_lines:
            raise Refused(no.TOO_MANY_ROWS, rows=self._limits.max_rows)
        self._row, self._column, self._cells = row, -1, []

    def _end_row(self) -> None:
        whole = "".join(self._cells)
        if "\0" in whole:
            raise Refused(no.NUL, line=self._row)
        if len(whole) > self._limits.max_line_bytes:
            raise Refused(no.LINE_TOO_LONG, line=self._row)
        if whole.strip():
            if max(map(len, self._cells)) > self._limits.max_cell:
                raise Refused(no.LINE_TOO_LONG, line=self._row)
            self.found.append((self._row, self._cells))
        self._cells = []

    def _add_run(self, text: str) -> None:
        """Put a run of a text that stands in the cell itself behind those before it."""
        cells = self._cells
        if self._aloud or self._column < 0:
            return
        cells.extend([""] * (self._column + 1 - len(cells)))
        if len(cells) != self._column + 1 or self._column >= self._max_cells:
            self._refuse_place()
        cells[-1] += text
        if len(cells[-1]) > self._limits.max_cell:
            raise Refused(no.LINE_TOO_LONG, line=self._row)

    def _refuse_place(self) -> None:
        """A cell too far to the right, or not to the right of the one before it."""
        if self._column >= self._max_cells:
            raise Refused(no.LINE_TOO_LONG, line=self._row)
        raise Refused(no.BROKEN)

    def _value(self, raw: str) -> str:
        cell = self._cell
        kind = cell.get("t", "n")
        if kind == "s":
            return self._shared[raw]
        if kind == "n":
            if cell.get("s", "0") in self._book.date_styles and raw:
                return moment(raw.strip(), since_1904=self._book.since_1904)
            return self._numbers[raw]
        if kind == "b":
            return _BOOLEANS.get(raw, raw)
        return iso_moment(raw) if kind == "d" else unescape(raw)

    def _shared_text(self, raw: str) -> str:
        return self._book.strings[int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else -1]
