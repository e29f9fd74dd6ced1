"""What a shop says of a product beside its name and price, and its further pictures; on both engines."""

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Missing
from domain.merchants.products import Category, FoodType
from domain.sales.lines import Platform
from models import AuditEvent
from services.merchants import product_pictures, products
from services.merchants.codes import codes_of
from services.merchants.facts import ProductFacts
from services.merchants.product_pictures import in_order
from tests.support.builders import NOW
from tests.support.photos import photo
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
FULL = {
    "category": Category.FOOD,
    "food_type": FoodType.PREPACKED,
    "live_price_fen": 7_900,
    "price_basis": "门市价 88 元",
    "sku": "TEA-250",
    "selling_points": " 清香 \n\n 回甘",
    "claims": "老茶园的茶",
    "origin": "安溪县感德镇",
    "shelf_life": "常温 18 个月",
    "after_sales": "未拆封可退",
    "codes": {Platform.KUAISHOU: "k-1", Platform.TAOBAO: " 9001 "},
}


def facts(**changes):
    return ProductFacts("铁观音", 8_800, 5, "777", **FULL | changes)


def test_everything_that_is_said_is_kept(db):
    _, owner = create_merchant()

    made = products.create_product(owner, facts(), now=NOW)
    products.update_product(owner, made.id, facts(origin="泉港", codes={}), version=1, now=NOW)

    [kept] = products.my_products(owner)
    assert (kept.category, kept.food_type, kept.live_price_fen) == (Category.FOOD, FoodType.PREPACKED, 7_900)
    assert (kept.selling_points, kept.origin, kept.sku) == ("清香\n回甘", "泉港", "TEA-250")
    assert codes_of(kept) == {Platform.DOUDIAN: "777"}
    changed = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "product.changed")).one()
    assert changed.detail == {"before": {"origin": "安溪县感德镇"}, "claims_reopened": False}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"live_price_fen": 9_900}, "live_price_higher", "live_price"),
        ({"live_price_fen": 0}, "price_out_of_range", "live_price"),
        ({"price_basis": " "}, "price_basis_missing", "price_basis"),
        ({"food_type": None}, "food_type_missing", "food_type"),
        ({"category": Category.CRAFT}, "food_type_not_food", "food_type"),
        ({"selling_points": "一\n二\n三\n四\n五\n六"}, "selling_points_many", "selling_points"),
        ({"selling_points": "长" * 61}, "selling_point_long", "selling_points"),
        ({"claims": "长" * 1001}, "product_text_long", "claims"),
        ({"origin": "长" * 61}, "product_text_long", "origin"),
        ({"after_sales": "长" * 201}, "product_text_long", "after_sales"),
        ({"codes": {Platform.WEIXIN: "6.9E+18"}}, "product_code_invalid", "code_weixin"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_makes_no_sense_is_named_at_its_field(change, code, field):
    _, owner = create_merchant()

    with pytest.raises(BadInput) as refused:
        products.create_product(owner, facts(**change), now=NOW)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_live_price_that_is_no_reduction_needs_no_basis():
    _, owner = create_merchant()

    made = products.create_product(owner, facts(live_price_fen=8_800, price_basis=""), now=NOW)

    assert made.sale_price_fen == 8_800


def test_a_code_is_one_products_on_each_platform():
    shop, owner = create_merchant()
    products.create_product(owner, facts(), now=NOW)
    other = create_product(shop, "紫菜")

    with pytest.raises(BadInput) as refused:
        products.update_product(
            owner, other.id, ProductFacts("紫菜", 100, 1, codes={Platform.KUAISHOU: "k-1"}), now=NOW
        )

    assert (refused.value.code, refused.value.field) == ("product_code_taken", "code_kuaishou")
    same_elsewhere = ProductFacts("紫菜", 100, 1, codes={Platform.WEIXIN: "k-1"})
    changed = products.update_product(owner, other.id, same_elsewhere, now=NOW)
    assert codes_of(changed) == {Platform.WEIXIN: "k-1"}


def test_further_pictures_come_last_move_forward_and_go(db):
    shop, owner = create_merchant()
    tea = create_product(shop)
    for colour in ("red", "green", "blue"):
        product_pictures.add(owner, tea.id, photo(colour), now=NOW)
    red, green, blue = in_order(products.product_for(owner, tea.id))
    assert (
        product_pictures.add(owner, tea.id, photo("red"), now=NOW).version == 4
    )  # known already: nothing new

    moved = product_pictures.move_forward(owner, tea.id, blue, now=NOW)
    assert (in_order(moved), moved.picture_sha256) == ([red, blue, green], red)
    moved = product_pictures.move_forward(owner, tea.id, blue, now=NOW)
    assert (in_order(moved), moved.picture_sha256) == ([blue, red, green], blue)
    left = product_pictures.remove(owner, tea.id, blue, now=NOW)
    assert (in_order(left), left.picture_sha256) == ([red, green], red)
    left = product_pictures.remove(owner, tea.id, red, now=NOW)
    left = product_pictures.remove(owner, tea.id, green, now=NOW)
    assert (in_order(left), left.picture_sha256) == ([], None)


def test_six_pictures_are_enough_and_none_of_a_stranger():
    shop, owner = create_merchant()
    _, stranger = create_merchant()
    tea = create_product(shop)
    for number in range(6):
        product_pictures.add(owner, tea.id, photo((number * 40, 0, 0)), now=NOW)

    with pytest.raises(BadInput) as refused:
        product_pictures.add(owner, tea.id, photo("white"), now=NOW)

    assert (refused.value.code, refused.value.params["maximum"]) == ("product_pictures_enough", 6)
    first = in_order(products.product_for(owner, tea.id))[0]
    for attempt in (
        lambda: product_pictures.add(stranger, tea.id, b"", now=NOW),
        lambda: product_pictures.remove(stranger, tea.id, first, now=NOW),
        lambda: product_pictures.move_forward(owner, tea.id, "0" * 64, now=NOW),
    ):
        with pytest.raises(Missing):
            attempt()
