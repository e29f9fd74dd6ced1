"""A worker gives an import up that another takes over: it is never called failed with its sales booked."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.people import Role
from models import Sale, SalesImport, db
from models.sales_imports import ImportStatus
from services import leases
from services.sales import applying, importing, work
from tests.support.bench import Bench
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import stage
from tests.support.race import Meeting, in_threads

LATER = NOW + 2 * leases.LEASE
pytestmark = pytest.mark.postgresql


@pytest.fixture
def house(bench: Bench) -> Iterator[Flask]:
    """An application on PostgreSQL; SQLite has one writer anyway."""
    app = bench.fresh("postgresql")
    with app.app_context():
        yield app
        db.session.rollback()
    bench.release(app)


def rivals(house: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[ImportStatus | None, int | None]:
    """One worker gives up what the other applies; gives back how the import stands, and how many sales there are."""
    staff, clear = create_actor(Role.STAFF), work.clear
    looked_at, taken_over = Meeting(2, 5), Meeting(2)
    found = stage(staff, [doudian_row(1)])
    monkeypatch.setattr(applying, "SMALL", 0)
    applying.apply(staff, found.id, now=NOW)
    assert work.claim(found.id, "slow", NOW)

    def meet_and_clear(*about: Any) -> None:
        looked_at.wait()
        taken_over.wait()
        clear(*about)

    monkeypatch.setattr(work, "clear", meet_and_clear)

    def take_over() -> None:
        looked_at.wait()
        if work.claim(found.id, "quick", LATER):
            work.run(found.id, "quick", LATER)
        taken_over.wait()

    assert in_threads(house, [lambda: work.fail(found.id, "slow", LATER), take_over]) == [None, None]
    db.session.rollback()
    status = db.session.scalar(select(SalesImport.status))
    return status, db.session.scalar(select(func.count()).select_from(Sale))


ONE_OR_THE_OTHER = ((ImportStatus.FAILED, 0), (ImportStatus.APPLIED, 1))


def test_an_import_is_given_up_or_booked_and_never_both(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rivals(house, monkeypatch) in ONE_OR_THE_OTHER


@pytest.mark.mutant
def test_without_the_lock_it_would_be_both(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "load_locked", importing.load)

    assert rivals(house, monkeypatch) not in ONE_OR_THE_OTHER
