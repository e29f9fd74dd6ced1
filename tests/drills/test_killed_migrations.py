"""Killed on their way down or up, the tables are those of one version or the other, with all their rows."""

import random
from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from models import db
from services import tables
from tests.races.conftest import ENGINES
from tests.support import dying, row_digests
from tests.support.drilling import Drill
from tests.support.killed_migrations import Columns, Look, fill_all, go, house, killed, look

BOOKINGS, KILLS = 100_000, 20
FIRST, NOT_LONG_AGO = "0001", "0005"
MADE_ANEW = {"sales_total"}
"""Tables that are made of others on the way up."""
PATIENCE = 20
"""How often each kill may come too late."""
MIDDLE = 60
"""A statement between the first and the last."""


def stay(before: Columns, after: Columns) -> Columns:
    """The columns that there are at both versions, but of what is made of others."""
    return {
        name: [one for one in before[name] if one in after[name]]
        for name in (before.keys() & after.keys()) - MADE_ANEW
    }


@pytest.mark.drill("keeping")
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_in_the_middle_the_tables_are_whole(engine: str, drill: Drill) -> None:
    kills, chance, in_time = drill.size(KILLS, tenth=2), random.Random(40_14), 0
    oldest = FIRST if drill.full else NOT_LONG_AGO
    with house(engine, drill.size(BOOKINGS, tenth=0)) as app:
        newest = app.config["MIGRATION_HEAD"]
        kept, seconds, looks = there_and_back(oldest, newest)
        ways = [oldest, newest] * kills * PATIENCE
        while in_time < kills:
            to = ways.pop(0)  # IndexError where nearly all of them have ended before they are killed
            if to == oldest:
                fill_all(but=kept)
            was_in_time = killed_between(to, seconds[to], chance, kept, looks)
            in_time += was_in_time
            if not was_in_time:  # the first way took longer, as everything is slow at times
                seconds[to] *= 0.8
            go(to)
            assert sorted(looks[to].shape ^ look(kept).shape, key=str) == []
            assert look(kept) == looks[to]
    drill.tell("kills", in_time)
    drill.tell("rows", sum(rows for rows, _ in looks[newest].rows.values()))
    drill.tell("rows lost", 0)


def killed_between(
    to: str, within: float, chance: random.Random, kept: Columns, looks: Mapping[str, Look]
) -> bool:
    """Whether it was killed in time; then nothing at all has happened, or all of it."""
    whole = row_digests.columns()
    before = look(whole)
    in_time = killed(to, within, chance)
    if tables.revision() == before.revision:
        assert look(whole) == before
    assert look(kept) in looks.values()
    return in_time


def there_and_back(oldest: str, newest: str) -> tuple[Columns, dict[str, float], dict[str, Look]]:
    """Down and up again: what stays, how long each way takes, and how either end looks."""
    above = row_digests.columns()
    seconds = {oldest: go(oldest)}
    kept = stay(above, row_digests.columns())
    looks = {oldest: look(kept)}
    seconds[newest] = go(newest)
    looks[newest] = look(kept)
    assert looks[newest].rows == looks[oldest].rows
    return kept, seconds, looks


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_change_of_the_tables_that_commits_in_the_middle_is_found_out(engine: str) -> None:
    with house(engine, 0) as app:
        kept, _, looks = there_and_back(NOT_LONG_AGO, app.config["MIGRATION_HEAD"])

        assert dying.killed_at((db.engine, "", commit_in_the_middle), lambda: go(NOT_LONG_AGO))

        assert look(kept) not in looks.values()


def commit_in_the_middle(engine: Engine, _name: str) -> None:
    """And die there."""
    number = count()

    @event.listens_for(engine, "after_cursor_execute")
    def commit(connection: Connection, *_told: object) -> None:
        if next(number) == MIDDLE:
            driver: Any = connection.connection.driver_connection
            driver.commit()
            dying.die()
