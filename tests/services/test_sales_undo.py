"""Undoing an import: as if it had never been, as long as nothing was built on it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation
from domain.people import Role
from domain.sales.statements import locks_at
from models import AfterSale, AuditEvent, HeldRow, Sale, SaleBefore, SalesTotal, Statement, StatementItem
from models.sales_imports import ImportStatus
from models.sales_inbox import HeldState
from services import doctor
from services.sales import applying, figures, undoing
from services.sales.statement_locking import lock_due
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_actor, create_studio
from tests.support.exports import (
    CASE_COLUMNS,
    FIRST_ORDER,
    doudian_case_row,
    doudian_csv,
    doudian_row,
    write_csv,
)
from tests.support.importing import bring_in, stage
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")

ROWS = [doudian_row(number) for number in range(1, 6)]
REFUNDED = [row | {"售后状态": "已全额退款"} for row in ROWS[:2]]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def books(db):
    """Every sale, case and sum as it stands."""
    db.session.rollback()
    tables = (Sale, AfterSale, SalesTotal)
    return [
        sorted(
            str([getattr(row, c.key) for c in table.__table__.c if c.key not in ("id", "updated_at")])
            for row in db.session.scalars(select(table))
        )
        for table in tables
    ]


def reasons(staff, import_id):
    with pytest.raises(RuleViolation) as refused:
        undoing.undo(staff, import_id, now=LATER)
    return [violation.code for violation in refused.value.violations]


def test_new_sales_go_and_their_sums_with_them(db, staff):
    empty = books(db)
    done = bring_in(staff, ROWS)

    undone = undoing.undo(staff, done.id, now=LATER)

    assert (undone.status, undone.undone_by_id) == (ImportStatus.UNDONE, staff.id)
    assert books(db) == empty
    assert figures.summary(staff, now=NOW).totals.orders == 0
    assert "sales_import.undone" in db.session.scalars(select(AuditEvent.action)).all()
    assert doctor.data_findings(LATER) == []


def test_updated_sales_stand_as_before(db, staff):
    bring_in(staff, ROWS)
    before = books(db)
    done = bring_in(staff, [*REFUNDED, doudian_row(9)])
    assert (done.inserted, done.updated, done.books_gmv_fen, done.books_refunded_fen) == (1, 2, 3990, 7980)

    undoing.undo(staff, done.id, now=LATER)

    assert books(db) == before
    assert db.session.scalar(select(func.count()).select_from(SaleBefore)) == 0


def test_undone_and_imported_again_it_is_as_it_was(db, staff):
    bring_in(staff, ROWS)
    first = bring_in(staff, REFUNDED)
    before = [row.partition("]")[0] for row in books(db)[0]]
    sums = books(db)[2]

    undoing.undo(staff, first.id, now=LATER)
    again = bring_in(staff, REFUNDED)

    assert (again.updated, again.inserted) == (first.updated, first.inserted)
    assert len(before) == len(books(db)[0])
    assert books(db)[2] == sums


def test_a_second_tap_on_undo_gives_the_same_import_back(staff):
    done = bring_in(staff, ROWS)

    first = undoing.undo(staff, done.id, now=LATER).undone_at

    assert undoing.undo(staff, done.id, now=LATER + timedelta(hours=1)).undone_at == first


def test_a_staged_import_that_was_read_on_top_is_read_anew(db, staff):
    done = bring_in(staff, ROWS)
    on_top = stage(staff, REFUNDED)
    undoing.undo(staff, done.id, now=LATER)

    assert applying.apply(staff, on_top.id, now=LATER).inserted == 2


def test_only_what_was_applied_can_be_undone_and_only_by_staff(staff):
    assert reasons(staff, stage(staff, ROWS).id) == ["import_not_applied"]
    with pytest.raises(Forbidden):
        undoing.undo(create_actor(), 1, now=NOW)


def test_a_later_import_that_touched_a_line_is_undone_first(db, staff):
    empty = books(db)
    first, second = bring_in(staff, ROWS), bring_in(staff, REFUNDED)

    assert reasons(staff, first.id) == ["undo_later_import"]

    undoing.undo(staff, second.id, now=LATER)
    undoing.undo(staff, first.id, now=LATER)
    assert books(db) == empty


def test_a_line_that_a_person_attributed_keeps_its_import(db, staff):
    done = bring_in(staff, ROWS)
    by_hand = {"attributed_by_id": staff.id, "attributed_at": LATER, "attribution_reason": "电话里下的单"}
    in_transaction(lambda: db.session.execute(update(Sale).where(Sale.line_key.like("%1")).values(by_hand)))

    assert reasons(staff, done.id) == ["undo_attributed"]


def test_a_held_row_that_was_decided_keeps_its_import(db, staff):
    done = bring_in(staff, [*ROWS, doudian_row(20, 订单状态="神秘状态")])
    decided = {
        "state": HeldState.DECIDED,
        "decided_at": LATER,
        "decided_by_id": staff.id,
        "decided_paid": True,
        "decided_refunded_fen": 0,
    }
    in_transaction(lambda: db.session.execute(update(HeldRow).values(decided)))

    assert reasons(staff, done.id) == ["undo_held_decided"]


def test_a_locked_statement_keeps_the_imports_of_its_lines(db, staff):
    merchant, _ = create_merchant()
    product = create_product(merchant, ROWS[0]["选购商品"])
    done = bring_in(staff, ROWS)
    month = db.session.scalars(select(Sale.ordered_on)).first().replace(day=1)
    sums = dict.fromkeys(("orders", "items", "gmv_fen", "refunded_fen"), 1)
    more = dict.fromkeys(
        (
            "refunded_orders", "long_tail_net_fen", "adjusted_gmv_fen", "adjusted_refunded_fen",
            "margin_bp", "fee_bp", "reported_fen",
        ), 0
    )  # fmt: skip
    statement = Statement(merchant_id=merchant.id, month=month, locked_at=LATER, **sums, **more)
    in_transaction(lambda: db.session.add(statement))
    item = {"statement_id": statement.id, "of_month": month, "product_id": product.id}
    show = create_show(create_studio(), at(20))
    in_transaction(lambda: db.session.add(StatementItem(**item, show_id=show.id, **sums)))

    assert reasons(staff, done.id) == ["undo_statement_locked"]


def test_an_import_goes_until_the_statement_with_its_lines_is_locked(db, staff):
    merchant, owner = create_merchant()
    show = create_show(create_studio(), FIRST_ORDER)
    create_booth(
        show, 1, create_product(merchant, ROWS[0]["选购商品"]), owner, status=BookingStatus.COMPLETED
    )
    first = bring_in(staff, ROWS)
    assert lock_due(locks_at(date(2026, 5, 1))) == 0
    undoing.undo(staff, first.id, now=LATER)
    again = bring_in(staff, ROWS)

    assert lock_due(LATER) == 1

    assert reasons(staff, again.id) == ["undo_statement_locked"]
    with pytest.raises(RuleViolation):
        undoing.undo(staff, again.id, now=LATER)


def test_held_rows_leave_the_inbox_unless_another_import_holds_them(db, staff):
    doubtful = doudian_row(20, 订单状态="神秘状态")
    first, second = bring_in(staff, [doubtful]), bring_in(staff, [doubtful])

    undoing.undo(staff, second.id, now=LATER)
    db.session.rollback()
    (row,) = db.session.scalars(select(HeldRow))
    assert (row.state, row.import_id) == (HeldState.OPEN, first.id)

    undoing.undo(staff, first.id, now=LATER)
    db.session.rollback()
    assert db.session.scalars(select(HeldRow)).all() == []


def test_a_held_row_waits_again_when_the_clean_line_goes(db, staff):
    bring_in(staff, [doudian_row(1, 订单状态="神秘状态")])
    clean = bring_in(staff, ROWS[:1])
    db.session.rollback()
    assert db.session.scalars(select(HeldRow.state)).all() == [HeldState.OVERTAKEN]

    undoing.undo(staff, clean.id, now=LATER)

    db.session.rollback()
    assert db.session.scalars(select(HeldRow.state)).all() == [HeldState.OPEN]


def cases(*rows):
    return write_csv(rows, list(CASE_COLUMNS), "gb18030")


@pytest.mark.parametrize("cases_first", [True, False])
def test_after_sales_are_undone_in_the_other_order_than_they_came(db, staff, cases_first):
    files = [doudian_csv(ROWS), cases(doudian_case_row(1), doudian_case_row(2))]
    if cases_first:
        files.reverse()
    steps = [books(db)]
    imports = []
    for file in files:
        imports.append(bring_in(staff, file))
        steps.append(books(db))

    assert reasons(staff, imports[0].id) == ["undo_later_import"]
    for number in (1, 0):
        undoing.undo(staff, imports[number].id, now=LATER)
        assert books(db) == steps[number]


def test_a_case_that_went_on_stands_as_before(db, staff):
    bring_in(staff, ROWS)
    bring_in(staff, cases(doudian_case_row(1, 售后状态="待商家处理")))
    before = books(db)
    done = bring_in(staff, cases(doudian_case_row(1)))
    assert (done.updated, done.books_refunded_fen) == (1, 1000)

    undoing.undo(staff, done.id, now=LATER)

    assert books(db) == before
