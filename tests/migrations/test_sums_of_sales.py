"""Sales that are there before the sums by day were kept are summed up on the way up."""

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from models import SalesTotal, db
from services.doctor import sales_books
from services.sales import totals
from services.unit_of_work import in_transaction
from tests.support.builders import NOW
from tests.support.engines import disconnect, settings, throwaway
from tests.support.rows import fill

pytestmark = pytest.mark.slow

OLD_SALES = (
    # platform, order, moment in UTC, amount, refunded, paid, product, tier, show
    ("doudian", "1", "2026-11-20 12:00:00", 1000, 0, True, 1, "A", 1),
    ("doudian", "1", "2026-11-20 12:00:00", 2000, 500, True, 1, "C", 1),
    ("taobao", "1", "2026-11-20 15:59:59", 4000, 0, True, 1, "D", 1),
    ("doudian", "2", "2026-11-20 16:00:00", 8000, 8000, True, 1, "none", None),
    ("doudian", "3", "2026-11-20 12:00:00", 16000, 0, True, None, None, None),
    ("doudian", "4", "2026-11-20 12:00:00", 32000, 0, False, 1, "A", 1),
)
INSERT = text(
    "INSERT INTO sale (platform, line_key, order_no, title, quantity, amount_fen, paid, refunded_fen, refund_basis,"
    " status, status_text, ordered_at, ordered_precision, live_evidence, product_id, tier, show_id, first_import_id,"
    " last_import_id, updated_at) VALUES (:platform, :key, :order, '紫菜', 1, :amount, :paid, :refunded, 'none',"
    " 'paid', '', :moment, 'second', :yes, :product, :tier, :show, 1, 1, :moment)"
)


@pytest.fixture
def before(engine_name: str) -> Iterator[Flask]:
    """A database as the third release left it, with some sales."""
    with throwaway(engine_name) as url:
        app = create_app(settings(url))
        with app.app_context():
            with db.engine.execution_options(writes=True).begin() as connection:
                fill(connection)
            flask_migrate.downgrade(revision="0003")
            sell()
            yield app
        disconnect(app)


def sell() -> None:
    """Write the sales as the third release did, in place of the one that is there."""
    zone = "+00:00" if db.engine.dialect.name == "postgresql" else ".000000"
    names = ("platform", "order", "moment", "amount", "refunded", "paid", "product", "tier", "show")
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM sale"))
        for number, sale in enumerate(OLD_SALES):
            values = dict(zip(names, sale, strict=True))
            connection.execute(
                INSERT,
                {**values, "moment": f"{values['moment']}{zone}", "key": str(number), "yes": True},
            )


def sums() -> dict[tuple[object, ...], tuple[object, ...]]:
    """What is kept: orders, pieces, paid, refunded, refunded orders."""
    db.session.rollback()
    rows = db.session.execute(select(*SalesTotal.__table__.columns)).all()
    return {(row[0].value, *row[1:3], str(row[3]), row[4].value): tuple(row[5:]) for row in rows}


def test_the_sales_that_are_there_are_summed_up(before: Flask) -> None:
    flask_migrate.upgrade()

    kept = sums()
    assert kept["community", 0, 0, "2026-11-20", "all"] == (3, 4, 23_000, 500, 1)
    assert kept["community", 0, 0, "2026-11-21", "none"] == (1, 1, 8_000, 8_000, 1)
    assert kept["merchant", 1, 0, "2026-11-20", "studio"] == (1, 2, 3_000, 500, 1)
    assert kept["product", 1, 0, "2026-11-20", "D"] == (1, 1, 4_000, 0, 0)
    assert kept["show", 1, 0, "2026-11-20", "all"] == (2, 3, 7_000, 500, 1)
    assert kept["show_merchant", 1, 1, "2026-11-20", "A"] == (1, 1, 1_000, 0, 0)
    assert sales_books.findings(NOW) == []


def test_they_are_the_sums_that_the_program_makes(before: Flask) -> None:
    flask_migrate.upgrade()
    kept = sums()

    in_transaction(lambda: totals.rebuild(db.session()))

    assert sums() == kept
