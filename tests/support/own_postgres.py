"""A PostgreSQL of a drill's own, durable as a house runs it, which may be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from scripts import local_postgres
from tests.support import rundir
from tests.support.engines import migrate

NAME, MOULD = "jufu", "own-postgres"
ON_DISK = Path("/var/tmp")  # noqa: S108  where else may a drill put what it needs for a while
"""Not in memory as the other databases of the tests: a crash has to find what was flushed."""


@dataclass(frozen=True)
class OwnPostgres:
    """A server in a folder; `url` is that of its database with the tables of a house."""

    folder: Path

    @property
    def url(self) -> str:
        """As DATABASE_URL says it."""
        server = make_url(local_postgres.address(self.folder))
        return server.set(database=NAME).render_as_string(hide_password=False)

    @property
    def untouched(self) -> str:
        """The same of a database that has no tables."""
        return local_postgres.address(self.folder)

    def start(self) -> None:
        """Serve, be it for the first time or after a crash."""
        local_postgres.start(self.folder, {})

    def runs(self) -> bool:
        """Whether it is there; one that found no room for what it has to write gives up."""
        try:
            return _lives(local_postgres.process(self.folder))
        except FileNotFoundError:
            return False

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
def own_postgres(within: Path = ON_DISK) -> Iterator[OwnPostgres]:
    """A server of one's own with the tables of a house; gone with the block."""
    with tempfile.TemporaryDirectory(prefix="jufu-drill-", dir=within) as passing:
        folder = Path(passing)
        folder.chmod(0o755)
        server = copied(folder / "own")
        server.start()
        try:
            yield server
        finally:
            local_postgres.stop(server.folder)


def copied(folder: Path) -> OwnPostgres:
    """One that was never started, in a new folder: to copy it is ten times as quick as to make it anew."""
    of = _mould()
    folder.mkdir(mode=0o755)
    local_postgres.own(folder / "socket")
    subprocess.run(["cp", "-a", of / "data", folder / "data"], check=True)
    (folder / local_postgres.MADE).touch()
    if (of / "postgresql").exists():
        (folder / "postgresql").symlink_to(of / "postgresql")
    configure(folder, f"unix_socket_directories = '{folder / 'socket'}'")
    return OwnPostgres(folder)


def configure(folder: Path, setting: str) -> None:
    """Set something of a server that does not run."""
    with (folder / "data" / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write(f"{setting}\n")


def _mould() -> Path:
    """What all of a run are copied from: durable as a house runs it, with its tables, and stopped in order."""
    with rundir.locked(MOULD) as run:
        folder = run / MOULD
        if not (folder / "ready").exists():
            folder.mkdir(mode=0o755)
            local_postgres.start(folder, local_postgres.DURABLE)
            with psycopg.connect(local_postgres.address(folder), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {NAME}")
            migrate(OwnPostgres(folder).url)
            local_postgres.command(folder, "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")
            (folder / "ready").touch()
        return folder
