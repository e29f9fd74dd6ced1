"""From the bytes of an upload to lines of text, in bounded memory; what is no CSV gets its own refusal."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from domain.sales.problems import FileCode, FileError

CHUNK = 64 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"PK\x05\x06", b"BZh", b"\xfd7zXZ\x00")
_BINARIES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3", b"\x7fELF", b"MZ\x90")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Office keeps a workbook with a password in an OLE container with a stream of this name.
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_CONTROLS = bytes({*range(0x01, 0x09), *range(0x0E, 0x20)})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an upload is read at most: more rows than these could not be refused within ten seconds."""

    max_bytes: int = 100 * 1024 * 1024
    max_rows: int = 120_000
    max_lines: int = 480_000
    max_cells: int = 1_000
    max_line_bytes: int = 256 * 1024
    max_record_lines: int = 100


class TextLines:
    """The lines of a UTF-8 or GB18030 file, decoded strictly one by one; iterate once.

    Raises FileError when constructed or iterated. `encoding` is settled by the first line that is not plain
    ASCII, which in an order export is the header.
    """

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._bytes_read = 0
        self._number = 0
        self._settled = False
        self.encoding = "utf-8"
        self._sample = self._chunk()
        refuse_foreign_content(self._sample)

    def __iter__(self) -> Iterator[str]:
        for raw in self._raw_lines():
            self._number += 1
            if self._number > self._limits.max_lines:
                raise FileError(FileCode.TOO_MANY_ROWS, rows=self._limits.max_rows)
            if len(raw) > self._limits.max_line_bytes:
                raise FileError(FileCode.LINE_TOO_LONG, line=self._number)
            if b"\x00" in raw:
                raise FileError(FileCode.NUL, line=self._number)
            yield self._decode(raw.removeprefix(codecs.BOM_UTF8) if self._number == 1 else raw)

    def _decode(self, raw: bytes) -> str:
        if not self._settled and not raw.isascii():
            self._settled = True
            self.encoding = "utf-8" if _is_utf8(raw) else "gb18030"
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise FileError(FileCode.BAD_ENCODING, line=self._number) from error

    def _raw_lines(self) -> Iterator[bytes]:
        # Neither encoding has the byte of a line feed inside a character: lines can be cut before decoding.
        rest, chunk = b"", self._sample
        while chunk:
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if len(rest) > self._limits.max_line_bytes:
                raise FileError(FileCode.LINE_TOO_LONG, line=self._number + 1)
            chunk = self._chunk()
        if rest:
            yield rest

    def _chunk(self) -> bytes:
        chunk = self._stream.read(CHUNK)
        self._bytes_read += len(chunk)
        if self._bytes_read > self._limits.max_bytes:
            raise FileError(FileCode.TOO_LARGE, megabytes=self._limits.max_bytes // 1024**2)
        return chunk


def is_zip(sample: bytes) -> bool:
    """Whether these are the first bytes of a ZIP file, which every .xlsx workbook is."""
    return sample.startswith(_ZIP)


def refuse_foreign_content(sample: bytes) -> None:
    """Raise FileError when the first bytes of a file are those of something else than a readable CSV."""
    if not sample.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileError(FileCode.EMPTY)
    code = _container(sample) or _not_text(sample)
    if code is not None:
        raise FileError(code)


def _container(sample: bytes) -> FileCode | None:
    if sample.startswith(_OLE):
        return FileCode.PASSWORD_PROTECTED if _ENCRYPTED_OFFICE in sample else FileCode.OLD_EXCEL
    return FileCode.ARCHIVE if sample.startswith((_ZIP, *_ARCHIVES)) else None


def _not_text(sample: bytes) -> FileCode | None:
    if sample.startswith(_UTF16_MARKS) or _looks_like_utf16(sample):
        return FileCode.UTF16
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if sample.startswith(_BINARIES) or controls * 100 > len(sample):
        return FileCode.BINARY
    return None


def _looks_like_utf16(sample: bytes) -> bool:
    """In UTF-16 the commas and digits of a CSV leave NULs nearly all at even or nearly all at odd places."""
    fewer, more = sorted((sample[0::2].count(0), sample[1::2].count(0)))
    return more >= 4 and more >= 10 * fewer and more * 20 > len(sample)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
