"""A shop's products and pictures, as a browser without JavaScript sees them."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from domain.people import Role
from models import Picture, Product
from tests.support.builders import create_actor
from tests.support.client import read_forms
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")


def photo(colour="tomato"):
    """A small picture as a file of a form."""
    output = BytesIO()
    Image.new("RGB", (1600, 900), colour).save(output, "PNG")
    return BytesIO(output.getvalue()), "photo.png"


def upload(browser, page, path, **fields):
    """Send the page's product form with a file, as a browser does."""
    form = next(form for form in read_forms(page.text) if form.action.endswith(path))
    return browser.post(form.action, data={**form.fields, **fields}, content_type="multipart/form-data")


@pytest.fixture
def shop(app):
    """A shop and its merchant's browser."""
    merchant, actor = create_merchant("山腰茶行")
    return merchant, visitor(app, actor)


def test_a_merchant_adds_a_product_with_a_picture(shop, db):
    _, browser = shop

    answer = upload(
        browser, browser.get("/products/new"), "/products/new",
        name="铁观音 250g", price="88.50", stock="20", code="3587621094", picture=photo(),
    )  # fmt: skip

    assert (answer.status_code, answer.location) == (303, "/products")
    product = db.session.scalars(select(Product)).one()
    assert (product.price_fen, product.stock) == (8_850, 20)
    page = browser.get("/products")
    assert "¥88.50" in page.text
    assert f"/pictures/{product.picture_sha256}.jpg" in page.text


def test_a_picture_may_be_kept_by_everybody_for_ever(shop, db, app):
    _, browser = shop
    upload(
        browser, browser.get("/products/new"), "/products/new",
        name="铁观音", price="88", stock="1", picture=photo(),
    )  # fmt: skip
    address = f"/pictures/{db.session.scalars(select(Picture.sha256)).one()}.jpg"

    for client in (browser, visitor(app)):
        answer = client.get(address)
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    again = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert browser.get(f"/pictures/{'0' * 64}.jpg").status_code == 404


def test_everything_that_is_wrong_is_said_at_once_and_the_picture_is_kept(shop, db):
    _, browser = shop

    refused = upload(
        browser, browser.get("/products/new"), "/products/new",
        name="", price="much", stock="-1", code="6.9E+18", picture=photo(),
    )  # fmt: skip

    assert refused.status_code == 422
    for sentence in ("请填写商品名称。", "请填写价格", "库存要填", "商品 ID 只有数字或字母"):
        assert sentence in refused.text
    assert 'value="much"' in refused.text
    saved = upload(browser, refused, "/products/new", name="铁观音", price="88", stock="1", code="")
    assert saved.status_code == 303
    assert db.session.scalars(select(Product)).one().picture_sha256 is not None


def test_a_file_that_is_no_picture_is_named_next_to_its_field(shop, db):
    _, browser = shop
    file = (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "photo.png")

    refused = upload(
        browser, browser.get("/products/new"), "/products/new",
        name="铁观音", price="88", stock="1", picture=file,
    )  # fmt: skip

    assert refused.status_code == 422
    assert "只支持 JPEG、PNG 或 WebP 图片。" in refused.text
    assert db.session.scalar(select(func.count()).select_from(Product)) == 0


def test_a_code_that_another_product_has_is_named_next_to_its_field(shop):
    merchant, browser = shop
    page = browser.get("/products/new")
    browser.submit(page, "/products/new", name="铁观音", price="88", stock="1", code="777")
    other = create_product(merchant, "浮粿")

    page = browser.get(f"/products/{other.id}")
    refused = browser.submit(page, f"/products/{other.id}", code="777")

    assert refused.status_code == 422
    assert "这个商品 ID 已经用在另一件商品上" in refused.text


def test_a_product_is_changed_taken_off_the_list_and_put_back(shop, db):
    merchant, browser = shop
    tea = create_product(merchant, "铁观音")
    page = browser.get(f"/products/{tea.id}")
    assert 'value="88"' in page.text

    browser.submit(page, f"/products/{tea.id}", price="99.90")
    browser.submit(browser.get(f"/products/{tea.id}"), "/archive")
    off = browser.get("/products")
    browser.submit(off, "/restore")
    db.session.refresh(tea)

    assert "已下架的商品（1）" in off.text
    assert (tea.price_fen, tea.archived_at) == (9_990, None)


def test_a_foreign_product_answers_like_a_missing_one(shop, db):
    _, browser = shop
    other, _ = create_merchant()
    foreign = create_product(other, "紫菜")

    pages = [browser.get(f"/products/{number}") for number in (foreign.id, foreign.id + 99)]

    assert [page.status_code for page in pages] == [404, 404]
    assert "紫菜" not in pages[0].text


def test_a_form_leads_nowhere_else(shop):
    _, browser = shop
    page = browser.get("/products/new?next=https://example.org/")

    saved = browser.submit(page, "/products/new", name="茶", price="1", stock="1", next="//example.org/")

    assert saved.location == "/products"


def test_products_are_a_merchants_own(app):
    assert visitor(app, create_actor(Role.STAFF)).get("/products").status_code == 403
