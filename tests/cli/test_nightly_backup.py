"""Old backups go only after a new one was examined, and the newest stay."""

import os
import subprocess

import pytest

from tests.support.checkout import ROOT

SCRIPT = ROOT / "deploy/nightly-backup.sh"
OLD = [f"jufu-2026110{day}T021500Z.backup" for day in range(1, 6)]
HOUSE = """#!/bin/sh
shift 2
echo "$*" >>{folder}/asked
[ "$1" != "$FAILING" ] || exit 1
case $1 in
    backup) printf 'SQLite format 3' >"$2" ;;
    people) echo '[]' ;;
    doctor) echo "$DATABASE_URL" >{folder}/examined ;;
esac
"""
"""Plays `flask`; the real one makes a night in tests/cli/test_going_live.py."""


@pytest.fixture
def night(tmp_path):
    """A night in a house in which one command may fail; its status, and which backups are there then."""
    backups = tmp_path / "backups"
    backups.mkdir()
    for name in (*OLD, "notes.txt"):
        (backups / name).touch()
    house = tmp_path / "flask"
    house.write_text(HOUSE.format(folder=tmp_path))
    house.chmod(0o755)

    def run(keep="3", failing="", script=SCRIPT):
        settings = {"BACKUP_DIR": str(backups), "BACKUP_KEEP": keep, "FLASK": str(house), "FAILING": failing}
        done = subprocess.run(["sh", script], env=os.environ | settings, capture_output=True, check=False)
        return done.returncode, sorted(path.name for path in backups.glob("jufu-*"))

    return run


def test_the_newest_stay_and_nothing_else_is_touched(night, tmp_path):
    status, left = night()

    assert status == 0
    assert left[:2] == OLD[-2:]
    assert len(left) == 3
    assert (tmp_path / "backups/notes.txt").exists()
    assert (tmp_path / "backups/erasures.json").read_text() == "[]\n"
    assert [path.name for path in (tmp_path / "backups").glob(".*")] == []


def test_what_is_examined_is_the_restored_backup_and_not_the_house(night, tmp_path):
    night()

    assert "/restored.sqlite3" in (tmp_path / "examined").read_text()
    assert [line.split()[0] for line in (tmp_path / "asked").read_text().splitlines()] == [
        "backup", "people", "restore", "doctor",
    ]  # fmt: skip


@pytest.mark.parametrize("failing", ["backup", "people", "restore", "doctor"])
def test_while_a_night_fails_no_old_backup_goes(night, failing):
    status, left = night(failing=failing)

    assert status == 1
    assert set(OLD) <= set(left)


@pytest.mark.mutant
@pytest.mark.parametrize("step", ["house restore", "house doctor"])
def test_a_night_that_examines_nothing_would_lose_old_ones(night, tmp_path, step):
    hasty = tmp_path / "deploy" / "hasty.sh"
    hasty.parent.mkdir()
    hasty.write_text(SCRIPT.read_text(encoding="utf-8").replace(f"    {step}", f"    true # {step}"))

    status, left = night(failing=step.split()[1], script=hasty)

    assert (status, len(left)) == (0, 3)


@pytest.mark.parametrize("keep", ["0", "-1", "many", "1; rm -rf x"])
def test_a_number_that_would_keep_none_is_refused(night, keep):
    assert night(keep=keep) == (1, OLD)
