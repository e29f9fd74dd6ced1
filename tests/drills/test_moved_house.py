"""A house on SQLite moves to PostgreSQL by one command, and back again: every row is the same."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models import Booking, db
from services.backup import transfer
from tests.support import killed_migrations
from tests.support.drilling import Drill
from tests.support.moved_house import differences, house_at, moved, nowhere, troubles

BOOKINGS, FEW = 100_000, 0
pytestmark = pytest.mark.postgresql


@contextmanager
def sqlite_house(bookings: int) -> Iterator[str]:
    """The address of one that has something in every table, or that is large."""
    with killed_migrations.house("sqlite", bookings):
        yield db.engine.url.render_as_string()


@pytest.mark.drill("keeping")
def test_a_house_that_moves_to_postgresql_and_back_is_the_same(drill: Drill) -> None:
    bookings = drill.size(BOOKINGS, tenth=FEW)
    with sqlite_house(bookings) as source, nowhere("postgresql") as there, nowhere("sqlite") as back:
        began = time.monotonic()
        said = moved(source, there)
        took = time.monotonic() - began
        assert said.exit_code == 0, said.output
        assert differences(source, there) == []

        assert moved(there, back).exit_code == 0
        assert differences(source, back) == []
        # Rows that were made up for every table are odd in the doctor's eyes; the way makes nothing worse.
        assert troubles(there) == troubles(back)
        assert not set(troubles(there)) - set(troubles(source))
    drill.tell("rows", sum(int(line.split()[1]) for line in said.stdout.splitlines()[:-1]))
    drill.tell("tables that differ", 0)
    drill.tell("moved in", took, "s")


@pytest.mark.mutant
def test_a_row_that_is_changed_on_the_way_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_write_by_copy", forging(transfer._write_by_copy))  # noqa: SLF001  the way there
    with sqlite_house(FEW) as source, nowhere("postgresql") as there:
        said = moved(source, there)

        assert (said.exit_code, "booking" in said.output) == (1, True)
        with house_at(there):
            assert db.session.query(Booking).all() == []


def forging(write: Any) -> Any:
    """The same, but that one more comes to every booking."""

    def forged(there: Any, of: Any, rows: Any) -> None:
        names = [one.name for one in of.columns]
        more = [of.name == "booking" and name == "party_size" for name in names]
        write(
            there,
            of,
            ([value + 1 if one else value for value, one in zip(row, more, strict=True)] for row in rows),
        )

    return forged
