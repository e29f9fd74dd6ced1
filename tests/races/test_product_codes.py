"""A product gets its codes while others sell: all lock the platforms first and the months last, and none fails."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import selectinload

from domain.sales.lines import Platform
from models import Product, db
from services import unit_of_work
from services.merchants import codes
from services.sales import importing, linking, totals
from services.unit_of_work import in_transaction
from tests.support.bench import Bench
from tests.support.builders import NOW
from tests.support.race import Meeting, in_threads, wait_for_locks
from tests.support.sale_builders import create_import, create_market, sale_row, write_sales

FIRST, LAST = Platform.PINDUODUO, Platform.WEIXIN
pytestmark = pytest.mark.postgresql


@pytest.fixture
def house(bench: Bench) -> Iterator[Flask]:
    """An application on PostgreSQL, where a lock that two wait for makes one of them fail at once."""
    app = bench.fresh("postgresql")
    with app.app_context():
        yield app
        db.session.rollback()
    bench.release(app)


def rivals(house: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """One gives a product two codes and meets the other when a month is summed up; the other sells in that month."""
    product_id, meeting = create_market(shops=1, shows=1).products[0], Meeting(2)
    waiting = sale_row(create_import().id, platform=FIRST, platform_product_id="p1", ordered_at=NOW)
    write_sales([waiting])
    attribute = linking.attribute_waiting
    monkeypatch.setattr(unit_of_work, "TRIES", 1)
    monkeypatch.setattr(
        linking, "attribute_waiting", lambda *given, **more: (attribute(*given, **more), meeting.wait())
    )

    def give() -> None:
        wait_for_locks()
        product = db.session.get_one(Product, product_id, options=[selectinload(Product.codes)])
        codes.set_codes(db.session(), product, {FIRST: "p1", LAST: "w1"}, NOW)

    def sell() -> None:
        wait_for_locks()
        importing.lock_platform(db.session(), LAST)
        meeting.wait()
        touched = totals.Touched()
        touched.add(waiting["ordered_on"], None, None)
        totals.refresh(db.session(), touched)

    return in_threads(house, [lambda: in_transaction(give), lambda: in_transaction(sell)])


def test_codes_and_sales_never_wait_for_each_other(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rivals(house, monkeypatch) == [None, None]


@pytest.mark.mutant
def test_without_the_locks_in_front_one_of_them_would_fail(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "lock_platform", lambda *_about: None)
    monkeypatch.setattr(codes, "bump", lambda *_about: None)

    assert sorted(type(one).__name__ for one in rivals(house, monkeypatch)) == ["NoneType", "Unavailable"]
