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
from pathlib import Path

import psycopg
from flask_migrate import upgrade

import config
from app import create_app
from blueprints.clock import now
from models import db
from scripts import postgresql
from services import serving
from services.seed import first_start

ROOT = Path(__file__).parents[1]
NAME = "jufu"
SETTINGS = (
    "listen_addresses = ''", "max_connections = 200", "wal_level = replica", "max_wal_senders = 4", "hot_standby = on",
    "synchronous_commit = on",
)  # fmt: skip
PATIENCE = 60.0
ME = [sys.executable, "-m", "scripts.cluster"]


class Cluster:
    """A directory with a primary and a standby; they are reached by sockets of their own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.primary, self.standby = directory / "primary", directory / "standby"
        self.log = directory / "log"

    @property
    def url(self) -> str:
        """Address of whichever of the two takes writes: after the other was promoted, that one."""
        hosts = "&".join(f"host={self.socket_of(data)}:5432" for data in (self.primary, self.standby))
        return f"postgresql://postgres@/{NAME}?{hosts}&target_session_attrs=read-write&application_name=jufu"

    def socket_of(self, data: Path) -> Path:
        """Where a server listens."""
        return data.with_name(f"{data.name}.socket")

    def program(self, name: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's own programs to the end."""
        found = postgresql.reachable(postgresql.binaries(), self.directory)
        postgresql.run(found / name, arguments, self.log)

    def lay(self, *, with_demo: bool) -> None:
        """Make the primary with its standby where there are none, and bring the tables up to date."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        if os.geteuid() == 0:
            self.log.chmod(0o666)
        if (self.standby / "PG_VERSION").exists() and not (self.standby / "standby.signal").exists():
            raise SystemExit("The standby was promoted and the primary is behind it: start with --fresh.")
        self._make(self.primary)
        with self._running(self.primary):
            self._make_database()
            self._make_standby()
            _upgrade(self.url, with_demo=with_demo)

    @contextmanager
    def _running(self, data: Path) -> Iterator[None]:
        """A server for as long as the block, and no longer than this process, however it ends."""
        lifeline, held = os.pipe()
        part = subprocess.Popen(
            self.keeper(data), cwd=ROOT, env=os.environ | {serving.LIFELINE: str(lifeline)}, pass_fds=[lifeline],
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(lifeline)
        try:
            wait_for(self._address(data))
            yield
        finally:
            os.close(held)
            part.wait(PATIENCE)

    def promote(self) -> None:
        """Let the standby take writes; the primary must be gone for good."""
        with psycopg.connect(self._address(self.standby), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def _address(self, data: Path) -> str:
        return f"dbname=postgres user=postgres host={self.socket_of(data)}"

    def keeper(self, data: Path) -> list[str]:
        """The command that runs one of the two."""
        return [*ME, "--data", str(self.directory), "--keep", str(data)]

    def _make(self, data: Path) -> None:
        postgresql.own(self.socket_of(data))
        if not (data / "PG_VERSION").exists():
            postgresql.own(data)
            self.program(
                "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"
            )
            self._configure(data, SETTINGS)

    def _configure(self, data: Path, settings: Sequence[str]) -> None:
        own = (f"unix_socket_directories = '{self.socket_of(data)}'", f"cluster_name = {data.name}")
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{setting}\n" for setting in (*settings, *own))

    def _make_database(self) -> None:
        with psycopg.connect(self._address(self.primary), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _make_standby(self) -> None:
        postgresql.own(self.socket_of(self.standby))
        if (self.standby / "PG_VERSION").exists():
            return
        postgresql.own(self.standby)
        self.program(
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


def keep(data: Path, directory: Path) -> int:
    """Run PostgreSQL until a stop signal comes or the parent is gone; one that was killed is left to its standby."""
    found = postgresql.reachable(postgresql.binaries(), directory)
    with (directory / "log").open("ab") as output, serving.Signals(extra=(signal.SIGCHLD,)) as signals:
        server = subprocess.Popen(
            [found / "postgres", "-D", data], cwd=data, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            **postgresql.account(),
        )  # fmt: skip
        parent = serving.lifeline()
        watched = [] if parent is None else [parent]
        while signals.stop is None and not signals.wait(also=watched):
            if server.poll() is not None and watched:
                print(f"{data.name} is gone; the rest goes on.", flush=True)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)  # its fast way to end
        return server.wait()


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


def _libpq(url: str) -> str:
    """The same address for libpq, which takes several sockets in one word."""
    options = [part.split("=", 1) for part in url.partition("?")[2].split("&")]
    hosts = ",".join(value.removesuffix(":5432") for name, value in options if name == "host")
    rest = " ".join(f"{name}={value}" for name, value in options if name != "host")
    return f"dbname={NAME} user=postgres host={hosts} {rest}"


def run(cluster: Cluster, servers: int, port: int, *, with_demo: bool) -> int:
    """Serve until Ctrl-C; returns the exit status."""
    listeners = [serving.listen("127.0.0.1", port + number) for number in range(servers)]
    cluster.lay(with_demo=with_demo)
    waits = [*ME, "--when-ready", cluster.url, "--", sys.executable, "-m"]
    parts = [serving.Part(data.name, cluster.keeper(data)) for data in (cluster.primary, cluster.standby)]
    parts += [
        serving.Part(
            f"server {number}",
            [*waits, "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"fd://{listener.fileno()}"],
        )
        for number, listener in enumerate(listeners, start=1)
    ]
    parts.append(serving.Part("jobs", [*waits, "flask", "--app", "app", "jobs", "run"]))
    os.environ["DATABASE_URL"] = cluster.url
    os.environ.setdefault("WEB_CONCURRENCY", "1")
    for listener in listeners:
        print(f"server   http://127.0.0.1:{listener.getsockname()[1]}")
    print(f"database {cluster.url}")
    print("promote  make cluster ARGS=--promote, once the primary is gone", flush=True)
    status, ended = serving.run_together(parts, [one.fileno() for one in listeners], str(ROOT))
    if ended is not None:
        print(f"{ended} ended by itself, so everything was stopped.", file=sys.stderr)
    return status


def main() -> int:
    """Read the arguments, and serve, or be one of the parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2, help="how many (2)")
    parser.add_argument("--port", type=int, default=8000, help="of the first one; the others follow (8000)")
    of_root = Path(tempfile.gettempdir()) / "jufu-cluster"
    default = of_root if os.geteuid() == 0 else ROOT / "instance" / "cluster"
    parser.add_argument("--data", type=Path, default=default, help=f"where the databases are ({default})")
    parser.add_argument("--fresh", action="store_true", help="throw away what an earlier one left")
    parser.add_argument("--promote", action="store_true", help="let the standby of a running one take writes")
    parser.add_argument("--empty", action="store_true", help="lay no demo in a new database")
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--when-ready", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.when_ready:
        wait_for(_libpq(given.when_ready))
        os.execv(given.command[0], given.command)  # noqa: S606  one of our own parts
    if given.keep:
        return keep(given.keep, given.data)
    if given.promote:
        Cluster(given.data).promote()
        return 0
    if given.fresh and given.data.exists():
        shutil.rmtree(given.data)
    return run(Cluster(given.data), given.servers, given.port, with_demo=not given.empty)


if __name__ == "__main__":
    sys.exit(main())
