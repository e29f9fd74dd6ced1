"""Coming in as a merchant, as a browser without JavaScript sees it."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Merchant, Person
from services import joining
from services.merchants import members
from tests.support.builders import NOW, create_actor
from tests.support.studio_builders import create_merchant
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
MINE = {
    "shop_name": "惠珍干货铺",
    "name": "黄惠珍",
    "phone": "13700000001",
    "password": "correct horse",
}


@pytest.fixture
def link():
    """The path of a link into 山腰茶行."""
    _, actor = create_merchant("山腰茶行")
    return f"/join/shop/{members.invite(actor, now=NOW).token}"


def test_the_sign_up_of_neighbours_leads_shopkeepers_to_theirs(client):
    assert 'href="/join/shop"' in client.get("/signup").text


def test_who_opens_a_shop_lands_on_it_and_sees_the_next_step(client):
    answer = client.submit(client.get("/join/shop"), "/join/shop", **MINE)

    assert (answer.status_code, answer.location) == (303, "/my-shop")
    page = client.get("/my-shop")
    assert "惠珍干货铺" in page.text
    assert "先填写店铺资料" in page.text
    assert client.get("/join/shop").location == "/my-shop"
    assert client.get("/sales").location == "/my-shop"  # nothing was sold yet: its way in comes first


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(client, db):
    refused = client.submit(
        client.get("/join/shop"), "/join/shop", shop_name=" ", name="", phone="123", password="x"
    )

    assert refused.status_code == 422
    for sentence in ("请填写店名。", "请填写姓名。", "请填写 11 位手机号码。", "密码至少要有 8 个字符。"):
        assert sentence in refused.text
    assert 'value="123"' in refused.text
    assert db.session.scalars(select(Merchant)).all() == []


def test_a_name_that_is_taken_is_named_next_to_the_shop(client):
    create_merchant("惠珍干货铺")

    refused = client.submit(client.get("/join/shop"), "/join/shop", **MINE)

    assert refused.status_code == 422
    assert 'id="shop_name-error"' in refused.text
    assert 'id="name-error"' not in refused.text


def test_sign_ups_are_limited_by_address(client, monkeypatch):
    monkeypatch.setattr(joining, "PER_ADDRESS", 1)
    client.submit(client.get("/join/shop"), "/join/shop", **MINE | {"shop_name": "头一家"})
    client.post("/logout")
    other = client.application.test_client()

    refused = other.submit(other.get("/join/shop"), "/join/shop", **MINE | {"phone": "13700000002"})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_other_accounts_are_told_plainly_to_use_another(app, link):
    for role in (Role.RESIDENT, Role.STAFF):
        browser = visitor(app, create_actor(role))
        assert "不是商户账号" in browser.get("/join/shop").text
        page = browser.get(link)
        assert "不是商户账号" in page.text
        assert f'action="{link}"' not in page.text


def test_a_link_makes_an_account_that_acts_for_the_shop(client, link, db):
    page = client.get(link)
    assert "加入“山腰茶行”" in page.text

    answer = client.submit(page, link, name="林小妹", phone="13700000005", password="correct horse")

    assert (answer.status_code, answer.location) == (303, "/my-shop")
    assert "山腰茶行" in client.get("/my-shop").text
    assert db.session.scalars(select(Person).where(Person.phone == "13700000005")).one().role is Role.MERCHANT


def test_a_merchant_without_a_shop_joins_with_one_tap(app, link):
    browser = visitor(app, create_actor(Role.MERCHANT))

    answer = browser.submit(browser.get(link), link)

    assert (answer.status_code, answer.location) == (303, "/my-shop")
    assert "您已加入“山腰茶行”。" in browser.get("/my-shop").text


def test_a_used_link_says_so_to_everybody_alike(app, client, link):
    browser = visitor(app, create_actor(Role.MERCHANT))
    browser.submit(browser.get(link), link)

    used, guessed = client.get(link), client.get("/join/shop/guessed")

    assert used.status_code == guessed.status_code == 422
    assert "这个邀请链接用过了或者过期了" in used.text
    assert "山腰茶行" not in used.text
    assert used.text.replace(urlsplit(link).path, "") == guessed.text.replace("/join/shop/guessed", "")


def test_wrong_fields_keep_the_link_open(client, link):
    refused = client.submit(client.get(link), link, name="林", phone="1", password="correct horse")

    assert refused.status_code == 422
    assert "请填写 11 位手机号码。" in refused.text
    again = client.submit(refused, link, name="林", phone="13700000006", password="correct horse")
    assert again.status_code == 303
