"""The records of an .xlsx order export, read by a child process that is limited, watched and always reaped."""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from domain.sales.cells import is_blank
from domain.sales.layouts import LAYOUTS
from domain.sales.platforms import Layout, sniff
from domain.sales.problems import FileCode, FileError
from domain.sales.reading import Record
from domain.sales.workbook.limits import CODES, WorkbookLimits
from services.sales.workbook_child import OUT_OF_MEMORY

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2]
_PIECE = 64 * 1024
_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from services.sales import workbook_child
workbook_child.main(int(sys.argv[2]))
"""
_STOPPED = (OUT_OF_MEMORY, -signal.SIGKILL, -signal.SIGXCPU)

Row = tuple[int, list[str]]


@contextmanager
def workbook_records(descriptor: int, limits: WorkbookLimits | None = None) -> Iterator[Iterator[Record]]:
    """Read the workbook in an open regular file; the rows of its one sheet with orders, numbered as on that sheet.

    The first record is the header; the others are made as wide as it is, for a sheet leaves out what is empty. The file
    keeps its place. Raises FileError, on entering and while iterated. The child is gone when the context is left.
    """
    limits = limits or WorkbookLimits()
    child = _Child(descriptor, limits)
    try:
        child.tell(asdict(limits))
        messages = child.messages()
        heads = next(messages, None)
        if not isinstance(heads, dict):
            raise FileError(FileCode.WORKBOOK_BROKEN)
        child.tell(chosen_sheet([[_row(row) for row in head] for head in heads["sheets"]]))
        yield _records(messages)
    finally:
        child.end()


def chosen_sheet(heads: Sequence[Sequence[Row]], layouts: Sequence[Layout] = LAYOUTS) -> int:
    """The number of the sheet that holds orders, told by the two first rows of each; raises FileError.

    Where none does it is the first in which anything stands, for whoever reads it to refuse. Of several, those with a
    header only don't count; of two with orders neither is read: who knows whether one is a copy of the other?
    """
    layout_of: dict[int, str] = {}
    for number, head in enumerate(heads):
        if head:
            try:
                layout_of[number] = sniff(head[0][1], layouts).name
            except FileError as refused:
                if refused.code != FileCode.UNKNOWN_LAYOUT:
                    raise
    with_rows = [number for number in layout_of if len(heads[number]) > 1]
    if len(with_rows) > 1:
        platforms = list(dict.fromkeys(layout_of[number] for number in with_rows))
        raise FileError(FileCode.SEVERAL_SHEETS, sheets=len(with_rows), platforms=platforms)
    filled = [number for number, head in enumerate(heads) if head]
    if not filled:
        raise FileError(FileCode.EMPTY)
    return next(iter([*with_rows, *layout_of, *filled]))


class _Child:
    """The process that reads; whatever becomes of it is told as a FileError."""

    def __init__(self, descriptor: int, limits: WorkbookLimits) -> None:
        self._patience = limits.waiting
        self._longest = 4 * limits.max_line_bytes * limits.max_sheets
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-I", "-S", "-B", "-c", _CHILD, str(_ROOT), str(descriptor)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback could hold what stands in a cell
                pass_fds=(descriptor,),
                env={},
                cwd="/",
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise FileError(FileCode.WORKBOOK_TOO_HEAVY) from error

    def tell(self, message: object) -> None:
        """Send one line; a child that is gone is found out by the reading."""
        assert self._process.stdin is not None  # noqa: S101  for the types: it is a pipe
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def messages(self) -> Iterator[Any]:
        """What the child says until it says that it has come to the end; raises FileError."""
        rest = b""
        while piece := self._read():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                message = _message(line)
                if isinstance(message, dict) and "end" in message:
                    return
                yield message
            if len(rest) > self._longest:
                raise FileError(FileCode.WORKBOOK_BROKEN)
        raise self._failure()

    def end(self) -> None:
        """Kill it if it still lives, and take its remains away."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _read(self) -> bytes:
        """The next piece; only the time in which the child lets us wait counts, not that which we take ourselves."""
        assert self._process.stdout is not None  # noqa: S101  for the types: it is a pipe
        began = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            ready = selector.select(max(0.0, self._patience))
        self._patience -= time.monotonic() - began
        if not ready:
            raise FileError(FileCode.WORKBOOK_TOO_HEAVY)
        return os.read(self._process.stdout.fileno(), _PIECE)

    def _failure(self) -> FileError:
        """Why it stopped talking before the end."""
        try:
            status = self._process.wait(max(0.1, self._patience))
        except subprocess.TimeoutExpired:
            return FileError(FileCode.WORKBOOK_TOO_HEAVY)
        if status in _STOPPED:
            return FileError(FileCode.WORKBOOK_TOO_HEAVY)
        log.warning("reading a workbook ended with status %s", status)
        return FileError(FileCode.WORKBOOK_BROKEN)


def _message(line: bytes) -> Any:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FileError(FileCode.WORKBOOK_BROKEN) from error
    if isinstance(message, dict) and "refused" in message:
        code = message["refused"] if message["refused"] in CODES else FileCode.WORKBOOK_BROKEN
        raise FileError(FileCode(code), **message["params"])
    return message


def _records(messages: Iterator[Any]) -> Iterator[Record]:
    width = 0
    for message in messages:
        number, cells = _row(message)
        width = width or len(cells)
        if not is_blank(cells):
            yield number, cells + [""] * (width - len(cells))


def _row(message: Any) -> Row:
    """A row as it must have come; raises FileError."""
    match message:
        case [int() as number, list() as cells] if all(isinstance(cell, str) for cell in cells):
            return number, cells
    raise FileError(FileCode.WORKBOOK_BROKEN)
