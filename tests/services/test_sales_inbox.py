"""What waits after an import, and what becomes of it when staff decide: on both engines, money to the fen."""

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Changed, Forbidden, Missing, RuleViolation
from domain.people import Role
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import Platform
from domain.sales.platforms import by_code
from models import AuditEvent, LearnedWord, Sale, SalesPlatform
from models.sales_inbox import HeldState, WordAxis
from services.sales import deciding, inbox, words
from services.sales.deciding import StaleHeld
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.held_rows import held_rows
from tests.support.importing import bring_in
from tests.support.studio_builders import create_merchant, create_product
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


def revision(db):
    db.session.rollback()
    return db.session.scalar(select(SalesPlatform.revision).where(SalesPlatform.platform == DOUDIAN))


def learn(staff, meaning="shipped", word=STRANGE, axis=WordAxis.STATUS):
    return words.learn(staff, DOUDIAN, axis, word, meaning, now=NOW)


def decide(staff, held, **what):
    said = {"paid": True, "refunded_fen": 0, "version": held.version} | what
    return deciding.decide(staff, held.id, **said, now=NOW)


def test_words_come_grouped_with_rows_and_money_and_the_most_first(staff):
    bring_in(
        staff,
        [
            strange(1),
            strange(2, 订单应付金额="60.10"),
            doudian_row(3, 售后状态="平台介入中", 订单应付金额="300.00"),
            PARTIAL,
        ],
    )

    found = inbox.words(staff, limit=10)

    assert [(one.axis, one.word, one.rows, one.fen) for one in found] == [
        (WordAxis.AFTER_SALE, "平台介入中", 1, 30000),
        (WordAxis.STATUS, STRANGE, 2, 10000),
    ]
    assert [held.code for held in inbox.rows(staff, limit=10)] == ["held_partial_refund"]
    counted = inbox.waiting(staff)
    assert (counted.words, counted.rows, counted.products) == (2, 1, 0)
    assert inbox.words(staff, limit=1, offset=1)[0].word == STRANGE


def test_a_word_explained_once_brings_all_its_rows_into_the_books(staff, db):
    merchant, _owner = create_merchant()
    product = create_product(merchant, "【泉港】头水紫菜 无沙干货")
    bring_in(staff, [doudian_row(5), strange(1), strange(2, 售后状态="已全额退款")])
    before = revision(db)

    learned = learn(staff)

    assert (learned.settled, learned.still_held) == (2, 0)
    assert all_of_it(db) == (3 * 3990, 3990)
    assert [held.state for held in held_rows()] == [HeldState.DECIDED] * 2
    assert inbox.waiting(staff).total == 0
    assert revision(db) == before + 1
    assert set(db.session.scalars(select(Sale.product_id))) == {product.id}
    assert db.session.scalar(select(AuditEvent.action).order_by(AuditEvent.id.desc())) == "sales_word.learned"


def test_a_word_is_one_however_it_is_spelled(staff):
    bring_in(staff, [doudian_row(1, 订单状态="ＡBC 中"), doudian_row(2, 订单状态="abc中")])

    assert learn(staff, word="Abc中").settled == 2


def test_the_layout_knows_the_word_from_then_on(staff, db):
    bring_in(staff, [strange(1)])
    learn(staff)

    known = words.known_layout(db.session, by_code("doudian_orders", LAYOUTS))

    assert known.order_states[STRANGE] == "shipped"
    assert (
        words.known_layout(db.session, by_code("kuaishou_orders", LAYOUTS)).order_states.get(STRANGE) is None
    )


def test_a_row_with_a_second_doubt_waits_on_for_that_one(staff, db):
    bring_in(staff, [strange(1, 售后状态="部分退款"), strange(2, 售后状态="平台介入中")])

    learned = learn(staff)

    assert (learned.settled, learned.still_held) == (0, 2)
    assert [held.code for held in held_rows()] == ["held_partial_refund", "held_unknown_after_sale"]
    assert learn(staff, "open", "平台介入中", WordAxis.AFTER_SALE).settled == 1
    assert all_of_it(db) == (3990, 0)


def test_a_word_can_be_explained_again_only_in_the_same_way(staff):
    bring_in(staff, [strange(1)])
    learn(staff)

    assert learn(staff).settled == 0
    with pytest.raises(Changed, match="word_decided"):
        learn(staff, "closed")


@pytest.mark.parametrize(
    ("meaning", "word", "refused"),
    [("unknown", STRANGE, BadInput), ("refunded", STRANGE, BadInput), ("paid", "没有这个词", Missing)],
)
def test_what_cannot_be_learned(staff, db, meaning, word, refused):
    bring_in(staff, [strange(1)])

    with pytest.raises(refused):
        learn(staff, meaning, word)
    assert db.session.scalars(select(LearnedWord)).all() == []


def test_an_explained_word_is_taken_back_with_its_sales(staff, db):
    bring_in(staff, [strange(1), strange(2)])
    learn(staff)

    assert words.forget(staff, DOUDIAN, WordAxis.STATUS, STRANGE, now=NOW) == 2

    assert all_of_it(db) == (0, 0)
    assert db.session.scalars(select(Sale.id)).all() == []
    assert inbox.words(staff, limit=9)[0].rows == 2
    learn(staff, "completed")
    assert all_of_it(db) == (2 * 3990, 0)


def test_a_word_that_more_was_read_with_stays(staff, db):
    bring_in(staff, [strange(1)])
    learn(staff)
    bring_in(staff, [doudian_row(7)])
    db.session.execute(Sale.__table__.update().where(Sale.line_key.like("%7")).values(status_text=STRANGE))
    db.session.commit()

    with pytest.raises(RuleViolation) as refused:
        words.forget(staff, DOUDIAN, WordAxis.STATUS, STRANGE, now=NOW)

    assert [(v.code, v.params) for v in refused.value.violations] == [("word_in_use", {"count": 1})]
    assert db.session.scalars(select(LearnedWord.shown)).all() == [STRANGE]


def test_a_decided_row_counts_with_the_refund_that_staff_looked_up(staff, db):
    bring_in(staff, [PARTIAL])
    [held] = held_rows()

    done = decide(staff, held, refunded_fen=3333, reason="看过后台")

    assert (done.state, done.made_sale, done.reason) == (HeldState.DECIDED, True, "看过后台")
    assert all_of_it(db) == (10000, 3333)
    event = db.session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()))
    assert (event.action, event.detail["refunded_fen"]) == ("held_row.decided", 3333)


def test_a_decision_can_be_changed_and_taken_back(staff, db):
    bring_in(staff, [PARTIAL])
    decide(staff, held_rows()[0], refunded_fen=3333)

    decide(staff, held_rows()[0], refunded_fen=1000)
    assert all_of_it(db) == (10000, 1000)
    decide(staff, held_rows()[0], paid=False)
    assert all_of_it(db) == (0, 0)

    again = deciding.reopen(staff, held_rows()[0].id, version=held_rows()[0].version, now=NOW)
    assert (again.state, again.decided_at) == (HeldState.OPEN, None)
    assert all_of_it(db) == (0, 0)
    assert db.session.scalars(select(Sale.id)).all() == []


def test_a_decision_on_a_line_that_is_in_the_books_joins_it(staff, db):
    bring_in(staff, [PARTIAL | {"售后状态": "-"}, doudian_row(2)])
    bring_in(staff, [PARTIAL])
    [held] = held_rows()

    decide(staff, held, refunded_fen=2500)
    assert not held_rows()[0].made_sale
    assert all_of_it(db) == (13990, 2500)

    decide(staff, held_rows()[0], refunded_fen=500)
    assert all_of_it(db) == (13990, 500)
    deciding.reopen(staff, held.id, version=held_rows()[0].version, now=NOW)
    assert all_of_it(db) == (13990, 0)


@pytest.mark.parametrize("fen", [-1, 10001])
def test_more_than_was_paid_cannot_go_back(staff, db, fen):
    bring_in(staff, [PARTIAL])

    with pytest.raises(BadInput, match="held_refund_range"):
        decide(staff, held_rows()[0], refunded_fen=fen)
    assert all_of_it(db) == (0, 0)


def test_who_looked_at_an_older_state_is_told(staff, db):
    bring_in(staff, [PARTIAL])
    [held] = held_rows()
    decide(staff, held, refunded_fen=100)

    with pytest.raises(StaleHeld):
        deciding.decide(staff, held.id, paid=True, refunded_fen=200, version=1, now=NOW)
    assert all_of_it(db) == (10000, 100)


def test_a_decision_that_newer_files_rest_on_stays(staff, db):
    bring_in(staff, [PARTIAL])
    decide(staff, held_rows()[0], refunded_fen=100)
    bring_in(staff, [PARTIAL | {"售后状态": "已全额退款"}])
    assert all_of_it(db) == (10000, 10000)

    with pytest.raises(RuleViolation) as refused:
        decide(staff, held_rows()[0], refunded_fen=50)
    assert [v.code for v in refused.value.violations] in (["held_built_on"], ["held_overtaken"])


def test_only_staff_see_and_decide(staff):
    bring_in(staff, [PARTIAL, strange(1)])
    merchant = create_merchant()[1]
    held = held_rows()[0]

    for act in (
        lambda: inbox.waiting(merchant),
        lambda: inbox.words(merchant, limit=1),
        lambda: inbox.rows(merchant, limit=1),
        lambda: inbox.products(merchant, limit=1),
        lambda: learn(merchant),
        lambda: words.forget(merchant, DOUDIAN, WordAxis.STATUS, STRANGE, now=NOW),
        lambda: decide(merchant, held),
        lambda: deciding.reopen(merchant, held.id, version=1, now=NOW),
        lambda: deciding.one(merchant, held.id),
    ):
        with pytest.raises(Forbidden):
            act()
    for act in (
        lambda: deciding.one(staff, 999),
        lambda: deciding.decide(staff, 999, paid=True, refunded_fen=0, version=1, now=NOW),
    ):
        with pytest.raises(Missing):
            act()
