"""The servers that are measured: the house's own server software on a port of its own, with any application."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.wire import Address, Connection, WrongAnswer, get

ROOT = Path(__file__).parents[1]
HOUSE, HELLO = "benchmarks.warmed:house()", "benchmarks.hello:app"
SECRET = "only-for-measuring-0123456789abcdef"  # noqa: S105  of houses that are thrown away
PASSWORD = "measure-2026"  # noqa: S105  the same
START_SECONDS = 180.0
PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    address: Address
    process: int

    def cpu_seconds(self) -> float | None:
        """What its processes have used so far."""
        return processes.cpu_seconds(processes.family(self.process))

    def memory(self) -> float | None:
        """Megabytes of all its processes."""
        return processes.memory(processes.family(self.process))


def environment(database_url: str, workers: int, **more: str) -> dict[str, str]:
    """What a measured house is told; htmx comes from the house, so that its bytes are counted."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "WEB_CONCURRENCY": str(workers),
        "SECRET_KEY": SECRET,
        "DEMO_PASSWORD": PASSWORD,
        "APP_ENV": "development",
        "HTMX_SOURCE": "local",
        **more,
    }


def web_command(application: str, listener: socket.socket) -> list[str]:
    """How `flask serve` starts its web part, with this application in the place of the house."""
    return [
        sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"fd://{listener.fileno()}",
        application,
    ]  # fmt: skip


@contextmanager
def serving(
    application: str, settings: Mapping[str, str], log: Path, cores: Sequence[int] = ()
) -> Iterator[Served]:
    """Serve an application until the block ends; raises RuntimeError with its log where it does not start."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        address: Address = listener.getsockname()[:2]
        with started(
            web_command(application, listener), settings, log, cores, [listener.fileno()]
        ) as process:
            wait_for(address, process, log)
            yield Served(address, process.pid)


@contextmanager
def started(
    command: Sequence[str],
    settings: Mapping[str, str],
    log: Path,
    cores: Sequence[int] = (),
    inherited: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside the block, on these cores; it ends with the block."""
    with log.open("wb") as output, processes.on_cores(cores):
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(settings), pass_fds=list(inherited), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def wait_for(address: Address, process: subprocess.Popen[bytes], log: Path, path: str = "/") -> None:
    """Until the server answers this path well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, WrongAnswer):
            connection = Connection(address)
            try:
                if connection.send(get(path)).status == 200:
                    return
            finally:
                connection.close()
        time.sleep(PAUSE)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
