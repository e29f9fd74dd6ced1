"""Servers come of a process that has loaded the house already, for to load it takes most of the work of a start.

There is one such process for each worker of a test run. What it loads is only code; the application is made by the
server itself, in an environment of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOADED = ["app", "gunicorn.app.wsgiapp", "services.patient_worker", "psycopg", "pysqlite3", "pytest"]
ANEW = "JUFU_START_ANEW"
"""Set where each start is to cost what it costs a house."""
READ_WHEN_LOADED = "INSTANCE_DIR"
"""What the house asks the environment for before there is an application."""
_nest = multiprocessing.get_context("forkserver")
_nest.set_forkserver_preload(LOADED)


class Hatched:
    """A server, to be waited for and ended as any other process."""

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        """The status with which it ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The same once it has ended; raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("gunicorn", timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def may_hatch(environment: Mapping[str, str]) -> bool:
    """Whether a server in this environment would be no other than one that is started anew."""
    return ANEW not in environment and READ_WHEN_LOADED not in environment


def hatch(
    arguments: Sequence[str], listener: socket.socket, environment: Mapping[str, str], log: Path
) -> Hatched:
    """A gunicorn with these arguments, in a session of its own, on a port that is ours."""
    log.touch()
    process = _nest.Process(
        target=_serve, args=(list(arguments), listener, dict(environment), str(log)), daemon=True
    )
    process.start()
    with suppress(ProcessLookupError):  # it has ended already, as its log says
        while os.getpgid(process.pid or 0) != process.pid:
            time.sleep(0.001)
    return Hatched(process)


def _serve(arguments: list[str], listener: socket.socket, environment: dict[str, str], log: str) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, stands_for in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, stands_for)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["gunicorn", "--bind", f"fd://{listener.detach()}", *arguments]

    from gunicorn.app.wsgiapp import run

    run()
