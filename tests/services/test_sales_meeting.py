"""What comes in several files meets whichever came first: cases and orders, lines and their order."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.people import Role
from domain.sales.attribution import Tier
from domain.sales.lines import Platform
from models import AfterSale, HeldRow, LearnedWord, Sale
from models.sales_imports import ImportStatus
from models.sales_inbox import HeldState, WordAxis
from services import doctor
from services.sales import applying, figures, judging, undoing
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.exports import CASE_COLUMNS, doudian_case_row, doudian_csv, doudian_row, write_csv
from tests.support.exports.generate import SHEETS
from tests.support.exports.single import platform_csv, platform_row
from tests.support.importing import bring_in, stage

pytestmark = pytest.mark.usefixtures("db")

ROWS = [doudian_row(number) for number in range(1, 5)]
UNKNOWN = doudian_row(1, 订单状态="神秘状态")


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def cases(*rows):
    return write_csv(rows, list(CASE_COLUMNS), "gb18030")


def counted(db):
    db.session.rollback()
    columns = (Sale.line_key, Sale.paid, Sale.refunded_fen, Sale.refund_basis, Sale.replaced)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Sale.line_key))]


def refunds(db):
    return [refunded for _key, _paid, refunded, _basis, _replaced in counted(db)]


def sums(staff):
    totals = figures.summary(staff, now=NOW).totals
    return totals.gmv_fen, totals.refunded_fen


@pytest.mark.parametrize("cases_first", [True, False])
def test_an_after_sales_file_meets_its_orders_in_either_order(db, staff, cases_first):
    orders = doudian_csv(ROWS)
    refunded = cases(doudian_case_row(1), doudian_case_row(2, 售后状态="待商家处理"), doudian_case_row(77))
    for file in (refunded, orders) if cases_first else (orders, refunded):
        done = bring_in(staff, file)
        assert done.status is ImportStatus.APPLIED

    assert refunds(db) == [1000, 0, 0, 0]
    assert sums(staff) == (4 * 3990, 1000)
    assert len(db.session.scalars(select(AfterSale)).all()) == 3
    assert doctor.data_findings(NOW + timedelta(hours=1)) == []


def test_an_after_sales_file_counts_its_cases_and_its_money(staff):
    bring_in(staff, ROWS)
    file = cases(doudian_case_row(1), doudian_case_row(2, 售后状态="极速处理"), doudian_case_row(1))

    done = bring_in(staff, file)

    assert (done.inserted, done.unchanged, done.held, done.read_count) == (1, 1, 1, 3)
    assert (done.gmv_fen, done.refunded_fen, done.books_refunded_fen) == (0, 1000, 1000)
    again = bring_in(staff, file)
    assert (again.inserted, again.updated, again.unchanged, again.books_refunded_fen) == (0, 0, 2, 0)


@pytest.mark.parametrize("cases_first", [True, False])
def test_a_partial_refund_waits_for_nothing_but_its_case(db, staff, cases_first):
    orders, refunded = doudian_csv([doudian_row(1, 售后状态="部分退款")]), cases(doudian_case_row(1))
    for file in (refunded, orders) if cases_first else (orders, refunded):
        last = bring_in(staff, file)

    assert [row[1:3] for row in counted(db)] == [(True, 1000)]
    assert {row.state for row in db.session.scalars(select(HeldRow))} <= {HeldState.OVERTAKEN}
    assert doctor.data_findings(NOW + timedelta(hours=1)) == []
    undoing.undo(staff, last.id, now=NOW)
    assert counted(db) == []


@pytest.mark.parametrize("lines_first", [True, False])
def test_an_order_counts_once_when_its_lines_come_in_too(db, staff, lines_first):
    whole = platform_csv(
        "taobao_orders", [platform_row("taobao_orders", 1), platform_row("taobao_orders", 2)]
    )
    order_no = platform_row("taobao_orders", 1)["订单编号"]
    lines = platform_csv("taobao_items", [platform_row("taobao_items", 5, 主订单编号=order_no)])
    for file in (lines, whole) if lines_first else (whole, lines):
        bring_in(staff, file)

    assert sums(staff) == (2 * 3990, 0)
    assert [row[4] for row in counted(db)].count(True) == 1
    assert doctor.data_findings(NOW + timedelta(hours=1)) == []
    assert bring_in(staff, whole).unchanged == 2


def test_lines_that_are_undone_give_their_order_back(db, staff):
    whole = platform_csv("taobao_orders", [platform_row("taobao_orders", 1)])
    lines = platform_csv("taobao_items", [platform_row("taobao_items", 1)])
    bring_in(staff, whole)
    before = counted(db)
    done = bring_in(staff, lines)
    assert sums(staff) == (3990, 0)

    undoing.undo(staff, done.id, now=NOW)

    assert counted(db) == before
    assert sums(staff) == (3990, 0)


def test_lines_below_a_later_order_stay_until_that_is_undone(db, staff):
    lines = bring_in(staff, platform_csv("taobao_items", [platform_row("taobao_items", 1)]))
    whole = bring_in(staff, platform_csv("taobao_orders", [platform_row("taobao_orders", 1)]))
    found = undoing.obstacles(db.session, lines)
    assert [violation.code for violation in found] == ["undo_later_import"]

    undoing.undo(staff, whole.id, now=NOW)
    undoing.undo(staff, lines.id, now=NOW)

    assert counted(db) == []


def decide(db, staff, **decided):
    values = {
        "state": HeldState.DECIDED,
        "decided_at": NOW,
        "decided_by_id": staff.id,
        "decided_paid": True,
        "decided_refunded_fen": 0,
    }
    in_transaction(lambda: db.session.execute(update(HeldRow).values(values | decided)))


def test_what_was_decided_once_counts_in_every_later_file_that_says_the_same(db, staff):
    assert bring_in(staff, [UNKNOWN]).held == 1
    decide(db, staff, decided_refunded_fen=990)

    done = bring_in(staff, [UNKNOWN, *ROWS[1:]])

    assert (done.inserted, done.held) == (4, 0)
    assert counted(db)[0][1:3] == (True, 990)


def test_another_doubt_about_a_decided_row_asks_again(db, staff):
    bring_in(staff, [UNKNOWN])
    decide(db, staff)

    done = bring_in(staff, [doudian_row(1, 售后状态="平台介入")])

    assert done.held == 1
    db.session.rollback()
    (row,) = db.session.scalars(select(HeldRow))
    assert (row.state, row.text, row.decided_paid) == (HeldState.OPEN, "平台介入", None)


def test_a_case_that_was_decided_takes_its_money_off(db, staff):
    bring_in(staff, ROWS)
    bring_in(staff, cases(doudian_case_row(1, 售后状态="极速处理")))
    decide(db, staff, decided_refunded_fen=500)

    bring_in(staff, cases(doudian_case_row(1, 售后状态="极速处理")))

    assert refunds(db) == [500, 0, 0, 0]


def test_a_word_that_was_learned_is_understood(db, staff):
    word = LearnedWord(
        platform=Platform.DOUDIAN,
        axis=WordAxis.STATUS,
        word="神秘状态",
        shown="神秘状态",
        meaning="completed",
        decided_by_id=staff.id,
        decided_at=NOW,
    )
    in_transaction(lambda: db.session.add(word))

    assert bring_in(staff, [UNKNOWN]).inserted == 1
    assert counted(db)[0][1] is True


@pytest.mark.parametrize("code", sorted(SHEETS))
def test_every_platform_comes_in_and_the_second_time_changes_nothing(db, staff, code):
    file = platform_csv(code, [platform_row(code, number) for number in range(1, 4)])

    first, again = bring_in(staff, file), bring_in(staff, file)

    assert (first.inserted, first.layout, first.gmv_fen) == (3, code, 3 * 3990)
    assert (again.inserted, again.updated, again.unchanged, again.books_gmv_fen) == (0, 0, 3, 0)
    assert sums(staff) == (3 * 3990, 0)


def test_what_a_person_attributed_after_the_reading_stays_when_the_import_is_applied(db, staff):
    bring_in(staff, ROWS)
    newer = stage(staff, [row | {"售后状态": "已全额退款"} for row in ROWS])
    db.session.rollback()
    sale = db.session.scalars(select(Sale).order_by(Sale.line_key)).first()
    verdict = judging.Verdict(Tier.NONE, None, "店主自己卖的")
    judging.attribute(staff, sale.id, verdict, seen=sale.updated_at, now=NOW)

    done = applying.apply(staff, newer.id, now=NOW + timedelta(minutes=1))

    db.session.rollback()
    sale = db.session.get(Sale, sale.id, populate_existing=True)
    assert (done.updated, sale.attributed_by_id, sale.attribution_reason) == (4, staff.id, "店主自己卖的")
    assert (sale.tier, sale.refunded_fen) == (Tier.NONE, 3990)
