"""What staff decided once is not asked again: the next files are read with it."""

import pytest
from sqlalchemy import func, select

from domain.errors import RuleViolation
from domain.people import Role
from domain.sales.lines import Platform
from models import AfterSale, Sale
from models.sales_inbox import HeldState, WordAxis
from services.sales import applying, deciding, inbox, undoing, words
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_case_row, doudian_csv, doudian_row, write_csv
from tests.support.exports.doudian import CASE_COLUMNS
from tests.support.held_rows import held_rows
from tests.support.importing import bring_in, stage
from tests.support.sums_of_sales import all_of_it

pytestmark = pytest.mark.usefixtures("db")

STRANGE = "商家备货中心已接单"
DOUDIAN = Platform.DOUDIAN
PARTIAL = doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def strange(number, **cells):
    return doudian_row(number, 订单状态=STRANGE, **cells)


def learn(staff, meaning="shipped", word=STRANGE, axis=WordAxis.STATUS):
    return words.learn(staff, DOUDIAN, axis, word, meaning, now=NOW)


def decide(staff, held, **what):
    said = {"paid": True, "refunded_fen": 0, "version": held.version} | what
    return deciding.decide(staff, held.id, **said, now=NOW)


def case_file(*rows):
    return doudian_csv(rows, columns=CASE_COLUMNS)


def test_the_next_file_with_a_learned_word_holds_nothing(staff, db):
    bring_in(staff, [strange(1)])
    learn(staff)

    done = bring_in(staff, [strange(1), strange(2)])

    assert (done.inserted, done.unchanged, done.held) == (1, 1, 0)
    assert all_of_it(db) == (2 * 3990, 0)


def test_a_file_that_was_read_before_the_word_was_learned_is_read_anew(staff, db):
    bring_in(staff, [strange(1)])
    waiting = stage(staff, [strange(2)])
    assert waiting.held == 1
    learn(staff)

    done = applying.apply(staff, waiting.id, now=NOW)

    assert (done.inserted, done.held) == (1, 0)
    assert all_of_it(db) == (2 * 3990, 0)


def test_a_word_that_a_later_file_was_read_with_is_not_taken_back(staff, db):
    bring_in(staff, [strange(1)])
    learn(staff)
    later = bring_in(staff, [strange(2)])

    with pytest.raises(RuleViolation) as refused:
        words.forget(staff, DOUDIAN, WordAxis.STATUS, STRANGE, now=NOW)
    assert [v.code for v in refused.value.violations] == ["word_in_use"]

    undoing.undo(staff, later.id, now=NOW)
    assert words.forget(staff, DOUDIAN, WordAxis.STATUS, STRANGE, now=NOW) == 1
    assert all_of_it(db) == (0, 0)


def test_a_decided_row_is_not_held_again_while_it_says_the_same(staff, db):
    bring_in(staff, [PARTIAL])
    decide(staff, held_rows()[0], refunded_fen=3333)

    done = bring_in(staff, [PARTIAL, doudian_row(1)])

    assert (done.inserted, done.unchanged, done.held) == (1, 1, 0)
    assert all_of_it(db) == (13990, 3333)


def test_a_decided_row_that_says_something_new_is_held_again(staff, db):
    bring_in(staff, [PARTIAL])
    decide(staff, held_rows()[0], refunded_fen=3333)

    done = bring_in(staff, [PARTIAL | {"售后状态": "平台介入中"}])

    assert done.held == 1
    [held] = held_rows()
    assert (held.state, held.text, held.decided_at) == (HeldState.OPEN, "平台介入中", None)
    assert all_of_it(db) == (10000, 3333)


def test_a_later_file_without_the_doubt_settles_the_row(staff, db):
    bring_in(staff, [PARTIAL])
    bring_in(staff, [PARTIAL | {"售后状态": "已全额退款"}])

    assert inbox.waiting(staff).rows == 0
    with pytest.raises(RuleViolation) as refused:
        decide(staff, held_rows()[0])
    assert [v.code for v in refused.value.violations] == ["held_overtaken"]
    assert all_of_it(db) == (10000, 10000)


def test_an_import_with_a_decided_row_is_undone_only_after_the_decision(staff, db):
    done = bring_in(staff, [PARTIAL])
    decide(staff, held_rows()[0])

    with pytest.raises(RuleViolation) as refused:
        undoing.undo(staff, done.id, now=NOW)
    assert [v.code for v in refused.value.violations] == ["undo_held_decided"]

    deciding.reopen(staff, held_rows()[0].id, version=held_rows()[0].version, now=NOW)
    undoing.undo(staff, done.id, now=NOW)
    assert (all_of_it(db), held_rows()) == ((0, 0), [])


def test_a_decision_is_changed_without_losing_what_later_files_told(staff, db):
    bring_in(staff, [PARTIAL | {"订单完成时间": "-"}])
    decide(staff, held_rows()[0], refunded_fen=3333)
    bring_in(staff, [PARTIAL])

    decide(staff, held_rows()[0], refunded_fen=1000)

    assert all_of_it(db) == (10000, 1000)
    assert db.session.scalar(select(Sale.completed_at)) is not None
    with pytest.raises(RuleViolation) as refused:
        deciding.reopen(staff, held_rows()[0].id, version=held_rows()[0].version, now=NOW)
    assert [v.code for v in refused.value.violations] == ["held_built_on"]


def test_a_case_with_an_unknown_word_counts_once_that_is_explained(staff, db):
    order = doudian_row(1)
    case = doudian_case_row(1, 商品单号=order["子订单编号"], 退商品金额="9.90", 售后状态="平台已判退")
    bring_in(staff, [order])
    bring_in(staff, case_file(case))
    assert all_of_it(db) == (3990, 0)

    learned = learn(staff, "refunded", "平台已判退", WordAxis.AFTER_SALE)

    assert (learned.settled, inbox.waiting(staff).total - inbox.waiting(staff).products) == (1, 0)
    assert all_of_it(db) == (3990, 990)
    assert bring_in(staff, case_file(case)).held == 0
    assert all_of_it(db) == (3990, 990)


def test_a_case_without_an_amount_counts_with_the_one_that_staff_looked_up(staff, db):
    order = doudian_row(1)
    bring_in(staff, [order])
    bring_in(
        staff,
        case_file(doudian_case_row(1, 商品单号=order["子订单编号"], 退商品金额="-", 售后状态="退款成功")),
    )
    [held] = held_rows()

    decide(staff, held, refunded_fen=500)
    assert all_of_it(db) == (3990, 500)
    decide(staff, held_rows()[0], refunded_fen=300)
    assert all_of_it(db) == (3990, 300)

    deciding.reopen(staff, held.id, version=held_rows()[0].version, now=NOW)
    assert all_of_it(db) == (3990, 0)
    assert db.session.scalar(select(func.count()).select_from(AfterSale)) == 0


WHOLE = {
    "订单编号": "4001",
    "宝贝标题": "铁观音礼盒",
    "宝贝总数量": "1",
    "买家应付货款": "100.00",
    "买家实际支付金额": "100.00",
    "订单状态": "交易成功",
    "订单创建时间": "2026-06-06 20:00:00",
    "订单付款时间": "2026-06-06 20:00:20",
}
ITEM = {
    "子订单编号": "4001001",
    "主订单编号": "4001",
    "标题": "铁观音礼盒",
    "购买数量": "1",
    "买家应付货款": "100.00",
    "买家实际支付金额": "100.00",
    "订单状态": STRANGE,
    "退款状态": "没有申请退款",
    "订单创建时间": "2026-06-06 20:00:00",
    "订单付款时间": "2026-06-06 20:00:20",
}


def test_an_order_counts_once_when_a_word_brings_its_line_in(staff, db):
    bring_in(staff, write_csv([WHOLE], columns=WHOLE))
    bring_in(staff, write_csv([ITEM], columns=ITEM))
    assert all_of_it(db) == (10000, 0)
    about = (Platform.TAOBAO, WordAxis.STATUS, STRANGE)

    words.learn(staff, *about, "completed", now=NOW)
    assert all_of_it(db) == (10000, 0)
    assert db.session.execute(select(Sale.line_key, Sale.paid).order_by(Sale.id)).all() == [
        ("order|4001", False),
        ("4001001", True),
    ]

    words.forget(staff, *about, now=NOW)
    assert all_of_it(db) == (10000, 0)
    assert db.session.execute(select(Sale.line_key, Sale.paid)).all() == [("order|4001", True)]
