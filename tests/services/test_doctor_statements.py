"""The doctor finds each slip in statements that is planted, and nothing where they wait for what they may wait for."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from domain.people import Role
from models import Sale, SalesTotal, Statement, StatementItem
from models.base import db as database
from models.sales_books import Scope
from services import doctor
from services.sales.statement_locking import lock_due
from services.unit_of_work import in_transaction
from tests.support.builders import create_person, create_studio
from tests.support.statement_builders import AFTER_OCTOBER, NOVEMBER, OCTOBER, on, sell, write
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
A_DAY_LATER = AFTER_OCTOBER + timedelta(days=1, hours=1)
OWN = {"orders": 1, "items": 1, "gmv_fen": 10_000, "refunded_fen": 0}
GOOD = {
    **OWN,
    "month": OCTOBER,
    "locked_at": AFTER_OCTOBER,
    "refunded_orders": 0,
    "long_tail_net_fen": 0,
    "adjusted_gmv_fen": 0,
    "adjusted_refunded_fen": 0,
    "margin_bp": 3000,
    "fee_bp": 0,
    "estimated_fen": 3_000,
    "reported_fen": 0,
}


def codes(now=A_DAY_LATER):
    database.session.rollback()
    return sorted({finding.code for finding in doctor.data_findings(now)})


@pytest.fixture
def sale(db):
    """An order of ¥100 of 12 October."""
    create_person(Role.STAFF)
    show = create_show(create_studio(), on(12, hour=19.5))
    return sell(create_product(create_merchant()[0]), show, on(12))


def write_down(sale, of_month=OCTOBER, row=OWN, **slip):
    """A statement of October with one row, written by hand so that it may be wrong."""

    def save():
        merchant_id = database.session.get_one(SalesTotal, _key(sale)).part_id
        made = Statement(**GOOD | {"merchant_id": merchant_id} | slip)
        database.session.add(made)
        database.session.flush()
        values = {
            "statement_id": made.id,
            "of_month": of_month,
            "product_id": sale.product_id,
            "show_id": sale.show_id,
        }
        database.session.execute(insert(StatementItem).values(**values, **row))

    in_transaction(save)


def _key(sale):
    merchant_id = database.session.scalar(
        text("SELECT merchant_id FROM product WHERE id = :id"), {"id": sale.product_id}
    )
    return {
        "scope": Scope.SHOW_MERCHANT, "scope_id": sale.show_id, "part_id": merchant_id,
        "day": sale.ordered_on, "band": "studio",
    }  # fmt: skip


def test_what_the_job_locks_is_in_order(sale):
    lock_due(AFTER_OCTOBER)

    assert codes() == []


def test_the_good_one_written_by_hand_is_in_order_too(sale):
    write_down(sale)

    assert codes() == []


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ({"items": 2}, "statement_does_not_add_up"),
        ({"orders": 2}, "statement_does_not_add_up"),
        ({"refunded_orders": 2}, "statement_does_not_add_up"),
        ({"gmv_fen": 9_999, "estimated_fen": 3_000}, "statement_does_not_add_up"),
        ({"refunded_fen": 1}, "statement_does_not_add_up"),
        ({"adjusted_gmv_fen": 1}, "statement_does_not_add_up"),
        ({"adjusted_refunded_fen": 1}, "statement_does_not_add_up"),
        ({"of_month": NOVEMBER}, "statement_does_not_add_up"),
        ({"locked_at": AFTER_OCTOBER - timedelta(hours=2)}, "statement_too_early"),
        ({"estimated_fen": 3_001}, "statement_estimate_differs"),
        ({"estimated_fen": None}, "statement_estimate_differs"),
        ({"row": OWN | {"gmv_fen": 10_001}, "gmv_fen": 10_001}, "statement_out_of_step"),
    ],
)
def test_each_slip_has_its_finding(sale, slip, code):
    write_down(sale, **slip)

    assert code in codes()


def test_what_changed_after_the_lock_waits_for_the_next_and_is_no_finding(sale):
    lock_due(AFTER_OCTOBER)
    write(sale, refunded_fen=500, updated_at=AFTER_OCTOBER + timedelta(minutes=5))

    assert codes() == []


def test_books_that_differ_without_any_change_are_one(sale):
    lock_due(AFTER_OCTOBER)
    write(sale, refunded_fen=500)

    assert codes() == ["statement_out_of_step"]


def test_a_statement_that_the_job_forgot_is_one_after_a_day(sale):
    assert codes() == []
    show = create_show(create_studio(), on(13, hour=19.5))
    other = sell(create_product(create_merchant()[0]), show, on(13))
    write_down(other)

    assert codes(AFTER_OCTOBER + timedelta(hours=3)) == []
    assert codes() == ["statement_overdue"]
    later = update(Sale).values(updated_at=AFTER_OCTOBER + timedelta(hours=9))
    in_transaction(lambda: database.session.execute(later))
    assert codes() == []
