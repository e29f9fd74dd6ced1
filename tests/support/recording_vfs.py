"""A file layer of SQLite that keeps a log: what a disk was given, and what it was told to keep.

It is the one of Unix with five functions taken over; all the others, the locks and the shared memory of the WAL among
them, stay SQLite's own. It doesn't wait for the disk: whether that has kept something is what the log decides.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

from models.engine import sqlite_module

NAME = "recording"
BESIDE = ("", "-wal", "-journal")
"""What SQLite writes to, by how the name ends; the shared memory of the WAL is never trusted after a crash."""
OK = 0
Pointer, Int, Int64, Text = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_char_p
OPEN = ctypes.CFUNCTYPE(Int, Pointer, Pointer, Pointer, Int, Pointer)
DELETE = ctypes.CFUNCTYPE(Int, Pointer, Text, Int)
WRITE = ctypes.CFUNCTYPE(Int, Pointer, Pointer, Int, Int64)
TRUNCATE = ctypes.CFUNCTYPE(Int, Pointer, Int64)
SYNC = ctypes.CFUNCTYPE(Int, Pointer, Int)


class Vfs(ctypes.Structure):
    """sqlite3_vfs of sqlite3.h, version 3."""

    _fields_ = (
        ("version", Int), ("size_of_file", Int), ("longest_path", Int), ("next", Pointer), ("name", Text),
        ("data", Pointer), ("open", OPEN), ("delete", DELETE), ("others", Pointer * 14),
    )  # fmt: skip


class Methods(ctypes.Structure):
    """sqlite3_io_methods of sqlite3.h, version 3."""

    _fields_ = (
        ("version", Int), ("close", Pointer), ("read", Pointer), ("write", WRITE), ("truncate", TRUNCATE),
        ("sync", SYNC), ("others", Pointer * 13),
    )  # fmt: skip


class Did(Enum):
    """What was done to a file, or said to a person."""

    CREATE = "create"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `name` ends as in BESIDE, `at` is an offset or a length."""

    did: Did
    name: str = ""
    at: int = 0
    data: bytes = b""
    kept: bool = False
    """Of a file that was deleted: whether the folder was told to keep that."""


@dataclass
class Log:
    """What happened to one database, in its order."""

    path: Path
    events: list[Event] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Opens the database so that it is recorded."""
        return f"sqlite:///file:{self.path}?uri=true&vfs={NAME}"

    def answered(self) -> None:
        """Somebody was told that something is done."""
        with _shim().turn:
            self.events.append(Event(Did.ANSWER))


@contextmanager
def recording(path: Path) -> Iterator[Log]:
    """Record what is written to a database by whoever opens it by `Log.url`."""
    log, shim = Log(path), _shim()
    shim.logs[str(path)] = log
    try:
        yield log
    finally:
        del shim.logs[str(path)]


@cache
def _shim() -> Shim:
    package = sqlite_module.__name__.partition(".")[0]
    driver = import_module("_sqlite3" if package == "sqlite3" else f"{package}._sqlite3")
    return Shim(ctypes.CDLL(driver.__file__))  # it has SQLite in it, or is linked to it


class Shim:
    """The functions that are taken over; it lives as long as the process, as SQLite wants it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.turn = threading.Lock()
        self.logs: dict[str, Log] = {}
        self._files: dict[int, tuple[Log, str]] = {}
        self._theirs: dict[int, Methods] = {}
        self._ours: dict[int, Methods] = {}
        library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
        self._unix = library.sqlite3_vfs_find(None)
        self._vfs = Vfs.from_buffer_copy(self._unix.contents)
        self._vfs.name = NAME.encode()
        self._vfs.open, self._vfs.delete = OPEN(self._open), DELETE(self._delete)
        library.sqlite3_vfs_register(ctypes.byref(self._vfs), 0)

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, told: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        log, ending = self._of(path)
        with self.turn:
            is_new = log is not None and not Path(path).exists()
            status: int = self._unix.contents.open(self._unix, name, file, flags, told)
            if status == OK and log is not None:
                self._files[file] = log, ending
                self._take_over(file)
                if is_new:
                    log.events.append(Event(Did.CREATE, ending))
        return status

    def _delete(self, _vfs: int, name: bytes, keep: int) -> int:
        log, ending = self._of(name.decode())
        with self.turn:
            status: int = self._unix.contents.delete(self._unix, name, keep)
            if status == OK and log is not None:
                log.events.append(Event(Did.DELETE, ending, kept=bool(keep)))
        return status

    def _of(self, path: str) -> tuple[Log | None, str]:
        for ending in BESIDE:
            log = self.logs.get(path.removesuffix(ending))
            if log is not None and path.endswith(ending):
                return log, ending
        return None, ""

    def _take_over(self, file: int) -> None:
        """Give an open file, which begins with the address of its methods, others."""
        methods = Pointer.from_address(file)
        theirs = methods.value or 0
        if theirs not in self._ours:
            self._theirs[theirs] = Methods.from_address(theirs)
            self._ours[theirs] = self._with_ours(self._theirs[theirs])
        methods.value = ctypes.addressof(self._ours[theirs])

    def _with_ours(self, theirs: Methods) -> Methods:
        ours = Methods.from_buffer_copy(theirs)

        def write(file: int, data: int, size: int, at: int) -> int:
            with self.turn:
                self._note(file, Did.WRITE, at, ctypes.string_at(data, size))
                return int(theirs.write(file, data, size, at))

        def truncate(file: int, length: int) -> int:
            with self.turn:
                self._note(file, Did.TRUNCATE, length)
                return int(theirs.truncate(file, length))

        def sync(file: int, _how: int) -> int:
            with self.turn:
                self._note(file, Did.SYNC)
            return OK

        ours.write, ours.truncate, ours.sync = WRITE(write), TRUNCATE(truncate), SYNC(sync)
        return ours

    def _note(self, file: int, did: Did, at: int = 0, data: bytes = b"") -> None:
        log, ending = self._files[file]
        log.events.append(Event(did, ending, at, data))
