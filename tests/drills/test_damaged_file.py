"""A damaged database file is refused with a diagnosis; nothing is made anew in its place."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from os import environ
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from models.engine import sqlite_module
from services import soundness
from tests.support import rundir
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.server import ROOT

PAGE = 4096
DEADLINE = 300
LOG = b"\x37\x7f\x06\x82" + bytes(5000)
"""The beginning of a write-ahead log."""


@pytest.fixture
def sound() -> Iterator[Path]:
    """A database as the migrations left it, on its own."""
    with throwaway("sqlite") as url:
        yield Path(str(make_url(url).database))


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def without_a_page(path: Path) -> None:
    zero(path, 7)


def zero(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(bytes(PAGE))


def with_another_head(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\x89PNG garbage instead")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def emptied_beside_its_log(path: Path) -> None:
    path.write_bytes(b"")
    beside(path).write_bytes(LOG)


def gone_but_for_its_log(path: Path) -> None:
    path.unlink()
    beside(path).write_bytes(LOG)


DAMAGE: list[Callable[[Path], None]] = [
    cut_short, without_a_page, with_another_head, emptied, emptied_beside_its_log, gone_but_for_its_log,
]  # fmt: skip


def contents(path: Path) -> list[bytes | None]:
    """The file and the log beside it."""
    return [one.read_bytes() if one.exists() else None for one in (path, beside(path))]


def serve(path: Path) -> subprocess.CompletedProcess[str]:
    """What `flask serve` says of it; a house that opens all the same is ended."""
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    told = environ | {"DATABASE_URL": f"sqlite:///{path}", "PORT": "0", "WEB_CONCURRENCY": "1"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=told, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said = process.communicate(timeout=DEADLINE)[0]
    finally:
        process.kill()
    return subprocess.CompletedProcess(command, process.returncode, said)


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_house_does_not_open_on_a_damaged_file(damage: Callable[[Path], None], sound: Path) -> None:
    damage(sound)
    before = contents(sound)

    said = serve(sound)

    assert said.returncode == 1
    assert said.stdout.startswith("Error: The ")
    assert "Restore a backup" in said.stdout
    assert said.stdout.count("\n") == 1
    assert contents(sound) == before


@pytest.mark.drill("bad days")
def test_no_page_that_holds_anything_is_zeroed_unnoticed(sound: Path, drill: Drill) -> None:
    copy = rundir.current() / f"{uuid4().hex[:8]}.sqlite"
    pages = range(0, sound.stat().st_size // PAGE, 1 if drill.full else 10)
    unnoticed = [page for page in pages if not _is_noticed(sound, copy, page)]
    copy.unlink()

    assert len(unnoticed) <= free_pages(sound)
    drill.tell("pages zeroed, one at a time", len(pages))


def free_pages(path: Path) -> int:
    """Pages in which nothing is kept."""
    with closing(sqlite_module.connect(path)) as connection:
        return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def _is_noticed(sound: Path, copy: Path, page: int) -> bool:
    shutil.copyfile(sound, copy)
    zero(copy, page)
    return soundness.diagnosis(make_url(f"sqlite:///{copy}")) is not None


def test_a_sound_file_and_none_at_all_may_be_served(sound: Path) -> None:
    assert soundness.diagnosis(make_url(f"sqlite:///{sound}")) is None
    sound.unlink()
    assert soundness.diagnosis(make_url(f"sqlite:///{sound}")) is None


@pytest.mark.parametrize("closed_in_order", [True, False])
def test_a_large_file_is_read_whole_only_where_it_was_not_closed_in_order(
    closed_in_order: bool, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(soundness, "LARGE", PAGE)
    monkeypatch.setattr(soundness, "look_through", lambda path: read.append(path) or "ok")
    if not closed_in_order:
        beside(sound).write_bytes(LOG)

    assert soundness.diagnosis(make_url(f"sqlite:///{sound}")) is None
    assert bool(read) is not closed_in_order


@pytest.mark.mutant
def test_a_start_that_looks_at_nothing_loses_the_log_beside_an_empty_file(sound: Path) -> None:
    emptied_beside_its_log(sound)
    before = contents(sound)
    sqlite = sqlite_module.connect(sound)
    sqlite.execute("PRAGMA journal_mode=WAL")
    sqlite.execute("CREATE TABLE anew (number INTEGER)")
    sqlite.close()

    assert contents(sound) != before


@pytest.mark.mutant
@pytest.mark.parametrize("damage", [cut_short, without_a_page])
def test_a_look_at_the_head_alone_is_found_out(damage, sound, monkeypatch) -> None:
    monkeypatch.setattr(soundness, "look_through", lambda _path: "ok")
    damage(sound)

    assert soundness.diagnosis(make_url(f"sqlite:///{sound}")) is None
