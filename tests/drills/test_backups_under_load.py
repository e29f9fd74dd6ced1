"""A backup is taken while many write; restored elsewhere it is whole, and nobody who was erased is known there."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

import cli_people
from models import db
from models.engine import sqlite_module
from tests.races.conftest import ENGINES
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.history_checker import Kind
from tests.support.kept_backups import flask, remembered, restored, take, take_quietly, wrongs
from tests.support.long_history import MIX, Community, community
from tests.support.moved_house import house_at
from tests.support.race_arena import Arena, house_of
from tests.support.server import serving

BACKUPS, LONGEST = 20, 300.0
WRITES_A_SECOND, ENOUGH = 60, 45
"""What is asked for, and the least that is reached while a backup is taken: who is late does not catch up."""
OPERATIONS, FEW_OPERATIONS = 500, 60
"""Before each backup."""


@pytest.fixture(scope="module", params=ENGINES)
def served(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """A house of two processes for all backups of an engine."""
    with (
        throwaway(request.param) as url,
        house_of(url) as app,
        serving(url, processes=2) as server,
    ):
        yield Arena(request.param, server.url, app)


@pytest.fixture
def lived(served: Arena) -> Iterator[Community]:
    """People who write at the pace of a busy house."""
    with served.app.app_context():
        writers = community(served)
        db.session.expunge_all()  # commands of this process end the session, and nobody here may read rooms anew
        writers.pace = WRITES_A_SECOND * sum(MIX.values()) / (sum(MIX.values()) - MIX[Kind.READ])
        yield writers
        db.session.rollback()


@pytest.mark.drill("keeping")
def test_a_backup_under_load_brings_all_of_it_back(served: Arena, lived: Community, drill: Drill) -> None:
    backups = drill.size(BACKUPS, tenth=1)
    longest, writes, seconds = 0.0, 0, 0.0
    for _ in range(backups):
        taken = take(served.app, lived, drill.size(OPERATIONS, tenth=FEW_OPERATIONS))
        with restored(served.engine_name, taken):
            assert list(wrongs(taken, lived)) == []
        longest = max(longest, time.monotonic() - taken.began)
        writes, seconds = writes + taken.writes(lived), seconds + taken.seconds
    assert list(lived.asked_again()) == []
    drill.tell("backups", backups)
    drill.tell("writes while they were taken", writes)
    drill.at_least("writes a second meanwhile", writes / seconds, ENOUGH, "/s")
    drill.tell("operations", len(lived.history))
    drill.tell("acknowledged and lost", 0)
    drill.at_most("taken, restored and verified within", longest, LONGEST)


@pytest.mark.mutant
def test_a_backup_for_which_writers_have_to_wait_is_found_out(served: Arena, lived: Community) -> None:
    def alone(file: Path) -> None:
        with db.engine.execution_options(writes=True).begin() as connection:
            if served.engine_name == "postgresql":
                connection.execute(text("LOCK TABLE booking IN EXCLUSIVE MODE"))
            flask(served.app, "backup", file)
            Event().wait(1)

    taken = take(served.app, lived, FEW_OPERATIONS, alone)

    assert taken.writes(lived) / taken.seconds < ENOUGH


@pytest.mark.mutant
@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
def test_a_file_that_was_copied_without_its_wal_is_found_out(served: Arena, lived: Community) -> None:
    house = Path(db.engine.url.database or "")
    with closing(sqlite_module.connect(house)) as somebody_reads:
        # From here on nothing comes out of the WAL before whoever looked first has seen enough.
        somebody_reads.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        somebody_reads.execute("BEGIN")
        somebody_reads.execute("SELECT count(*) FROM booking").fetchone()

        taken = take(served.app, lived, FEW_OPERATIONS, lambda file: shutil.copyfile(house, file))

    with restored("sqlite", taken):
        found = list(wrongs(taken, lived))
    assert any("is at version 0" in wrong for wrong in found)


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_restore_that_forgets_erasures_is_found_out(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_people, "replay", lambda gone: None)
    with throwaway(engine) as url, house_at(url) as app:
        taken = take_quietly(app)

    with restored(engine, taken):
        assert "person knows who was erased" in list(remembered())
