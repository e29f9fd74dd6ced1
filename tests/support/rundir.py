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
VARIABLE = "JUFU_TEST_RUN"
ALIVE = "alive.lock"


class RunDirectory:
    """The controller's directory; `alive.lock` stays locked for as long as its process lives."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.path.chmod(0o755)
        self._alive = _lock(self.path / ALIVE)
        os.environ[VARIABLE] = str(self.path)

    def remove(self) -> None:
        """Delete it, and let the next process make its own."""
        os.environ.pop(VARIABLE, None)
        self._alive.close()
        shutil.rmtree(self.path, ignore_errors=True)


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
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
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
