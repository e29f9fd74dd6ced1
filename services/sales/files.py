"""The one door for order exports: what a file is shows in its bytes, whatever its name says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, cast

from domain.sales.decoding import Limits
from domain.sales.reading import CsvRecords

FileFormat = Literal["csv", "xlsx"]


class _Source:
    """A stream that remembers the hash of all that was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes more."""
        piece = self._stream.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        """The SHA-256 of what has been read."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An order export that is being read; `records` can be iterated once, and raise FileError as they go."""

    file_format: FileFormat
    records: CsvRecords
    _source: _Source = field(repr=False)

    @property
    def encoding(self) -> str:
        """How the header was encoded, known once it has been read: utf-8 or gb18030."""
        return self.records.encoding

    def sha256(self) -> str:
        """The hash of the whole file, once the records have come to their end."""
        return self._source.hexdigest()


@contextmanager
def open_records(stream: BinaryIO, limits: Limits | None = None) -> Iterator[OpenedFile]:
    """Open an export at its beginning; raises FileError on entering and while iterated."""
    source = _Source(stream)
    yield OpenedFile("csv", CsvRecords(cast(BinaryIO, source), limits), source)
