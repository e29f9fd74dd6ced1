"""The power goes while people book, at a thousand moments: what was answered is there, and nothing is half done."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models import db, engine
from services import idempotency
from tests.support.drilling import Drill
from tests.support.power_house import Lived, lived
from tests.support.recording_vfs import Did

POINTS, REQUESTS = 1000, 160
FEW_REQUESTS, FEW_POINTS = 40, 60
"""Enough for a mutant to be found out many times."""
WAL, FALLBACK = "WAL", "TRUNCATE"
Use = Callable[..., None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let the house believe in a SQLite that may use WAL or in an affected one, and set it otherwise than it would."""

    def use(journal: str, **otherwise: str) -> None:
        monkeypatch.setattr(engine, "wal_is_safe", lambda _module=None: journal == WAL)
        settings = dict(one.split("=") for one in engine.sqlite_pragmas())
        pragmas = tuple("=".join(one) for one in (settings | otherwise).items())
        monkeypatch.setattr(engine, "sqlite_pragmas", lambda _module=None: pragmas)

    return use


@pytest.mark.drill("crashes")
@pytest.mark.parametrize("journal", [WAL, FALLBACK])
def test_a_power_cut_takes_nothing_that_was_answered(journal: str, use: Use, drill: Drill) -> None:
    use(journal)
    chance = random.Random(40_11)
    life = lived(drill.size(REQUESTS, tenth=60), chance, reading=journal == WAL)

    points = drill.size(POINTS)
    assert list(life.found(points, chance)) == []
    drill.tell("points", points)
    drill.tell("answers", len(life.statuses))
    drill.tell("writes", happened(life, Did.WRITE))
    if journal == WAL:  # without any, the database would be as it was at first, and all of it in the WAL
        assert happened(life, Did.SYNC, "") > len(life.statuses) // 10
        drill.tell("checkpoints", happened(life, Did.SYNC, ""))
    drill.tell("acknowledged and lost", 0)


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("journal", "otherwise"),
    [
        (WAL, {"synchronous": "OFF"}),
        (WAL, {"synchronous": "NORMAL"}),
        (FALLBACK, {"synchronous": "OFF"}),
        (FALLBACK, {"synchronous": "NORMAL"}),
        (FALLBACK, {"journal_mode": "DELETE", "synchronous": "FULL"}),
    ],
    ids=lambda one: one if isinstance(one, str) else ", ".join(one.values()),
)
def test_a_house_that_does_not_wait_for_the_disk_is_found_out(
    journal: str, otherwise: dict[str, str], use: Use
) -> None:
    use(journal, **otherwise)

    found = kinds(lived(FEW_REQUESTS, random.Random(1), reading=False))

    assert found["lost"] > 0
    assert ("damaged" in found) or otherwise["synchronous"] != "OFF"


@pytest.mark.mutant
@pytest.mark.parametrize("journal", [WAL, FALLBACK])
def test_a_house_that_commits_in_the_middle_is_found_out(
    journal: str, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(journal)
    monkeypatch.setattr(idempotency, "_answered", committed(idempotency._answered))  # noqa: SLF001  the middle of it

    found = kinds(lived(FEW_REQUESTS, random.Random(1), reading=False))

    assert (found["half done"] > 0, found["lost"], found["damaged"]) == (True, 0, 0)


@pytest.mark.mutant
def test_a_house_that_knows_no_keys_is_found_out(use: Use) -> None:
    use(WAL)
    life = lived(FEW_REQUESTS, random.Random(1), reading=False)
    life.asked = [
        replace(one, told=one.told | {"Idempotency-Key": f"another-{n}"}) for n, one in enumerate(life.asked)
    ]

    found = kinds(life)

    assert (found["asked again"] > 0, found["lost"], found["half done"]) == (True, 0, 0)


def committed(work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, and a commit before its transaction is over."""

    def and_commit(*told: Any) -> Any:
        done = work(*told)
        driver: Any = db.session.connection().connection.driver_connection
        driver.execute("COMMIT")
        driver.execute("BEGIN IMMEDIATE")
        return done

    return and_commit


def kinds(life: Lived) -> Counter[str]:
    """How often each kind of trouble is found."""
    return Counter(trouble.partition(":")[0] for trouble in life.found(FEW_POINTS, random.Random(2)))


def happened(life: Lived, did: Did, *names: str) -> int:
    """How often something was done to these files, or to any."""
    return sum(event.did is did and (not names or event.name in names) for event in life.log.events)
