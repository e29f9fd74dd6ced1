"""The one door for order exports: what a file is shows in its bytes, whatever its name says."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import BinaryIO, Literal, cast

from domain.sales.decoding import CHUNK, Limits, is_zip
from domain.sales.problems import FileCode, FileError
from domain.sales.reading import CsvRecords, Record
from domain.sales.workbook.limits import WorkbookLimits
from services.sales.workbooks import workbook_records

FileFormat = Literal["csv", "xlsx"]


class _Source:
    """An upload that is read once from its beginning and hashed as it is read; `head` are its first bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.head = self._unread = self._next(CHUNK)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes more; fewer than that don't mean that it has come to its end."""
        if self._unread:
            piece, self._unread = self._unread, b""
            return piece
        return self._next(size)

    def hexdigest(self) -> str:
        """The SHA-256 of what has been read."""
        return self._digest.hexdigest()

    def _next(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._digest.update(piece)
        return piece


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An order export that is being read; `records` can be iterated once, and raise FileError as they go."""

    file_format: FileFormat
    records: Iterable[Record]
    _source: _Source = field(repr=False)

    @property
    def encoding(self) -> str:
        """How the header was encoded, known once it has been read: utf-8 or gb18030; "xlsx" for a workbook."""
        return self.records.encoding if isinstance(self.records, CsvRecords) else self.file_format

    def sha256(self) -> str:
        """The hash of the whole file, once the records have come to their end."""
        return self._source.hexdigest()


@contextmanager
def open_records(stream: BinaryIO, limits: Limits | None = None) -> Iterator[OpenedFile]:
    """Open a CSV or an .xlsx workbook at its beginning; raises FileError on entering and while iterated.

    The stream stays open for its owner, at an undefined place. No copy of it is held in memory; what a workbook's child
    can't read where it lies goes to a file without a name, which is gone when the context is left.
    """
    limits = limits or Limits()
    source = _Source(stream)
    if not is_zip(source.head):
        yield OpenedFile("csv", CsvRecords(cast(BinaryIO, source), limits), source)
        return
    with (
        _descriptor(stream, source, limits) as descriptor,
        workbook_records(descriptor, workbook_limits(limits)) as records,
    ):
        yield OpenedFile("xlsx", records, source)


def workbook_limits(limits: Limits) -> WorkbookLimits:
    """Those of any export, and what is a workbook's own."""
    return WorkbookLimits(
        max_rows=limits.max_rows,
        max_lines=limits.max_lines,
        max_cells=limits.max_cells,
        max_line_bytes=limits.max_line_bytes,
    )


@contextmanager
def _descriptor(stream: BinaryIO, source: _Source, limits: Limits) -> Iterator[int]:
    """The upload as a file that another process can read; a spool in memory moves to the disk by itself."""
    own = _regular_file(stream)
    with TemporaryFile() as copy:
        read = 0
        while piece := source.read(CHUNK):
            read += len(piece)
            if read > limits.max_bytes:
                raise FileError(FileCode.TOO_LARGE, megabytes=limits.max_bytes // 1024**2)
            if own is None:
                copy.write(piece)
        copy.flush()
        yield copy.fileno() if own is None else own


def _regular_file(stream: BinaryIO) -> int | None:
    try:
        descriptor = stream.fileno()
        stream.flush()
    except (AttributeError, OSError):
        return None
    return descriptor if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
