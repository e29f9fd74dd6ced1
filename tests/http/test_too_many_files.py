"""A shop that has brought enough for a day is told so, in words, and loses nothing that it typed."""

from io import BytesIO

import pytest

from services import pictures
from services.merchants import files
from tests.support.merchant_builders import PDF
from tests.support.photos import photo
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")
PICTURES, SCANS = "一家店一天最多上传 1 张新图片，请明天再来。", "一家店一天最多上传 1 个文件，请明天再来。"
TEA = {"name": "铁观音", "price": "88", "stock": "5", "origin": "安溪"}
PAPER = {"number": "JY1", "issuer": "泉港区市场监督管理局", "forever": "y"}


def picture(colour: str) -> tuple[BytesIO, str]:
    return BytesIO(photo(colour)), "x.png"


@pytest.fixture
def shop(app, monkeypatch):
    """A shop that may bring one picture and one scan a day, and its merchant's browser."""
    monkeypatch.setattr(pictures, "PER_DAY", 1)
    monkeypatch.setattr(files, "PER_DAY", 1)
    merchant, owner = create_merchant(papers=())
    return merchant, visitor(app, owner)


@pytest.mark.parametrize("by_script", [False, True], ids=["page", "fragment"])
def test_one_picture_too_many_is_said_at_its_field_and_the_form_keeps_what_was_typed(shop, by_script):
    _, browser = shop
    browser.submit(browser.get("/products/new"), "/products/new", **TEA, picture=picture("red"))
    form = browser.get("/products/new")
    if by_script:
        browser.environ_base["HTTP_HX_REQUEST"] = "true"

    refused = browser.submit(form, "/products/new", **TEA, picture=picture("blue"))

    assert refused.status_code == 422
    assert ("<html" in refused.text) != by_script
    assert PICTURES in refused.text.partition('id="picture-error"')[2].partition("</p>")[0]
    for value in TEA.values():
        assert f'value="{value}"' in refused.text
    assert browser.submit(refused, "/products/new").status_code == 303  # without a picture it is saved


def test_a_further_picture_too_many_is_said_on_the_products_page(shop):
    merchant, browser = shop
    address = f"/products/{create_product(merchant).id}"
    for colour in ("red", "blue"):
        browser.submit(browser.get(address), f"{address}/pictures", picture=picture(colour))

    assert PICTURES in browser.get(address).text


def test_one_scan_too_many_is_said_at_its_field_and_the_form_keeps_what_was_typed(shop):
    _, browser = shop
    form = "/my-shop/papers/new"
    browser.submit(browser.get(form), form, **PAPER, scan=(BytesIO(PDF), "x.pdf"))

    refused = browser.submit(browser.get(form), form, **PAPER, scan=(BytesIO(PDF), "x.pdf"))

    assert refused.status_code == 422
    assert SCANS in refused.text.partition('id="scan-error"')[2].partition("</p>")[0]
    assert 'value="JY1"' in refused.text
