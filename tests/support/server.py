"""The real server for tests: gunicorn with several processes on a loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

from tests.support import gunicorn_hooks, hatchery, patience, rundir
from tests.support.hatchery import Hatched, hatch, may_hatch
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
HOUSE = "app:create_app()"
START_DEADLINE = 180.0
"""Seconds; one that has ended is not waited for."""
STOP_DEADLINE = 10.0


@dataclass(frozen=True)
class Server:
    """A running server; `log` is the file that its processes write to."""

    url: str
    log: Path
    process: subprocess.Popen[bytes] | Hatched


@contextmanager
def serving(
    database_url: str,
    *,
    processes: int = 2,
    threads: int = 4,
    environment: dict[str, str] | None = None,
    application: str = HOUSE,
) -> Iterator[Server]:
    """Serve the house, or another application, on this database until the block ends.

    Raises RuntimeError with the end of the log when it is not ready in time.
    """
    # The port is ours before the server starts: two test workers can never pick the same one.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = ({} if hatchery.ANEW in os.environ else {patience.ASKED_FOR: "1"}) | (environment or {})
        server = launch(database_url, listener, processes, threads, told, application=application)
        try:
            _wait_until_ready(server, processes)
            yield server
        finally:
            _stop(server.process)


def launch(
    database_url: str,
    listener: socket.socket,
    processes: int,
    threads: int,
    environment: dict[str, str],
    *more: str,
    application: str = HOUSE,
) -> Server:
    """Start a server on a port that is ours already, with more options of gunicorn; it is not ready yet."""
    log = rundir.current() / f"server-{uuid4().hex[:8]}.log"
    arguments = [
        application, "--workers", str(processes), "--threads", str(threads),
        "--graceful-timeout", "8", "--config", f"python:{gunicorn_hooks.__name__}", *more,
    ]  # fmt: skip
    told = environment_of(database_url) | environment
    process = (hatch if may_hatch(told) else _start)(arguments, listener, told, log)
    return Server(f"http://127.0.0.1:{listener.getsockname()[1]}", log, process)


def _start(
    arguments: list[str], listener: socket.socket, environment: dict[str, str], log: Path
) -> subprocess.Popen[bytes]:
    bound = ["--bind", f"fd://{listener.fileno()}"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *bound, *arguments],
            cwd=ROOT, env=environment, pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


@dataclass
class Frail:
    """A server that a test kills and starts again, on the same port and the same database.

    It keeps no connection open: a browser repeats by itself what was cut off on an old one.
    """

    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    application: str = HOUSE
    port: int = 0
    processes: int = 1
    _server: Server | None = None

    @property
    def url(self) -> str:
        """Where it answers, whenever it does."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def server(self) -> Server:
        """The one that runs, or ran last."""
        assert self._server is not None
        return self._server

    def start(self) -> None:
        """Serve, and be ready."""
        self.port = self.port or free_port()
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            self._server = launch(
                self.database_url, listener, self.processes, 4, self.environment, "--keep-alive", "0",
                application=self.application,
            )  # fmt: skip
        _wait_until_ready(self._server, self.processes)

    def kill(self) -> None:
        """All its processes at once, as when the plug is pulled; the port then answers nobody."""
        group = self.server.process.pid
        os.killpg(group, signal.SIGKILL)
        self.server.process.wait(STOP_DEADLINE)
        with suppress(ProcessLookupError):
            while True:  # its children, who listen on the same port, may take a moment longer
                os.killpg(group, signal.SIGKILL)
                time.sleep(0.01)

    def stop(self) -> None:
        """Be gone, in whatever state."""
        _stop(self.server.process)


def environment_of(database_url: str) -> dict[str, str]:
    """What a process of the house on this database is told."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "APP_ENV": "test",
        "SECRET_KEY": "only-for-tests",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(server: Server, processes: int) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while not _is_ready(server, processes):
        if server.process.poll() is not None or time.monotonic() > deadline:
            end_of_log = server.log.read_text(errors="replace")[-4000:]
            raise RuntimeError(f"The server did not become ready. The end of its log:\n{end_of_log}")
        time.sleep(0.05)


def _is_ready(server: Server, processes: int) -> bool:
    # One process may answer while the others still load: a race between them would then be none.
    told = server.log.read_text(errors="replace").count(gunicorn_hooks.READY)
    return told >= processes and takes_writes(server.url)


def takes_writes(url: str) -> bool:
    """Whether the house says that its database does."""
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  # always our own loopback address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_until_it_takes_writes(url: str) -> None:
    """Raises TimeoutError when it doesn't in time."""
    deadline = time.monotonic() + START_DEADLINE
    while not takes_writes(url):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} takes no writes after {START_DEADLINE:.0f} s.")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes] | Hatched) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            continue
