"""Reading an order export: an upload's bytes become order lines, held lines and rejected rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from domain.sales.cells import is_blank
from domain.sales.decoding import Limits, TextLines
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import Platform
from domain.sales.platforms import Layout, chosen, match_columns, sniff
from domain.sales.problems import FileCode, FileError, RowCode, RowError
from domain.sales.rows import Outcome, RowParser


class OrderExport:
    """A CSV export whose header has been understood; iterating reads its rows, once, in bounded memory.

    Raises FileError when constructed and, for what only shows later (a NUL, bad bytes, too many rows, a quote
    that is never closed, no rows at all), while iterated: keep nothing before the iteration has come to its
    end. The stream must be binary and is left open. `platform` overrides the sniffing.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        platform: str | None = None,
        layouts: Sequence[Layout] = LAYOUTS,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._layouts = layouts
        self._lines = TextLines(stream, self._limits)
        self._records = _Records(self._lines, self._limits)
        header = self._header()
        self.layout = sniff(header, layouts) if platform is None else chosen(platform, layouts)
        self.columns = match_columns(header, self.layout)

    @property
    def platform(self) -> Platform:
        """The platform that this file comes from."""
        return self.layout.platform

    @property
    def encoding(self) -> str:
        """How the header was encoded: utf-8 or gb18030."""
        return self._lines.encoding

    def __iter__(self) -> Iterator[Outcome]:
        parser = RowParser(self.layout, self.columns)
        rows = 0
        for line, record in self._records:
            rows += 1
            if rows > self._limits.max_rows:
                raise FileError(FileCode.TOO_MANY_ROWS, rows=self._limits.max_rows)
            if record is None:
                yield RowError(line, None, RowCode.MALFORMED_QUOTES)
            else:
                yield from parser.parse(line, record)
        if rows == 0:
            raise FileError(FileCode.HEADER_ONLY, platform=self.layout.name)

    def _header(self) -> Sequence[str]:
        for _line, record in self._records:
            if record is None:
                break
            return record
        raise FileError(FileCode.UNKNOWN_LAYOUT, platforms=[layout.name for layout in self._layouts])


class _Records:
    """The records of a CSV with the line on which each begins; None stands for one with broken quotes."""

    def __init__(self, lines: TextLines, limits: Limits) -> None:
        self._limits = limits
        self._begins_at = 1
        self._reader = csv.reader(self._guarded(lines), strict=True)

    def __iter__(self) -> Iterator[tuple[int, Sequence[str] | None]]:
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

    def _guarded(self, lines: TextLines) -> Iterator[str]:
        for number, line in enumerate(lines, start=1):
            if number - self._begins_at >= self._limits.max_record_lines:
                raise FileError(FileCode.UNCLOSED_QUOTE, line=self._begins_at)
            yield line

    def _refuse_if_lines_were_swallowed(self) -> None:
        """An open quote takes the rows after it along; nobody can tell which, so the file is refused."""
        if self._reader.line_num > self._begins_at:
            raise FileError(FileCode.UNCLOSED_QUOTE, line=self._begins_at)
