"""Places where a database has only so much room: a small file system, and a limit on the size of files."""

from __future__ import annotations

import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import rundir
from tests.support.server import Frail

SIZE, FOR_POSTGRESQL = 24 * 1024**2, 96 * 1024**2
FILLER = "filler"
PAGE = 4096
"""Not even the first page of a log that begins again fits into it."""
UNLIMITED = resource.RLIM_INFINITY


@dataclass(frozen=True)
class Disk:
    """A small file system, in memory."""

    folder: Path

    def fill(self) -> None:
        """Leave no byte of it."""
        with (self.folder / FILLER).open("ab", buffering=0) as filler, suppress(OSError):
            for piece in (bytes(1024**2), bytes(4096), bytes(1)):
                with suppress(OSError):
                    while filler.write(piece) == len(piece):
                        pass

    def empty(self) -> None:
        """Give it all back."""
        (self.folder / FILLER).unlink()


@contextmanager
def small_disk(size: int = SIZE) -> Iterator[Disk]:
    """One that is mounted for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="small-", dir=rundir.current()))
    _mount(folder, size)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@cache
def may_mount() -> bool:
    """Whether this machine lets us; where it doesn't, there is the limit on files."""
    with tempfile.TemporaryDirectory() as passing:
        try:
            _mount(Path(passing), SIZE)
        except (OSError, subprocess.CalledProcessError):
            return False
        subprocess.run(["umount", passing], check=True)
    return True


def _mount(folder: Path, size: int) -> None:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True, capture_output=True
    )


def limit_files(server: Frail, most: int = UNLIMITED) -> None:
    """Let no file of a running server be written to beyond so many bytes."""
    main = server.server.process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii")
    for process in (main, *map(int, children.split())):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, UNLIMITED))
