"""History costs nothing: what is asked often finds its rows by index, and reads no more after years than after one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, Row, Select, text

from app import create_app
from models.base import db as database
from services import acting, attention, board, booking, jobs, listing, mine, queue
from services.sales import shop_home, show_report
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between
from tests.support.engines import disconnect, settings, throwaway
from tests.support.long_house import GROWING, LongHouse, age, found
from tests.support.plans import Watch, watched

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plans")]

FIRST, MORE = 420, 840
"""Days of history: more than the year that pages of sums look back to, then as much again and again."""


def book(house: LongHouse) -> object:
    return booking.request_booking(
        house.resident, house.room, between(19, 20, days=1), purpose="合唱", party_size=2, now=NOW
    )


def give_back(house: LongHouse) -> object:
    return booking.cancel(house.resident, house.full_id, version=1, now=NOW)


def glimpsed(service: Callable[..., object], module: ModuleType) -> Callable[..., object]:
    """A service that asks past the session, asked on the session's connection: where the test looks on."""

    def read(_engine: Engine, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        return database.session.execute(statement, values).all()

    def ask(*given: object) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "read", read)
            return service(*given)

    return ask


whose_session = glimpsed(acting.presence_of, acting)
counted = glimpsed(attention.counts, attention)

HOT = {
    "session and person": lambda h: whose_session(h.token, NOW),
    "what waits for staff": lambda h: counted(h.staff, NOW),
    "what a resident has not read": lambda h: counted(h.resident, NOW),
    "the revision that live pages compare": lambda h: board.stamp(),
    "the board of a day": lambda h: board.of_day(h.resident, None, NOW),
    "free times": lambda h: listing.availability(h.room, between(0, 24), NOW),
    "booking, with its limits": book,
    "the queue": lambda h: queue.desk(h.staff, None, NOW),
    "my bookings": lambda h: mine.of_person(h.resident, 1, NOW),
    "what is booked for a shop": lambda h: mine.of_person(h.owner, 1, NOW),
    "the page of a shop": lambda h: shop_home.merchant_home(h.owner, now=NOW),
    "the report of a show": lambda h: show_report.show_report(h.staff, h.show_id, now=NOW),
    "giving back what somebody waits for": give_back,
    **{f"the job “{job.name}”": lambda _h, run=job.run: run(NOW) for job in jobs.JOBS},
}


A_ROW_EACH = {
    "the job “attribute sales”": "each show is asked by which rule its sales were attributed: 150 rows a year",
    "the job “sum up reports”": "months that were never summed, as these that appear behind, are summed once",
    "the job “lock statements”": "every hour; the sums of each shop and day tell which months have sales",
}
"""What reads history, and why it may."""
A_SHOW_EACH = {
    "what is booked for a shop": "each show is asked for booths of the shop, 150 a year, until there are enough"
}
"""The same, by an index."""
LARGE = {
    "sqlite": (),
    "postgresql": ("SET LOCAL enable_seqscan = off", "SET LOCAL plan_cache_mode = force_generic_plan"),
}
"""A table of a few pages PostgreSQL would rather read whole: so it decides as in a house of a million rows. And it
shows the plan that it keeps, whatever the values are, which has to be as good as one for these."""


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def look(ask: Callable[[LongHouse], object], house: LongHouse, *before: str) -> Watch:
    """What the engine does for it; nothing of it stays."""
    seen: list[Watch] = []

    def undone() -> None:
        for statement in (*LARGE[database.engine.dialect.name], *before):
            database.session.execute(text(statement))
        with watched(database.session()) as watch:
            ask(house)
            database.session.flush()
        seen.append(watch)
        raise Undone

    with suppress(Undone):
        in_transaction(undone)
    database.session.remove()
    return seen[0]


class History:
    """The same house after a year and after three, and what each look read in both."""

    def __init__(self) -> None:
        self.house = found()
        self.early = self._after(FIRST)
        self.late = self._after(MORE)

    def _after(self, days: int) -> dict[str, Watch]:
        age(self.house, days)
        for job in jobs.JOBS:  # what is due by then is done
            job.run(NOW)
        return {name: look(ask, self.house) for name, ask in HOT.items()}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def history(request: pytest.FixtureRequest) -> Iterator[History]:
    with throwaway(request.param) as url:
        app = create_app(settings(url))
        with app.app_context():
            yield History()
        disconnect(app)


@pytest.mark.parametrize("name", sorted(HOT.keys() - A_ROW_EACH))
def test_no_table_that_grows_is_read_whole(history, name):
    assert history.late[name].asked
    assert history.late[name].scans_of(GROWING) == []


@pytest.mark.parametrize("name", sorted(HOT.keys() - A_ROW_EACH - A_SHOW_EACH.keys()))
def test_history_is_not_read(history, name):
    early, late = history.early[name], history.late[name]

    assert late.read <= early.read * 1.1 + 20, late.dearest()[:3]


INDEXES = {
    "my bookings": ["ix_booking_booker_id_starts_at", "ix_booking_created_by_id_starts_at"],
    "the job “deliver messages”": ["ix_outbox_message_due"],
}


@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.mutant
def test_what_reads_history_would_be_noticed(history, name):
    without = look(HOT[name], history.house, *(f"DROP INDEX {index}" for index in INDEXES[name]))

    assert without.read > history.early[name].read * 1.1 + 20


@pytest.mark.parametrize("name", ["the job “deliver messages”"])
@pytest.mark.mutant
def test_a_table_read_whole_would_be_noticed(history, name):
    without = look(HOT[name], history.house, *(f"DROP INDEX {index}" for index in INDEXES[name]))

    assert without.scans_of(GROWING)
