"""Two PostgreSQL servers of a drill's own, the second of which follows the first and takes over when that is gone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import psycopg

from scripts import local_postgres
from tests.support.own_postgres import NAME, ON_DISK, OwnPostgres, configure, copied

FOLLOWS = "standby"
PATIENCE = 30.0


@dataclass(frozen=True)
class Pair:
    """A primary and its standby."""

    primary: OwnPostgres
    standby: OwnPostgres

    @property
    def url(self) -> str:
        """As DATABASE_URL says it: whichever of the two takes writes."""
        hosts = "&".join(f"host={one.folder / 'socket'}:5432" for one in (self.primary, self.standby))
        return f"postgresql://postgres@/{NAME}?{hosts}&target_session_attrs=read-write"

    def fail_over(self) -> None:
        """The primary dies, and somebody promotes the standby."""
        self.primary.kill()
        self.promote()

    def promote(self) -> None:
        """Let the standby take writes."""
        with psycopg.connect(self.standby.url, autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def wait_until_it_follows(self, state: str) -> None:
        """Until the primary knows its standby, and as what; AssertionError where it never does."""
        until = time.monotonic() + PATIENCE
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            while connection.execute("SELECT sync_state FROM pg_stat_replication").fetchone() != (state,):
                assert time.monotonic() < until, "the standby does not follow"
                Event().wait(0.02)


@contextmanager
def pair(*, synchronous: bool) -> Iterator[Pair]:
    """Two servers made of one; who commits waits for the standby, or does not."""
    with tempfile.TemporaryDirectory(prefix="jufu-drill-", dir=ON_DISK) as passing:
        folder = Path(passing)
        folder.chmod(0o755)
        both = Pair(copied(folder / "primary"), copied(folder / "standby"))
        configure(both.primary.folder, f"synchronous_standby_names = '{FOLLOWS if synchronous else ''}'")
        primary = f"host={both.primary.folder / 'socket'} user=postgres application_name={FOLLOWS}"
        configure(both.standby.folder, f"primary_conninfo = '{primary}'")
        (both.standby.folder / "data" / "standby.signal").touch()
        try:
            both.primary.start()
            both.standby.start()
            both.wait_until_it_follows("sync" if synchronous else "async")
            yield both
        finally:
            for one in (both.primary, both.standby):
                local_postgres.stop(one.folder)
