"""Unknown products of platforms: named once by code or by name, or called none of ours, and taken back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Role
from domain.sales.lines import Platform
from models import Product, ProductAlias, ProductCode, Sale
from services.merchants.codes import set_codes
from services.sales import inbox, linking
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import bring_in
from tests.support.studio_builders import create_merchant, create_product
from tests.support.sums_of_sales import all_of_it

pytestmark = pytest.mark.usefixtures("db")

DOUDIAN = Platform.DOUDIAN
TITLE = "【泉港】头水紫菜 无沙干货"


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


@pytest.fixture
def product(db):
    return create_product(create_merchant()[0], "紫菜")


def nameless(number, **cells):
    return doudian_row(number, 商品ID="-", 商家编码="-", **cells)


def products_of_sales(db):
    db.session.rollback()
    return db.session.scalars(select(Sale.product_id).order_by(Sale.line_key)).all()


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


def test_a_shop_does_not_get_sales_by_typing_a_code_that_staff_called_none_of_ours(staff, db, product):
    bring_in(staff, [doudian_row(1)])
    code = inbox.products(staff, limit=9)[0].code
    linking.not_ours(staff, DOUDIAN, code=code, now=NOW)

    def claim():
        theirs = db.session.scalars(
            select(Product)
            .options(selectinload(Product.codes))
            .where(Product.id == product.id)
            .execution_options(populate_existing=True)
        ).one()
        set_codes(db.session(), theirs, {DOUDIAN: code}, NOW)

    in_transaction(claim)
    bring_in(staff, [doudian_row(2)])
    assert products_of_sales(db) == [None, None]

    linking.link(staff, DOUDIAN, code, product.id, now=NOW)
    assert products_of_sales(db) == [product.id, product.id]


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
