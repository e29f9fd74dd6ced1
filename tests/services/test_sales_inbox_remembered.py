"""What staff decided once is not asked again: the next files are read with it."""

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation
from domain.people import Role
from domain.sales.lines import Platform
from models import AfterSale, ProductAlias, ProductCode, Sale
from models.sales_inbox import HeldState, WordAxis
from services.sales import applying, deciding, inbox, linking, undoing, words
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_case_row, doudian_csv, doudian_row
from tests.support.exports.doudian import CASE_COLUMNS
from tests.support.held_rows import held_rows
from tests.support.importing import bring_in, stage
from tests.support.studio_builders import create_merchant, create_product
from tests.support.sums_of_sales import all_of_it

pytestmark = pytest.mark.usefixtures("db")

STRANGE = "商家备货中心已接单"
DOUDIAN = Platform.DOUDIAN
PARTIAL = doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")
TITLE = "【泉港】头水紫菜 无沙干货"


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def product(db):
    return create_product(create_merchant()[0], "紫菜")


def strange(number, **cells):
    return doudian_row(number, 订单状态=STRANGE, **cells)


def nameless(number, **cells):
    return doudian_row(number, 商品ID="-", 商家编码="-", **cells)


def learn(staff, meaning="shipped", word=STRANGE, axis=WordAxis.STATUS):
    return words.learn(staff, DOUDIAN, axis, word, meaning, now=NOW)


def decide(staff, held, **what):
    said = {"paid": True, "refunded_fen": 0, "version": held.version} | what
    return deciding.decide(staff, held.id, **said, now=NOW)


def products_of_sales(db):
    db.session.rollback()
    return db.session.scalars(select(Sale.product_id).order_by(Sale.line_key)).all()


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


def test_a_product_without_a_code_is_known_by_its_name(staff, db, product):
    bring_in(staff, [nameless(1), nameless(2, 选购商品="干贝")])
    [dried, weed] = sorted(inbox.products(staff, limit=9), key=lambda one: one.title, reverse=True)
    assert {dried.title, weed.title} == {"干贝", TITLE}
    assert (weed.code, weed.lines, weed.fen) == ("", 1, 3990)

    assert linking.link_title(staff, DOUDIAN, TITLE, product.id, now=NOW) == 1
    bring_in(staff, [nameless(3)])

    assert products_of_sales(db) == [product.id, None, product.id]
    assert [one.title for one in inbox.products(staff, limit=9)] == ["干贝"]
    all_of_it(db)


def test_a_name_is_taken_back_and_its_sales_wait_again(staff, db, product):
    bring_in(staff, [nameless(1)])
    linking.link_title(staff, DOUDIAN, TITLE, product.id, now=NOW)
    alias = db.session.scalars(select(ProductAlias)).one()

    assert linking.take_back(staff, alias.id, now=NOW) == 1

    assert products_of_sales(db) == [None]
    assert [one.title for one in inbox.products(staff, limit=9)] == [TITLE]
    all_of_it(db)
    with pytest.raises(Missing):
        linking.take_back(staff, alias.id, now=NOW)


def test_a_linked_code_is_taken_back_too(staff, db, product):
    bring_in(staff, [doudian_row(1)])
    [unknown] = inbox.products(staff, limit=9)
    assert linking.link(staff, DOUDIAN, unknown.code, product.id, now=NOW) == 1

    linking.take_back(staff, db.session.scalars(select(ProductAlias.id)).one(), now=NOW)

    assert products_of_sales(db) == [None]
    assert db.session.scalars(select(ProductCode)).all() == []


def test_what_is_not_ours_is_not_asked_again_but_still_counts_for_the_community(staff, db, product):
    bring_in(staff, [doudian_row(1), nameless(2)])
    for unknown in inbox.products(staff, limit=9):
        linking.not_ours(staff, DOUDIAN, code=unknown.code, title=unknown.title, now=NOW)

    bring_in(staff, [doudian_row(3), nameless(4)])

    assert inbox.waiting(staff).products == 0
    assert products_of_sales(db) == [None] * 4
    assert all_of_it(db) == (4 * 3990, 0)


def test_a_name_that_is_not_ours_beats_a_product_of_that_name(staff, db):
    bring_in(staff, [nameless(1)])
    linking.not_ours(staff, DOUDIAN, title=TITLE, now=NOW)
    create_product(create_merchant()[0], TITLE)

    bring_in(staff, [nameless(2)])

    assert products_of_sales(db) == [None, None]


def test_what_was_called_none_of_ours_can_be_linked_after_all(staff, db, product):
    bring_in(staff, [doudian_row(1)])
    code = inbox.products(staff, limit=9)[0].code
    linking.not_ours(staff, DOUDIAN, code=code, now=NOW)

    assert linking.link(staff, DOUDIAN, code, product.id, now=NOW) == 1
    with pytest.raises(BadInput, match="title_taken"):
        linking.not_ours(staff, DOUDIAN, code=code, now=NOW)


@pytest.mark.parametrize(
    "mark", [{}, {"code": "1", "title": "茶"}, {"code": "1" * 101}, {"title": "茶" * 501}]
)
def test_a_product_is_named_by_one_mark_that_can_be_kept(staff, mark):
    with pytest.raises(BadInput):
        linking.not_ours(staff, DOUDIAN, **mark, now=NOW)


def test_two_products_cannot_have_one_name(staff, db, product):
    bring_in(staff, [nameless(1)])
    other = create_product(create_merchant()[0], "干贝")
    linking.link_title(staff, DOUDIAN, TITLE, product.id, now=NOW)

    with pytest.raises(BadInput, match="title_taken"):
        linking.link_title(staff, DOUDIAN, TITLE, other.id, now=NOW)


def test_what_a_person_attributed_stays_where_it_is(staff, db, product):
    bring_in(staff, [doudian_row(1)])
    by_hand = {
        "attributed_by_id": staff.id,
        "attributed_at": NOW,
        "attribution_reason": "口播",
        "tier": "none",
    }
    db.session.execute(Sale.__table__.update().values(by_hand))
    db.session.commit()

    linking.link(staff, DOUDIAN, inbox.products(staff, limit=9)[0].code, product.id, now=NOW)

    db.session.rollback()
    sale = db.session.scalars(select(Sale)).one()
    assert (sale.product_id, sale.tier, sale.attributed_by_id) == (product.id, "none", staff.id)


def test_only_staff_name_products(staff, db, product):
    merchant = create_merchant()[1]
    for act in (
        lambda: linking.link(merchant, DOUDIAN, "1", product.id, now=NOW),
        lambda: linking.link_title(merchant, DOUDIAN, "茶", product.id, now=NOW),
        lambda: linking.not_ours(merchant, DOUDIAN, code="1", now=NOW),
        lambda: linking.take_back(merchant, 1, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
