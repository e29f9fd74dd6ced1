"""The texts that all sheets of a workbook share, packed: a million of them must not cost a million objects."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

from domain.sales.workbook import limits as no
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.values import unescape
from domain.sales.workbook.xml import feed, local, parser


class SharedStrings:
    """Text by number, as one run of UTF-8 and where each text ends in it; a workbook may have none (`chunks` None)."""

    def __init__(self, chunks: Iterable[bytes] | None, limits: WorkbookLimits) -> None:
        self._limits = limits
        self._utf8 = bytearray()
        self._ends = array("I", [0])
        if chunks is None:
            return
        reader = _Reader(self)
        for _ in feed(reader.parser, chunks, limits):
            if len(self._utf8) > limits.max_strings_bytes or len(self) > limits.max_strings:
                raise Refused(no.TOO_HEAVY)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise Refused(no.BROKEN)
        return self._utf8[self._ends[number] : self._ends[number + 1]].decode()

    def add(self, text: str) -> None:
        """Put one more at the end; a longer one than fits into a cell is cut where that shows."""
        self._utf8 += unescape(text)[: self._limits.max_cell + 1].encode()
        self._ends.append(len(self._utf8))


class _Reader:
    """Collects `<si><t>…</t></si>`, the runs of a rich text together, without hints on how to read them aloud."""

    def __init__(self, strings: SharedStrings) -> None:
        self._strings = strings
        self._parts: list[str] = []
        self._runs: list[str] = []
        self._aloud = False
        self.parser: Any = parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._parts.append

    def _start(self, tag: str, _attributes: object) -> None:
        self._parts.clear()
        if tag.endswith("rPh"):
            self._aloud = True

    def _end(self, tag: str) -> None:
        tag = local(tag) if ":" in tag else tag
        if tag == "t":
            if not self._aloud:
                self._runs.append("".join(self._parts))
        elif tag == "si":
            self._strings.add("".join(self._runs))
            self._runs.clear()
        elif tag == "rPh":
            self._aloud = False
