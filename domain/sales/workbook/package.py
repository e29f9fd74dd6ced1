"""The ZIP file that a workbook is: what kind it is, and its members unpacked within limits."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from domain.sales.workbook import limits as no
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.xml import Attributes, elements

CHUNK = 64 * 1024
CONTENT_TYPES = "[Content_Types].xml"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
    OSError,
)


class Package:
    """The members of a workbook's ZIP file; raises Refused. `main`: the name of the part that lists the sheets.

    `watch` is called before each piece is handed out, and may raise Refused itself.
    """

    def __init__(
        self, file: BinaryIO, limits: WorkbookLimits, watch: Callable[[], None] = lambda: None
    ) -> None:
        self._limits = limits
        self._watch = watch
        try:
            size = file.seek(0, 2)
            self._archive = zipfile.ZipFile(file)
        except _DAMAGED as error:
            raise Refused(no.BROKEN) from error
        by_ratio = max(limits.any_ratio_up_to, limits.max_ratio * size)
        self._max_inflated = min(limits.max_inflated, by_ratio)
        if any(member.flag_bits & 1 for member in self._archive.infolist()):
            raise Refused(no.PASSWORD)
        self.main = self._main()

    def holds(self, name: str) -> bool:
        """Whether there is such a member."""
        return name in self._archive.NameToInfo

    def chunks(self, name: str, at_most: int | None = None) -> Iterator[bytes]:
        """A member piece by piece, never more of it than the limits allow; raises Refused."""
        inflated, at_most = 0, self._max_inflated if at_most is None else at_most
        try:
            if self._archive.getinfo(name).compress_type not in _METHODS:
                raise Refused(no.BROKEN)
            with self._archive.open(name) as member:
                while chunk := member.read(CHUNK):
                    self._watch()
                    inflated += len(chunk)
                    if inflated > at_most:
                        raise Refused(no.TOO_HEAVY)
                    yield chunk
        except _DAMAGED as error:
            raise Refused(no.BROKEN) from error

    def elements(self, name: str) -> Iterator[tuple[str, Attributes]]:
        """The tags of a small member, with their attributes; raises Refused."""
        return elements(self.chunks(name, self._limits.max_small), self._limits)

    def survey(self, names: Iterable[str]) -> None:
        """Unpack these members once, unparsed: what is too much of anything is refused within seconds.

        Raises Refused. The counts are those of any sheet that an honest program wrote; what slips through is counted
        again while it is read.
        """
        inflated = tags = 0
        for name in names:
            filled, rest = 0, b""
            for chunk in self.chunks(name):
                inflated += len(chunk)
                tags += chunk.count(b"<")
                *rows, rest = (rest + chunk).split(b"row>")
                filled += sum(1 for row in rows if b"v>" in row or b"t>" in row)
                rest = rest if len(rest) < self._limits.max_tag_bytes else rest[-8:]
                if filled > self._limits.max_rows + 1:
                    raise Refused(no.TOO_MANY_ROWS, rows=self._limits.max_rows)
                if inflated > self._max_inflated or tags > self._limits.max_tags:
                    raise Refused(no.TOO_HEAVY)

    def _main(self) -> str:
        if not self.holds(CONTENT_TYPES):
            # An OpenDocument file names its kind in a member of its own.
            raise Refused(no.OTHER_KIND if self.holds("mimetype") else no.ARCHIVE)
        for tag, attributes in self.elements(CONTENT_TYPES):
            if tag == "Override" and attributes.get("ContentType") == _WORKBOOK:
                return attributes.get("PartName", "").lstrip("/")
        raise Refused(no.OTHER_KIND)
