"""What drills found is kept from one run to the next, and what nobody tried is said."""

import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import drill_page, drilling
from tests.support.drill_report import MUTANT, Figure, Outcome, Report, plain, read, sentence

RACE = Outcome(
    "tests/races/test_a.py::test_one_wins[sqlite]", "races", True, 12, [Figure("rounds", 200)], "Monday"
)
SOAK = Outcome("tests/drills/test_b.py::test_an_hour", "long run", True, 3600, [], "Monday")
KEYLESS = Outcome("tests/races/test_a.py::test_without_the_key_two_win", MUTANT, True, 3, [], "Monday")
KNOWN = frozenset(one.test for one in (RACE, SOAK, KEYLESS))

ROOT = Path(__file__).parents[2]
NOTHING_FOUND = 5
"""With this pytest ends where it understood everything and there was no test."""


def report(*outcomes: Outcome, known: frozenset[str] = KNOWN) -> Report:
    """Of a run that found these."""
    return Report({one.test: one for one in outcomes}, known)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that a whole run wrote on Monday."""
    page = tmp_path / "drill.md"
    drill_page.write(page, report(RACE, SOAK, KEYLESS))
    return page


def test_what_was_found_is_read_again_as_it_was(page: Path) -> None:
    assert read(page) == report(RACE, SOAK, KEYLESS)


def test_a_part_of_it_replaces_its_own_lines_and_leaves_the_others(page: Path) -> None:
    worse = replace(RACE, passed=False, run="Tuesday", why="assert 2 == 1")

    drill_page.write(page, report(worse))

    text = page.read_text()
    assert "- run a: Tuesday\n- run b: Monday" in text
    assert "| one wins [sqlite] | **no** | rounds 200; assert 2 == 1 | 12 | a |" in text
    assert "| an hour | yes |  | 3600 | b |" in text
    assert "**1 of 2 drills kept their promise; mutants killed: 1 of 1.**" in text


def test_one_that_there_is_no_more_goes(page: Path) -> None:
    drill_page.write(page, report(RACE, known=frozenset([RACE.test, KEYLESS.test])))

    assert list(read(page).outcomes) == [RACE.test, KEYLESS.test]


def test_where_only_some_were_looked_at_the_others_stay(page: Path) -> None:
    drill_page.write(page, report(RACE, known=frozenset()))

    assert read(page) == report(RACE, SOAK, KEYLESS)


def test_one_that_nobody_tried_is_named(page: Path) -> None:
    drill_page.write(
        page, report(RACE, known=KNOWN | {"tests/drills/test_c.py::test_the_disk_is_full[small]"})
    )

    assert "**Not tried, 1:**\n\n- the disk is full [small]" in page.read_text()


def test_a_mutant_that_lives_stands_first(page: Path) -> None:
    drill_page.write(page, report(replace(KEYLESS, passed=False)))

    assert "Survived:\n\n- without the key two win (a)" in page.read_text()


def test_the_group_of_a_test_is_no_part_of_its_name() -> None:
    assert plain("tests/races/test_a.py::test_one_wins[sqlite]@races") == RACE.test
    assert sentence("tests/races/test_a.py::test_one_wins[sqlite]@races") == "one wins [sqlite]"


def test_what_was_found_is_kept_if_the_rest_is_called_off(page: Path) -> None:
    collector(page).pytest_runtest_logreport(ended("call", passed=True))

    assert read(page).outcomes[RACE.test].run == "Tuesday"
    assert read(page).outcomes[SOAK.test] == SOAK


def test_a_drill_says_what_it_failed_of_and_not_what_it_left_behind(page: Path) -> None:
    hears = collector(page)

    hears.pytest_runtest_logreport(ended("call", passed=False, complaint="assert 2 == 1\n  where"))
    hears.pytest_runtest_logreport(ended("teardown", passed=False, complaint="the browser complained"))

    assert read(page).outcomes[RACE.test].why == "assert 2 == 1"


def collector(page: Path) -> drilling.Collector:
    """What hears of the drills of Tuesday."""
    asked: Any = SimpleNamespace(getoption=lambda _name: page)
    return drilling.Collector(asked, run="Tuesday")


def ended(when: str, *, passed: bool, complaint: str = "") -> Any:
    """The report of the race, as pytest makes it."""
    told = SimpleNamespace(reprcrash=SimpleNamespace(message=complaint)) if complaint else None
    return SimpleNamespace(
        nodeid=RACE.test, user_properties=[(drilling.AREA, "races")], when=when, passed=passed,
        failed=not passed, skipped=False, duration=9.0, longrepr=told,
    )  # fmt: skip


@pytest.mark.slow
def test_what_writes_the_page_is_understood_when_there_is_one(page: Path) -> None:
    told = subprocess.run(["make", "-n", "drill"], cwd=ROOT, capture_output=True, text=True, check=True)
    command = next(line for line in told.stdout.splitlines() if "docs/drill.md" in line)

    # Said as an argument of its own, a file that is there would be taken for the tests to run.
    again = f"{command.replace('docs/drill.md', str(page))} -n 0 --collect-only --ignore-glob='*/test_*'"
    assert subprocess.run(again, shell=True, cwd=ROOT, check=False).returncode == NOTHING_FOUND  # noqa: S602  our own
