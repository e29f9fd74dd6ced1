"""The page of the inbox: what waits is decided with one tap, said below, and can be taken back."""

import pytest
from sqlalchemy import func, select

from domain.people import Role
from models import HeldRow, LearnedWord, ProductAlias, Sale
from tests.support.builders import create_actor
from tests.support.client import read_forms
from tests.support.exports import canaries, doudian_row
from tests.support.importing import bring_in
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import visitor

STRANGE = "商家备货中心已接单"
PARTIAL = doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")
ROWS = [doudian_row(1), doudian_row(2, 订单状态=STRANGE), PARTIAL]


@pytest.fixture
def worker(app, db):
    return create_actor(Role.STAFF, name="李工")


@pytest.fixture
def staff(app, worker):
    return visitor(app, worker)


def forms(page, part):
    return [form for form in read_forms(page.text) if part in form.action]


def send(client, page, part, number=0, **fields):
    form = forms(page, part)[number]
    return client.post(form.action, data=form.fields | fields)


def paid(db):
    db.session.rollback()
    return db.session.execute(
        select(
            func.coalesce(func.sum(Sale.amount_fen), 0), func.coalesce(func.sum(Sale.refunded_fen), 0)
        ).where(Sale.paid)
    ).one()


def test_an_empty_inbox_says_what_will_come(staff):
    page = staff.get("/sales/inbox")

    assert "没有要处理的" in page.text
    assert "review-count" not in page.text.split("<main")[1]


def test_one_tap_explains_a_word_and_the_next_thing_comes_up(staff, worker, db):
    bring_in(worker, ROWS)
    page = staff.get("/sales/inbox")
    assert f"“{STRANGE}”" in page.text
    assert "点一下，这 1 行一起定" in page.text
    assert '<b class="review-count">3</b>' in page.text

    answer = send(staff, page, "/inbox/words", meaning="shipped")

    assert answer.status_code == 303
    after = staff.get(answer.location)
    assert "记住了：1 行已入账" in after.text
    assert "没见过的词" not in after.text
    assert f"“{STRANGE}”（抖店）" in after.text
    assert paid(db) == (2 * 3990, 0)


def test_for_htmx_the_answer_is_the_inbox_itself(staff, worker):
    bring_in(worker, ROWS)
    page = staff.get("/sales/inbox")
    form = forms(page, "/inbox/words")[0]

    answer = staff.post(
        form.action, data=form.fields | {"meaning": "shipped"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="inbox">')
    assert 'role="status" tabindex="-1" autofocus' in answer.text


def test_an_amount_is_typed_for_a_partial_refund_then_changed_and_taken_back(staff, worker, db):
    bring_in(worker, [PARTIAL])
    page = staff.get("/sales/inbox")
    assert "部分退款，退了多少要看售后单。" in page.text

    done = send(staff, page, "/inbox/rows", choice="partial", refunded="¥33.33")
    assert "定好了" in staff.get(done.location).text
    assert paid(db) == (10000, 3333)

    page = staff.get("/sales/inbox")
    assert "退款 ¥33.33" in page.text
    change = next(form for form in forms(page, "/inbox/rows") if "reason" in form.fields)
    staff.post(
        change.action, data=change.fields | {"choice": "partial", "refunded": "10", "reason": "看错了"}
    )
    assert paid(db) == (10000, 1000)

    page = staff.get("/sales/inbox")
    assert "退款 ¥10.00：看错了" in page.text
    send(staff, page, "/reopen")
    assert paid(db) == (0, 0)
    assert "拿不准的订单" in staff.get("/sales/inbox").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("100.01", "退款金额要在 0 到实付金额 ¥100.00 之间。"),
        ("", "请填写金额。"),
        ("一块", "看不懂这个金额"),
    ],
)
def test_a_refused_amount_stays_in_its_field_with_the_reason(staff, worker, db, typed, said):
    bring_in(worker, [PARTIAL])

    answer = send(staff, staff.get("/sales/inbox"), "/inbox/rows", choice="partial", refunded=typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}" aria-invalid="true" aria-describedby="told"' in answer.text
    assert paid(db) == (0, 0)


@pytest.mark.parametrize(
    ("choice", "sums"), [("full", (10000, 10000)), ("paid", (10000, 0)), ("unpaid", (0, 0))]
)
def test_the_big_answers(staff, worker, db, choice, sums):
    bring_in(worker, [PARTIAL])

    send(staff, staff.get("/sales/inbox"), "/inbox/rows", choice=choice)

    assert paid(db) == sums


def test_whoever_comes_second_sees_how_it_stands(staff, worker, db):
    bring_in(worker, [PARTIAL])
    page = staff.get("/sales/inbox")
    send(staff, page, "/inbox/rows", choice="partial", refunded="5")

    late = send(staff, page, "/inbox/rows", 1, choice="full")

    assert late.status_code == 409
    assert "退款 ¥5.00" in late.text
    assert paid(db) == (10000, 500)


def test_an_unknown_product_is_chosen_from_the_shops(staff, worker, db):
    product = create_product(create_merchant("山腰茶行")[0], "铁观音 250g")
    create_product(create_merchant("阿嬷海味")[0], "干贝")
    bring_in(worker, [doudian_row(1)])
    page = staff.get("/sales/inbox?q=茶行")
    assert '<optgroup label="山腰茶行">' in page.text
    assert "干贝" not in page.text

    answer = send(staff, page, "/inbox/products", product_id=str(product.id))

    assert "对上了：账上有 1 行" in staff.get(answer.location).text
    db.session.rollback()
    assert db.session.scalars(select(Sale.product_id)).all() == [product.id]


def test_a_product_that_is_not_ours_does_not_come_again_until_that_is_taken_back(staff, worker, db):
    create_product(create_merchant()[0])
    bring_in(worker, [doudian_row(1)])

    send(staff, staff.get("/sales/inbox"), "/inbox/products", 1, ours="no")
    bring_in(worker, [doudian_row(2)])
    page = staff.get("/sales/inbox")
    assert "没有要处理的" in page.text
    assert "不是我们的商品" in page.text

    send(staff, page, "/take-back")
    assert "不认识的商品" in staff.get("/sales/inbox").text
    db.session.rollback()
    assert db.session.scalars(select(ProductAlias.id)).all() == []


def test_choosing_no_product_says_so_in_its_card(staff, worker):
    create_product(create_merchant()[0])
    bring_in(worker, [doudian_row(1)])

    answer = send(staff, staff.get("/sales/inbox"), "/inbox/products", product_id="")

    assert answer.status_code == 422
    assert "请选择一件商品。" in answer.text


def test_a_double_tap_counts_once(staff, worker, db):
    bring_in(worker, [PARTIAL])
    page = staff.get("/sales/inbox")

    first = send(staff, page, "/inbox/rows", choice="partial", refunded="5")
    second = send(staff, page, "/inbox/rows", choice="partial", refunded="5")

    assert (first.status_code, second.status_code) == (303, 303)
    db.session.rollback()
    assert db.session.scalar(select(HeldRow.version)) == 2


def test_a_word_is_taken_back_from_the_list_below(staff, worker, db):
    bring_in(worker, ROWS)
    send(staff, staff.get("/sales/inbox"), "/inbox/words", meaning="shipped")

    answer = send(staff, staff.get("/sales/inbox"), "/forget")

    assert "撤销了，1 行重新等待处理" in staff.get(answer.location).text
    db.session.rollback()
    assert db.session.scalars(select(LearnedWord.word)).all() == []
    assert paid(db) == (3990, 0)


def test_the_desk_and_the_import_lead_here(staff, worker):
    done = bring_in(worker, ROWS)

    assert 'href="/sales/inbox"' in staff.get("/desk").text.split("<main")[1]
    assert "去看要处理的" in staff.get(f"/sales/imports/{done.id}").text.split("<main")[1]


def test_nothing_of_a_buyer_is_on_the_page(staff, worker):
    bring_in(worker, ROWS)

    page = staff.get("/sales/inbox").text

    assert not [canary for number in (1, 2, 9) for canary in canaries(number) if canary in page]


@pytest.mark.parametrize(
    "fields", [{"platform": "ebay"}, {"axis": "x"}, {"version": ""}, {"choice": "maybe"}]
)
def test_what_no_form_sends_is_refused(staff, worker, fields):
    bring_in(worker, ROWS)
    page = staff.get("/sales/inbox")
    part = "/inbox/rows" if {"version", "choice"} & set(fields) else "/inbox/words"

    assert send(staff, page, part, **fields).status_code == 422
