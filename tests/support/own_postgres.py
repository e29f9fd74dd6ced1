"""A PostgreSQL of a drill's own, durable as a house runs it, which may be killed and started again."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from scripts import local_postgres

NAME = "jufu"


@dataclass(frozen=True)
class OwnPostgres:
    """A server in a folder; `url` is that of its one database."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        """As DATABASE_URL says it."""
        server = make_url(local_postgres.address(self.folder))
        return server.set(database=NAME).render_as_string(hide_password=False)

    def start(self) -> None:
        """Serve, be it for the first time or after a crash."""
        local_postgres.start(self.folder, self.settings)

    def kill(self) -> None:
        """All of its processes at once; nothing is flushed or tidied up."""
        self.hold()  # or its children would hear that it is gone, and leave in order
        main, *children = self._processes()
        for one in (*children, main):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        while any(map(_lives, (main, *children))):
            time.sleep(0.01)
        # As after a reboot: the number in them would else be of a process that is dead, but that nobody has buried.
        for lock in ("data/postmaster.pid", f"socket/{local_postgres.SOCKET}.lock"):
            (self.folder / lock).unlink()

    def hold(self) -> None:
        """Let it stand still, with all its connections open."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for one in self._processes():
            with suppress(ProcessLookupError):
                os.kill(one, number)

    def _processes(self) -> list[int]:
        main = local_postgres.process(self.folder)
        children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii")
        return [main, *map(int, children.split())]


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@contextmanager
def own_postgres(settings: Mapping[str, str] = local_postgres.DURABLE) -> Iterator[OwnPostgres]:
    """A server of one's own with an empty database; gone with the block."""
    # On the disk, not in memory as the other databases of the tests: a crash has to find what was flushed.
    with tempfile.TemporaryDirectory(prefix="jufu-drill-", dir="/var/tmp") as passing:
        folder = Path(passing)
        folder.chmod(0o755)
        server = OwnPostgres(folder, settings)
        server.start()
        try:
            with psycopg.connect(local_postgres.address(folder), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {NAME}")
            yield server
        finally:
            local_postgres.stop(folder)
