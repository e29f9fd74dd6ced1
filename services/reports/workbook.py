"""A workbook whose one long table is written in parts, packed as they come, and put together as it goes out."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services import sheets
from services.reports.rows import Row
from services.sheets import Column, Sheet

PAGE = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"
FIRST_ROW = 3
"""Below the title and the headings."""
MOST_ROWS = 1_048_576 - FIRST_ROW
"""[ECMA-376] A sheet has no more rows than that."""
WIDTHS = (10, 20, 12, 8, 8, 10, 7, 12, 14, 10, 18)
_TEXT = '<c t="inlineStr"><is><t>%s</t></is></c>'
_ROW = '<row r="%d"><c><v>%d</v></c>' + _TEXT * 5 + "%s" + _TEXT * 4 + "</row>"


@dataclass(frozen=True, slots=True)
class Packed:
    """What the packed parts of a table unpack to, and how large they are."""

    crc: int
    raw_size: int
    size: int


def safe(text: str) -> str:
    """A text as it stands in a workbook: characters that XML does not know are dropped, none is markup."""
    return escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))


def written(rows: Sequence[Row], before: int) -> bytes:
    """Rows as they stand in a sheet after so many others."""
    return "".join(
        _ROW % (number, *row[:6], _number(row[6]), *row[7:])
        for number, row in enumerate(rows, start=before + FIRST_ROW)
    ).encode()


def _number(value: int | str) -> str:
    return f"<c><v>{value}</v></c>" if value else "<c/>"


def packed(raw: bytes, *, last: bool) -> bytes:
    """A part of a stream, packed so that parts which follow each other make one."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(raw) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def frame(words: Mapping[str, Any], made_at: datetime) -> tuple[bytes, bytes, bytes]:
    """An empty workbook with the title and the headings, and what stands before and after the rows of its page."""
    columns = [Column(title, width=width) for title, width in zip(words["headings"], WIDTHS, strict=True)]
    made = sheets.as_workbook(
        [Sheet(words["sheet"], words["title"], columns, [])], title=words["title"], made_at=made_at
    ).read()
    with ZipFile(io.BytesIO(made)) as book:
        page = re.sub(rb"<dimension [^>]*/>", b"", book.read(PAGE))  # it would tell of two rows
    before, after = page.split(END)
    return made, before, END + after


def put_together(empty: bytes, table: Packed, parts: Iterable[bytes], made_at: datetime) -> Iterator[bytes]:
    """The whole file, part by part; memory does not grow with it."""
    pipe = _Pipe()
    with ZipFile(io.BytesIO(empty)) as book, ZipFile(pipe, "w", ZIP_DEFLATED) as out:
        for member in book.infolist():
            if member.filename != PAGE:
                out.writestr(member, book.read(member))
        page = ZipInfo(PAGE, made_at.timetuple()[:6])
        page.compress_type, page.CRC = ZIP_DEFLATED, table.crc
        page.compress_size, page.file_size = table.size, table.raw_size
        page.header_offset = pipe.written
        yield pipe.write_on(page.FileHeader(zip64=False))
        for part in parts:
            yield pipe.write_on(part)
        out.filelist.append(page)
        out.NameToInfo[PAGE] = page
        out.start_dir = pipe.written
    yield pipe.write_on(b"")


class _Pipe(io.RawIOBase):
    """Where the archive is written to: it can only go on, and what was written is taken at once."""

    def __init__(self) -> None:
        self.written = 0
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.written

    def write(self, content: Any) -> int:
        taken = bytes(content)
        self.written += len(taken)
        self._waiting.append(taken)
        return len(taken)

    def write_on(self, content: bytes) -> bytes:
        """Write more, and take everything that has been written."""
        self.write(content)
        taken, self._waiting = b"".join(self._waiting), []
        return taken
