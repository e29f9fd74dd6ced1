"""The child of services.sales.workbooks: reads one workbook under limits and writes its rows to a pipe.

Started with `-I -S`: it sees no environment and no packages. It is told by one line on its standard input which limits
hold, answers with one line per thing it found (see `_Talk`), and is told by a second line which sheet to read.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO, cast

from domain.sales.workbook import limits as no
from domain.sales.workbook.book import open_book
from domain.sales.workbook.limits import Refused, WorkbookLimits
from domain.sales.workbook.package import Package
from domain.sales.workbook.sheet import Row, rows

OUT_OF_MEMORY = 3
_OPEN_FILES = 16
_AT_ONCE = 1024**2


class At(io.RawIOBase):
    """A file that is read without moving the place at which its owner, the parent, reads it.

    Nothing asks for more than `_AT_ONCE` at a time but the directory of a ZIP file with far too many members.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the place from which is read next."""
        size = os.fstat(self._descriptor).st_size
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: size}[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read from there; raises Refused."""
        wanted = size if size >= 0 else os.fstat(self._descriptor).st_size - self._at
        if wanted > _AT_ONCE:
            raise Refused(no.TOO_HEAVY)
        piece = os.pread(self._descriptor, wanted, self._at)
        self._at += len(piece)
        return piece


def main(descriptor: int) -> None:
    """Read the workbook that is open as `descriptor`; what is refused is a line like any other."""
    out = sys.stdout.buffer
    try:
        limits = WorkbookLimits(**json.loads(sys.stdin.buffer.readline()))
        confine(limits)
        for line in _answers(descriptor, limits):
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent has seen enough; a normal end would try to flush once more
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def confine(limits: WorkbookLimits) -> None:
    """Take away from this process what it does not need; also in a child that was taken over it can't be undone."""
    allowed = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CPU: limits.cpu,
        # macOS takes no limit of the address space. There the limits on what is unpacked and kept must do.
        resource.RLIMIT_AS: limits.memory,
    }
    for kind, amount in allowed.items():
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (amount, amount))


def _watch(limits: WorkbookLimits) -> Callable[[], None]:
    """What looks at the memory that this process holds; without /proc, as on macOS, it sees nothing."""
    try:
        about = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: None
    most = limits.resident // os.sysconf("SC_PAGE_SIZE")

    def watch() -> None:
        if int(os.pread(about, 100, 0).split()[1]) > most:
            raise Refused(no.TOO_HEAVY)

    return watch


def _answers(descriptor: int, limits: WorkbookLimits) -> Iterator[object]:
    """First the two first rows of every sheet, then the rows of the chosen one, each with its number."""
    try:
        package = Package(cast(BinaryIO, At(descriptor)), limits, _watch(limits))
        book = open_book(package, limits)

        def sheet(number: int) -> Iterator[Row]:
            return rows(package.chunks(book.sheets[number]), book, limits)

        yield {"sheets": [list(islice(sheet(number), 2)) for number in range(len(book.sheets))]}
        sys.stdout.buffer.flush()
        yield from sheet(int(sys.stdin.buffer.readline()))
        yield {"end": True}
    except Refused as refused:
        yield {"refused": refused.code, "params": refused.params}
    except RecursionError:
        yield {"refused": no.BROKEN, "params": {}}
