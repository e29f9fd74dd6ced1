"""One temporary directory per test run, shared by the xdist workers and swept up even after a crash."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "jufu-tests-"
MEMORY = Path("/dev/shm")  # noqa: S108  a file system of the kernel, not a file
ENOUGH = 4 * 1024**3
"""Bytes that must be free in memory for the databases of a run to lie there."""
VARIABLE = "JUFU_TEST_RUN"
ALIVE = "alive.lock"


class RunDirectory:
    """The controller's directory; `alive.lock` stays locked for as long as its process lives."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_quickest()))
        self.path.chmod(0o755)
        self._alive = _lock(self.path / ALIVE)
        os.environ[VARIABLE] = str(self.path)

    def remove(self) -> None:
        """Delete it, and let the next process make its own."""
        os.environ.pop(VARIABLE, None)
        self._alive.close()
        shutil.rmtree(self.path, ignore_errors=True)


def _quickest() -> Path:
    """Memory where there is enough of it: on a disk most of a test's time goes into waiting for commits to be safe.

    What a killed process has written stays there all the same; only a power cut would tell the difference.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return MEMORY if roomy else Path(tempfile.gettempdir())


def current() -> Path:
    """The directory of this test run; workers inherit its name from the controller."""
    return Path(os.environ[VARIABLE])


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """Hold a lock between the workers of this run; yields the run's directory."""
    handle = _lock(current() / f"{name}.lock")
    try:
        yield current()
    finally:
        handle.close()


def sweep(stop: Callable[[Path], None]) -> None:
    """Remove what runs that were killed have left behind; `stop` ends what still runs in a directory."""
    for path in (*Path(tempfile.gettempdir()).glob(f"{PREFIX}*"), *MEMORY.glob(f"{PREFIX}*")):
        if path.stat().st_uid != os.getuid() or not (path / ALIVE).exists():
            continue
        try:
            handle = _lock(path / ALIVE, wait=False)
        except BlockingIOError:
            continue
        stop(path)
        shutil.rmtree(path, ignore_errors=True)
        handle.close()


def _lock(path: Path, *, wait: bool = True) -> IO[str]:
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise
    return handle
