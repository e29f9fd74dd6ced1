"""Two platforms that sell on one day at once: no sum loses a line; and so it would without the lock of the months."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from domain.interval import local_day
from domain.sales.lines import Platform
from models import Sale, SalesTotal, db
from models.sales_books import Band, Scope
from services.doctor import sales_books
from services.sales import totals
from services.unit_of_work import in_transaction
from tests.races.conftest import ENGINES
from tests.support.bench import Bench
from tests.support.builders import NOW, at
from tests.support.race import Meeting, in_threads, wait_for_locks
from tests.support.sale_builders import Market, create_import, create_market, sale_row, write_sales

FRIDAY = local_day(NOW) - timedelta(days=3)
PLATFORMS = (Platform.DOUDIAN, Platform.TAOBAO)
POSTGRESQL = pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
Row = dict[str, Any]


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine this run is on."""
    return str(request.param)


@pytest.fixture
def house(engine_name: str, bench: Bench) -> Iterator[Flask]:
    """An application, and a context to lay out what it needs."""
    app = bench.fresh(engine_name)
    with app.app_context():
        yield app
        db.session.rollback()
    bench.release(app)


@pytest.fixture
def market(house: Flask) -> Market:
    """One shop that sells on two platforms; a line of it stands on the day already, so that the sums do too."""
    market = create_market(shops=1, shows=1)
    write_sales([row_of(Platform.KUAISHOU, market, create_import().id)])
    return market


def row_of(platform: Platform, market: Market, imported: int, day: date = FRIDAY) -> Row:
    """A line of the shop's first product on Friday."""
    return sale_row(imported, platform=platform, product_id=market.products[0], ordered_at=at(20, day=day))


def seller(
    rows: list[Row], before: Callable[[], None], after: Callable[[], None] = lambda: None
) -> Callable[[], None]:
    """A service that writes these sales; `before` it sums them up, and `after` that."""

    def write() -> None:
        wait_for_locks()
        touched = totals.Touched()
        touched.note(*rows)
        db.session.execute(insert(Sale), rows)
        before()
        totals.refresh(db.session(), touched)
        after()

    return lambda: in_transaction(write)


def rivals(house: Flask, market: Market) -> list[Exception | None]:
    """Two platforms write a line each and meet before either of them sums up."""
    imported, meeting = create_import().id, Meeting(len(PLATFORMS))
    jobs = [seller([row_of(one, market, imported)], meeting.wait) for one in PLATFORMS]
    return in_threads(house, jobs)


def lines_of_the_day(market: Market) -> int | None:
    """How many pieces the shop sold on Friday, by its sum."""
    db.session.rollback()
    return db.session.scalar(
        select(SalesTotal.items).where(
            SalesTotal.scope == Scope.MERCHANT, SalesTotal.scope_id == market.merchants[0],
            SalesTotal.day == FRIDAY, SalesTotal.band == Band.ALL,
        )
    )  # fmt: skip


def test_two_platforms_that_sell_on_one_day_lose_nothing(house: Flask, market: Market) -> None:
    assert rivals(house, market) == [None, None]

    assert lines_of_the_day(market) == 3
    assert sales_books.findings(NOW) == []


@POSTGRESQL
@pytest.mark.mutant
def test_without_the_lock_one_of_them_would_fail(
    house: Flask, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "lock_months", lambda *_about: None)

    outcome = rivals(house, market)

    assert sorted(type(one).__name__ for one in outcome) == ["IntegrityError", "NoneType"]


def test_many_months_at_once_are_locked_in_one_order(house: Flask, market: Market) -> None:
    imported, meeting = create_import().id, Meeting(4)
    days = [FRIDAY - timedelta(days=31 * back) for back in range(6)]
    orders = [days, days[::-1], days[2:5], [days[4], days[1]]]
    jobs = [
        seller([row_of(PLATFORMS[n % 2], market, imported, day) for day in order], meeting.wait)
        for n, order in enumerate(orders)
    ]

    assert in_threads(house, jobs) == [None] * 4

    assert sales_books.findings(NOW) == []


def selling_meanwhile(house: Flask, market: Market) -> list[Any]:
    """Somebody sells while all sums were made anew but not committed yet."""
    rebuilt, sold = Meeting(2, 5), Meeting(2, exactly=1)

    def rebuild() -> None:
        wait_for_locks()
        totals.rebuild(db.session())
        rebuilt.wait()
        sold.wait()  # the other can't come: it waits for us

    row = row_of(Platform.DOUDIAN, market, create_import().id)
    return in_threads(house, [lambda: in_transaction(rebuild), seller([row], rebuilt.wait, sold.wait)])


@POSTGRESQL
def test_who_sells_waits_until_all_sums_are_made_anew(house: Flask, market: Market) -> None:
    assert selling_meanwhile(house, market) == [None, None]

    assert lines_of_the_day(market) == 2
    assert sales_books.findings(NOW) == []


@POSTGRESQL
@pytest.mark.mutant
def test_without_the_lock_of_all_months_the_sale_would_fail(
    house: Flask, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "lock_all", lambda *_about: None)

    _made, sale = selling_meanwhile(house, market)

    assert isinstance(sale, IntegrityError)
