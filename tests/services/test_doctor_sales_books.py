"""The doctor finds every slip in the books of sales, and nothing where sums and lines agree."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import text

from domain.interval import local_day
from services import doctor
from services.doctor import sales_books
from services.sales.totals import months_of_sales
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at
from tests.support.sale_builders import create_import, create_market, random_sales, sale_row, write_sales

pytestmark = pytest.mark.usefixtures("db")

DAYS = [local_day(NOW) - timedelta(days=back) for back in (0, 1, 30, 31, 390)]
CHECKS_OFF = {
    "sqlite": ("PRAGMA ignore_check_constraints = ON",),
    "postgresql": ("ALTER TABLE sale DROP CONSTRAINT ck_sale_counts_as_told",),
}
CHECKS_ON = {
    "sqlite": ("PRAGMA ignore_check_constraints = OFF",),
    "postgresql": (
        (
            "ALTER TABLE sale ADD CONSTRAINT ck_sale_counts_as_told"
            " CHECK (NOT paid OR (told_paid AND NOT replaced)) NOT VALID"
        ),
    ),
}


@pytest.fixture
def books(db):
    """A year of sales of three shops."""
    write_sales(random_sales(Random(7), create_market(), create_import().id, orders=60, days=DAYS))


def codes():
    return [finding.code for finding in sales_books.findings(NOW)]


def slip(db, statement):
    """Change the books behind the services' back."""
    in_transaction(lambda: db.session.execute(text(statement)))


@pytest.mark.usefixtures("books")
def test_books_that_agree_give_no_finding():
    assert codes() == []


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    "statement",
    [
        *(
            f"UPDATE sales_total SET {column} = {column} + 1 WHERE scope = 'merchant' AND band = 'all'"  # noqa: S608  our names
            " AND day = (SELECT max(day) FROM sales_total)"
            " AND scope_id = (SELECT min(scope_id) FROM sales_total WHERE scope = 'merchant'"
            " AND day = (SELECT max(day) FROM sales_total))"
            for column in ("orders", "items", "gmv_fen", "refunded_fen", "refunded_orders")
        ),
        (
            "DELETE FROM sales_total WHERE scope = 'community' AND band = 'all'"
            " AND day = (SELECT min(day) FROM sales_total)"
        ),
        "INSERT INTO sales_total VALUES ('show', 4711, 0, '2001-01-01', 'A', 1, 1, 1, 0, 0)",
        (
            "UPDATE sales_total SET day = '2031-01-01' WHERE scope = 'community' AND band = 'all'"
            " AND day = (SELECT max(day) FROM sales_total)"
        ),
    ],
)
def test_a_sum_that_is_not_that_of_its_lines_is_found(db, statement):
    slip(db, statement)

    assert set(codes()) == {"sales_total_differs"}
    assert len(codes()) <= 2


@pytest.mark.usefixtures("books")
def test_a_date_far_away_brings_no_empty_months_with_it(db):
    before = in_transaction(lambda: months_of_sales(db.session()))
    slip(db, "INSERT INTO sales_total VALUES ('show', 4711, 0, '2001-02-03', 'A', 1, 1, 1, 0, 0)")

    assert in_transaction(lambda: months_of_sales(db.session())) == [
        (date(2001, 2, 1), date(2001, 2, 28)),
        *before,
    ]
    assert len(before) == len({day.replace(day=1) for day in DAYS})


@pytest.mark.usefixtures("books")
def test_a_line_that_was_changed_without_its_sums_is_found(db):
    slip(db, "UPDATE sale SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM sale WHERE paid)")

    assert set(codes()) == {"sales_total_differs"}


def test_at_most_twenty_wrong_sums_are_told(db, books):
    slip(db, "UPDATE sales_total SET orders = orders + 1")

    assert len(codes()) == 20


@pytest.mark.parametrize(("hour", "day"), [(0, 20), (23.99, 20), (7.99, 20), (8, 20)])
def test_a_line_lies_on_its_day_of_the_local_calendar(hour, day):
    write_sales([sale_row(create_import().id, ordered_at=at(hour, day=date(2026, 11, day)))])

    assert codes() == []


@pytest.mark.parametrize("hour", [0, 7.99, 8, 23.99])
def test_a_line_on_another_day_is_found(hour):
    wrong = {"ordered_at": at(hour), "ordered_on": local_day(at(hour)) - timedelta(days=1)}
    write_sales([sale_row(create_import().id, **wrong)])

    assert codes() == ["sale_on_wrong_day"]


@pytest.mark.parametrize("changes", ["told_paid = false", "replaced = true"])
def test_a_line_that_counts_though_nothing_told_so_is_found(db, engine_name, changes):
    write_sales([sale_row(create_import().id)])
    db.session.rollback()
    with db.engine.execution_options(writes=True).connect() as connection:
        off, on = CHECKS_OFF[engine_name], CHECKS_ON[engine_name]
        for statement in (*off, f"UPDATE sale SET {changes}", *on):  # noqa: S608  our names
            connection.exec_driver_sql(statement)
        connection.commit()

    assert codes() == ["sale_counts_untold"]


def of_the_whole_doctor():
    return [finding.code for finding in doctor.data_findings(NOW)]


def test_a_sale_that_fits_its_import_is_fine():
    write_sales([sale_row(create_import(read_count=1, inserted=1).id)])

    assert of_the_whole_doctor() == []


@pytest.mark.parametrize("changes", [{"refunded_fen": 10_001}, {"refunded_fen": 1, "paid": False}])
def test_a_sale_that_gave_back_more_than_was_paid_is_found(changes):
    write_sales([sale_row(create_import(read_count=1, inserted=1).id, **changes)])

    assert of_the_whole_doctor() == ["sale_refund_impossible"]


def test_the_doctor_looks_at_the_books(db):
    write_sales([sale_row(create_import(read_count=1, inserted=1).id)])
    slip(db, "DELETE FROM sales_total")

    assert set(of_the_whole_doctor()) == {"sales_total_differs"}
