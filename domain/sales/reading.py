"""Reading an export: an upload's records become picked rows, and those lines or cases, held lines and rejections."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from domain.sales.cells import header_key, is_blank
from domain.sales.decoding import Limits, TextLines
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import Platform
from domain.sales.picking import PickedRow, Picker
from domain.sales.platforms import Field, Layout, chosen, match_columns, names, sniff
from domain.sales.problems import FileCode, FileError, RowCode, RowError
from domain.sales.rows import Outcome, RowParser

_NUMBER = re.compile("[0-9]{4}")

Record = tuple[int, Sequence[str] | None]
"""The line on which a record begins and its cells; None stands for one with broken quotes."""


class OrderExport:
    """An export whose header has been understood; iterating reads its rows, once, in bounded memory.

    Raises FileError when constructed and, for what only shows later (a NUL, bad bytes, too many rows, a quote
    that is never closed, no rows at all), while iterated: keep nothing before the iteration has come to its
    end. `platform` overrides the sniffing.
    """

    def __init__(
        self,
        records: Iterable[Record],
        *,
        platform: str | None = None,
        layouts: Sequence[Layout] = LAYOUTS,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._layouts = layouts
        self._records = iter(records)
        header = self._header()
        self.layout = sniff(header, layouts) if platform is None else chosen(platform, layouts, header)
        self.columns = match_columns(header, self.layout)
        self._header_keys = [header_key(name) for name in header]
        self._order_no_at = self.columns.positions.get(Field.ORDER_NO, 0)

    @property
    def platform(self) -> Platform:
        """The platform that this file comes from."""
        return self.layout.platform

    def picked(self) -> Iterator[PickedRow | RowError]:
        """The rows without the columns that nobody may keep."""
        rows, most, pick = 0, self._limits.max_rows, Picker(self.columns).pick
        for line, record in self._records:
            rows += 1
            if rows > most:
                raise FileError(FileCode.TOO_MANY_ROWS, rows=self._limits.max_rows)
            if record is None:
                yield RowError(line, None, RowCode.MALFORMED_QUOTES)
            elif self._is_header(line, record):
                yield RowError(line, None, RowCode.REPEATED_HEADER)
            else:
                yield pick(line, record)
        if rows == 0:
            raise FileError(FileCode.HEADER_ONLY, platform=self.layout.name)

    def __iter__(self) -> Iterator[Outcome]:
        parser = RowParser(self.layout, self.columns.headers)
        for row in self.picked():
            if isinstance(row, RowError):
                yield row
            else:
                yield from parser.parse(row)

    def _is_header(self, line: int, record: Sequence[str]) -> bool:
        """Whether a row repeats the header; raises FileError for the header of another table.

        An order number has digits in a row, and nearly every row has one: only others are looked at whole.
        """
        at = self._order_no_at
        if at < len(record) and _NUMBER.search(record[at]):
            return False
        keys = [header_key(cell) for cell in record]
        if keys[: len(self._header_keys)] == self._header_keys:
            return True
        present = frozenset(keys)
        if any(layout.fits(present) for layout in self._layouts):
            raise FileError(FileCode.MIXED_PLATFORMS, line=line)
        return False

    def _header(self) -> Sequence[str]:
        for _line, record in self._records:
            if record is None:
                break
            return record
        raise FileError(FileCode.UNKNOWN_LAYOUT, platforms=names(self._layouts))


class CsvRecords:
    """The records of a CSV in UTF-8 or GB18030; iterate once. Raises FileError when constructed or iterated.

    The stream must be binary and is left open.
    """

    def __init__(self, stream: BinaryIO, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lines = TextLines(stream, self._limits)
        self._begins_at = 1
        self._reader = csv.reader(self._guarded(), strict=True)

    @property
    def encoding(self) -> str:
        """How the header was encoded, known once it has been read: utf-8 or gb18030."""
        return self._lines.encoding

    def __iter__(self) -> Iterator[Record]:
        while True:
            self._begins_at = self._reader.line_num + 1
            try:
                record = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                self._refuse_if_lines_were_swallowed()
                yield self._begins_at, None
            else:
                if len(record) > self._limits.max_cells:
                    raise FileError(FileCode.LINE_TOO_LONG, line=self._begins_at)
                if not is_blank(record):
                    yield self._begins_at, record

    def _guarded(self) -> Iterator[str]:
        for number, line in enumerate(self._lines, start=1):
            if number - self._begins_at >= self._limits.max_record_lines:
                raise FileError(FileCode.UNCLOSED_QUOTE, line=self._begins_at)
            yield line

    def _refuse_if_lines_were_swallowed(self) -> None:
        """An open quote takes the rows after it along; nobody can tell which, so the file is refused."""
        if self._reader.line_num > self._begins_at:
            raise FileError(FileCode.UNCLOSED_QUOTE, line=self._begins_at)
