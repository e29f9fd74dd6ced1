"""The form of a product in full: what is asked for, what is refused next to its field, and what is flagged."""

from io import BytesIO

import pytest
from sqlalchemy import select

from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.products import Category, FoodType
from domain.sales.lines import Platform
from models import Product, ProductCode
from services.merchants import products
from services.merchants.facts import ProductFacts
from services.merchants.product_pictures import in_order
from services.seed.claim_words import lay_words
from tests.support.builders import NOW
from tests.support.photos import photo
from tests.support.studio_builders import create_merchant, create_paper, create_product
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
FOOD = {"category": "food", "food_type": "prepacked"}
TEA = {"name": "铁观音", "price": "88", "stock": "5"}


@pytest.fixture
def shop(app):
    """A shop, who acts for it, and that one's browser; the house has its word list."""
    lay_words(NOW)
    merchant, owner = create_merchant("山腰茶行")
    return merchant, owner, visitor(app, owner)


def shown(db, owner, product):
    """The names of a product's pictures as they stand now."""
    db.session.rollback()
    return in_order(products.product_for(owner, product.id))


def only(db):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Product)).one()


def test_everything_a_shop_says_is_kept_and_shown_again(shop, db):
    _, _, browser = shop

    saved = browser.submit(
        browser.get("/products/new"), "/products/new", **TEA, **FOOD,
        live_price="79.90", price_basis="门市价 88 元", selling_points="清香\r\n回甘", claims="老茶园的茶",
        origin="安溪", shelf_life="一年", after_sales="未拆封可退", code="777", code_kuaishou="k-1", sku="T-1",
    )  # fmt: skip

    assert (saved.status_code, saved.location) == (303, "/products")
    tea = only(db)
    assert (tea.category, tea.food_type, tea.live_price_fen) == (Category.FOOD, FoodType.PREPACKED, 7_990)
    codes = {one.platform: one.code for one in db.session.scalars(select(ProductCode))}
    assert codes == {Platform.DOUDIAN: "777", Platform.KUAISHOU: "k-1"}
    page = browser.get(f"/products/{tea.id}").text
    for typed in ('value="79.90"', "清香\n回甘", 'value="安溪"', 'value="k-1"', 'value="T-1"', "宣传待审核"):
        assert typed in page


def test_what_is_flagged_is_saved_and_shown_at_once_with_its_reason(shop, db):
    _, _, browser = shop

    saved = browser.submit(
        browser.get("/products/new?next=/shows/1/booths/2"), "/products/new", **TEA, claims="这是全国第一的茶"
    )
    page = browser.get(saved.location).text

    assert saved.location == f"/products/{only(db).id}?next=/shows/1/booths/2"
    assert '<mark class="claim">全国第一</mark>的茶' in page
    assert "要有可靠的出处" in page
    assert 'href="/shows/1/booths/2">不改了，继续订展位' in page
    assert "宣传待审核，有疑点" in browser.get("/products").text


def test_a_disease_claim_on_food_is_refused_next_to_its_field_and_nothing_is_lost(shop, db):
    _, _, browser = shop
    typed = {"selling_points": "补 肾", "claims": "喝了降血压\r\n真的", "origin": "安溪"}

    refused = browser.submit(browser.get("/products/new"), "/products/new", **TEA, **FOOD, **typed)

    assert refused.status_code == 422
    near_points = refused.text.partition('id="selling_points-error"')[2].partition("</p>")[0]
    near_claims = refused.text.partition('id="claims-error"')[2].partition("</p>")[0]
    assert "食品不能写“补肾”（在“补 肾”里）。广告法第十七条" in near_points
    assert "食品不能写“降血压”（在“喝了降血压 真的”里）。" in near_claims
    assert "喝了降血压" in refused.text.partition("<textarea")[2]
    assert 'value="安溪"' in refused.text
    assert db.session.scalars(select(Product)).all() == []
    saved = browser.submit(refused, "/products/new", selling_points="清香", claims="老茶")
    assert saved.status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"live_price": "70"}, "请写明和什么价格比"),
        ({"live_price": "99"}, "直播价不能比平时的价格高。"),
        ({"live_price": "much"}, "请填写价格"),
        ({"category": "food"}, "请选择是哪一种食品"),
        ({"selling_points": "一\n二\n三\n四\n五\n六"}, "最多写 5 个卖点"),
        ({"code_taobao": "6.9E+18"}, "商品 ID 只有数字或字母"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_next_to_its_field(shop, typed, sentence):
    _, _, browser = shop

    refused = browser.submit(browser.get("/products/new"), "/products/new", **TEA | typed)

    assert refused.status_code == 422
    assert sentence in refused.text


def test_a_food_type_left_over_from_before_is_not_meant(shop, db):
    _, _, browser = shop

    browser.submit(
        browser.get("/products/new"), "/products/new", **TEA, category="craft", food_type="prepacked"
    )

    assert (only(db).category, only(db).food_type) == (Category.CRAFT, None)


def test_the_next_product_starts_as_the_kind_that_the_shop_sells(shop, db):
    merchant, _, browser = shop
    create_product(merchant, "紫菜", category=Category.FOOD, food_type=FoodType.PREPACKED)

    browser.submit(browser.get("/products/new"), "/products/new", name="海带", price="9", stock="1")

    newest = db.session.scalars(select(Product).order_by(Product.id.desc())).first()
    assert (newest.category, newest.food_type) == (Category.FOOD, FoodType.PREPACKED)


def test_who_saves_over_a_change_sees_it_beside_what_was_typed(shop, db):
    _, owner, browser = shop
    tea = products.create_product(owner, ProductFacts("铁观音", 8_800, 5, claims="老茶"), now=NOW)
    page = browser.get(f"/products/{tea.id}")
    products.update_product(owner, tea.id, ProductFacts("铁观音", 9_900, 5, claims="新茶"), now=NOW)

    late = browser.submit(page, f"/products/{tea.id}", claims="我的茶")

    assert late.status_code == 409
    assert "刚刚有人改过这件商品" in late.text
    assert "现在是：新茶" in late.text
    assert "现在是：99" in late.text
    assert "我的茶" in late.text.partition("<textarea")[2]
    again = browser.submit(late, f"/products/{tea.id}")
    assert again.status_code == 303
    assert only(db).claims == "我的茶"


@pytest.mark.parametrize(
    ("papers", "chip", "sentence"),
    [
        ((), "缺证件", "卖预包装食品要有“仅销售预包装食品备案”，您还没有上传。"),
        (((PaperKind.FOOD_FILING, PaperStatus.SUBMITTED),), "证件待审核", "正在等工作人员审核。"),
        (((PaperKind.FOOD_LICENCE, PaperStatus.APPROVED),), None, None),
    ],
    ids=["none", "submitted", "approved"],
)
def test_papers_are_asked_for_in_words(shop, papers, chip, sentence):
    merchant, owner, browser = shop
    for kind, status in papers:
        reviewed = {} if status is PaperStatus.APPROVED else {"reviewed_at": None, "reviewed_by_id": None}
        create_paper(merchant, kind, owner.id, status=status, **reviewed)
    seaweed = create_product(merchant, "紫菜", category=Category.FOOD, food_type=FoodType.PREPACKED)

    page, listed = browser.get(f"/products/{seaweed.id}").text, browser.get("/products").text

    assert (chip is None) == ("缺证件" not in listed and "证件待审核" not in listed)
    if sentence:
        assert chip in listed
        assert sentence in page
    assert ("/my-shop/papers/new?kind=food_filing" in page) == (papers == ())


def test_a_shop_without_its_licence_is_told_on_every_page_of_its_goods(app):
    _, owner = create_merchant(papers=())
    browser = visitor(app, owner)

    for page in (browser.get("/products"), browser.get("/products/new")):
        assert "上直播要有“营业执照”，您还没有上传。" in page.text


def test_further_pictures_are_put_up_moved_and_taken_off(shop, db):
    merchant, owner, browser = shop
    tea = create_product(merchant)
    address = f"/products/{tea.id}"

    def send(colour):
        page = browser.get(address)
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"csrf_token": token, "picture": (BytesIO(photo(colour)), "x.png")}
        return browser.post(f"{address}/pictures", data=form, content_type="multipart/form-data")

    assert [send(colour).status_code for colour in ("red", "blue")] == [303, 303]
    red, blue = shown(db, owner, tea)
    browser.submit(browser.get(address), f"{blue}/forward")
    assert shown(db, owner, tea) == [blue, red]
    browser.submit(browser.get(address), f"{blue}/remove")
    assert shown(db, owner, tea) == [red]
    assert only(db).claims_status is ClaimsStatus.CLEARED


@pytest.mark.parametrize("name", ['"><script>', "0" * 64])
def test_a_remembered_picture_that_there_is_not_is_forgotten(shop, name):
    _, _, browser = shop

    refused = browser.submit(browser.get("/products/new"), "/products/new", name="", kept_picture=name)

    assert refused.status_code == 422
    assert 'class="picture-now"' not in refused.text
    assert browser.submit(refused, "/products/new", **TEA, category="daily").status_code == 303
