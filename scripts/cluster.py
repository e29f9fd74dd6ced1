"""Several servers on one PostgreSQL with a standby, all of them on this machine: for trying out and measuring.

`make cluster` (ARGS="--servers 3 --port 9000 --fresh") starts a primary, a standby that follows it, the servers, each
on a port of its own, and the jobs once; Ctrl-C ends them all. How a house is run so is in docs/scaling.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from flask_migrate import upgrade

import config
from app import create_app
from blueprints.clock import now
from models import db
from scripts import local_postgres
from services import serving, warden
from services.seed import first_start

ROOT = Path(__file__).parents[1]
NAME = "jufu"
SETTINGS = (
    "listen_addresses = ''", "max_connections = 200", "wal_level = replica", "max_wal_senders = 4", "hot_standby = on",
    "synchronous_commit = on",
)  # fmt: skip
PATIENCE = 180.0


class Cluster:
    """A folder with a primary and a standby; they are reached by sockets of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.primary, self.standby = folder / "primary", folder / "standby"

    @property
    def url(self) -> str:
        """Address of whichever of the two takes writes: after the other was promoted, that one."""
        hosts = "&".join(f"host={self.socket_of(data)}:5432" for data in (self.primary, self.standby))
        return f"postgresql://postgres@/{NAME}?{hosts}&target_session_attrs=read-write"

    def socket_of(self, data: Path) -> Path:
        """Where a server listens."""
        return data.with_name(f"{data.name}.socket")

    def address(self, data: Path, name: str = "postgres") -> str:
        """Address of one of the two for libpq."""
        return f"dbname={name} user=postgres host={self.socket_of(data)}"

    def lay(self, *, with_demo: bool) -> None:
        """Make the primary with its standby where there are none, and bring the tables up to date."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.standby / "PG_VERSION").exists() and not (self.standby / "standby.signal").exists():
            raise SystemExit("The standby was promoted and the primary is behind it: start with --fresh.")
        if not self.primary.exists():
            local_postgres.own(self.socket_of(self.primary))
            local_postgres.own(self.primary)
            self._run(
                "initdb",
                "-D",
                self.primary,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
            )
            self._configure(self.primary, SETTINGS)
        with self.running(self.primary):
            self._make_database()
            self._make_standby()
            _upgrade(self.url, with_demo=with_demo)

    @contextmanager
    def running(self, data: Path) -> Iterator[None]:
        """A server for as long as the block, and no longer than this process, however it ends."""
        lifeline, held = os.pipe()
        os.environ[serving.LIFELINE] = str(lifeline)
        keeper = serving.fork(lambda: self.keep(data), held)
        os.close(lifeline)
        try:
            wait_for(self.address(data))
            yield
        finally:
            os.close(held)
            os.waitpid(keeper, 0)

    def keep(self, data: Path) -> None:
        """Run one of the two until a stop signal comes or the parent is gone; a killed one is left to its standby."""
        parent = serving.lifeline()
        watched = [] if parent is None else [parent]
        with (self.folder / "log").open("ab") as output, warden.Signals(extra=(signal.SIGCHLD,)) as signals:
            server = subprocess.Popen(
                [local_postgres.installation(self.folder) / "bin" / "postgres", "-D", data], cwd=data,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, **local_postgres.account(),
            )  # fmt: skip
            while signals.stop is None and not signals.wait(also=watched):
                if server.poll() is not None:
                    print(f"The {data.name} is gone; the rest goes on.", flush=True)
            if server.poll() is None:
                server.send_signal(signal.SIGINT)  # its fast way to end
            server.wait()

    def promote(self) -> None:
        """Let the standby take writes, be it only just starting; the primary must be gone for good."""
        wait_for(self.address(self.standby))
        with psycopg.connect(self.address(self.standby), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def _run(self, program: str, *arguments: str | Path) -> None:
        local_postgres.command(self.folder, program, *arguments)

    def _configure(self, data: Path, settings: Sequence[str]) -> None:
        own = (f"unix_socket_directories = '{self.socket_of(data)}'", f"cluster_name = {data.name}")
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{setting}\n" for setting in (*settings, *own))

    def _make_database(self) -> None:
        with psycopg.connect(self.address(self.primary), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _make_standby(self) -> None:
        if self.standby.exists():
            return
        local_postgres.own(self.socket_of(self.standby))
        local_postgres.own(self.standby)
        self._run(
            "pg_basebackup", "-D", self.standby, "-h", self.socket_of(self.primary), "-U", "postgres", "-X", "stream",
            "--checkpoint=fast", "--write-recovery-conf", "--create-slot", "--slot=standby",
        )  # fmt: skip
        self._configure(self.standby, ())


def _upgrade(url: str, *, with_demo: bool) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": config.database_url({"DATABASE_URL": url})})
    with app.app_context():
        upgrade()
        password = app.config["DEMO_PASSWORD"]
        first_start.make_ready(production=not with_demo, demo_password=password, now=now())
        db.session.remove()
        db.engine.dispose()
    if with_demo:
        print(f"Accounts of the demo: the password is {password}.", flush=True)


def wait_for(address: str) -> None:
    """Wait until a database answers; raises what it says when it doesn't within a minute."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def become(cluster: Cluster, *command: str, shared: Sequence[int] = ()) -> None:
    """Become a program of ours once the database takes writes; it is given these descriptors and the lifeline."""
    hosts = ",".join(str(cluster.socket_of(data)) for data in (cluster.primary, cluster.standby))
    wait_for(f"dbname={NAME} user=postgres host={hosts} target_session_attrs=read-write")
    for descriptor in (*shared, serving.lifeline()):
        if descriptor is not None:
            os.set_inheritable(descriptor, True)
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606  one of our own parts


def run(cluster: Cluster, servers: int, port: int, *, with_demo: bool) -> int:
    """Serve until Ctrl-C; returns the exit status."""
    listeners = [serving.listen("127.0.0.1", port + number) for number in range(servers)]
    serving.apart(lambda: cluster.lay(with_demo=with_demo))
    os.environ["DATABASE_URL"] = cluster.url
    os.environ.setdefault("WEB_CONCURRENCY", "1")
    parts = [
        serving.Part(data.name, partial(cluster.keep, data)) for data in (cluster.primary, cluster.standby)
    ]
    for number, listener in enumerate(listeners, start=1):
        bind = ("--bind", f"fd://{listener.fileno()}")
        server = partial(
            become, cluster, "gunicorn", "app:create_app()", "--config", "gunicorn.conf.py", *bind
        )
        parts.append(serving.Part(f"server {number}", partial(server, shared=[listener.fileno()])))
        print(f"server   http://127.0.0.1:{listener.getsockname()[1]}")
    parts.append(serving.Part("jobs", partial(become, cluster, "flask", "--app", "app", "jobs", "run")))
    print(f"database {cluster.url}")
    print("promote  make cluster ARGS=--promote, once the primary is gone", flush=True)
    status, ended = serving.run_together(parts)
    if ended is not None:
        print(f"{ended} ended by itself, so everything was stopped.", file=sys.stderr)
    return status


def main() -> int:
    """Read the arguments, and serve."""
    of_root = Path(tempfile.gettempdir()) / "jufu-cluster"
    folder = of_root if os.geteuid() == 0 else ROOT / "instance" / "cluster"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2, help="how many (2)")
    parser.add_argument("--port", type=int, default=8000, help="of the first one; the others follow (8000)")
    parser.add_argument("--data", type=Path, default=folder, help=f"where the databases are ({folder})")
    parser.add_argument("--fresh", action="store_true", help="throw away what an earlier one left")
    parser.add_argument("--promote", action="store_true", help="let the standby of a running one take writes")
    parser.add_argument("--empty", action="store_true", help="lay no demo in a new database")
    given = parser.parse_args()
    if given.promote:
        Cluster(given.data).promote()
        return 0
    if given.fresh and given.data.exists():
        shutil.rmtree(given.data)
    os.chdir(ROOT)
    return run(Cluster(given.data), given.servers, given.port, with_demo=not given.empty)


if __name__ == "__main__":
    sys.exit(main())
