"""Staff read claims on their tablet, as a browser without JavaScript sees it, and as htmx does."""

import pytest

from domain.merchants.claims import ClaimsStatus
from domain.merchants.products import Category, FoodType
from domain.people import Role
from models import Product
from services.merchants import products
from services.merchants.facts import ProductFacts
from services.seed.claim_words import lay_words
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
UNREAD = {"claims_status": ClaimsStatus.UNREVIEWED}


@pytest.fixture
def desk(app):
    """The browser of somebody of the staff; the house has its word list."""
    lay_words(NOW)
    return visitor(app, create_actor(Role.STAFF))


@pytest.fixture
def shop():
    """A shop and who acts for it."""
    return create_merchant("山腰茶行")


def status_of(db, product):
    db.session.expire_all()
    return db.session.get(Product, product.id).claims_status


def test_the_one_on_air_soonest_comes_first_with_its_words_marked_and_its_seller(desk, shop):
    merchant, owner = shop
    create_product(merchant, "浮粿", **UNREAD)
    tea = create_product(merchant, "铁观音", claims="全国第一的茶", **UNREAD)
    create_booth(create_show(create_studio()), 2, tea, owner)

    page = desk.get("/claims").text

    assert "2 件商品的宣传等您看" in page
    assert page.index("铁观音") < page.index("浮粿")
    assert '<mark class="claim">全国第一</mark>的茶' in page
    assert "绝对化用语" in page
    assert "山腰茶行" in page
    assert "11月26日 周四 19:45" in page


def test_one_tap_clears_and_the_next_one_comes_up(desk, shop, db):
    first, second = (create_product(shop[0], name, **UNREAD) for name in ("茶一", "茶二"))

    answer = desk.submit(desk.get("/claims"), f"/claims/{first.id}/clear")
    following = desk.get(answer.location)

    assert (answer.status_code, answer.location) == (303, f"/claims/{second.id}")
    assert "“茶一”通过了。" in following.text
    assert status_of(db, first) is ClaimsStatus.CLEARED


def test_htmx_gets_the_desk_with_the_next_one(desk, shop):
    first, second = (create_product(shop[0], name, **UNREAD) for name in ("茶一", "茶二"))
    page = desk.get("/claims")
    form = {
        "csrf_token": page.text.partition('name="csrf_token" value="')[2].partition('"')[0],
        "version": "1",
    }

    answer = desk.post(f"/claims/{first.id}/clear", data=form, headers=HTMX)

    assert answer.text.startswith('<div class="desk" id="desk">')
    assert answer.headers["HX-Replace-Url"] == f"/claims/{second.id}"
    assert "“茶一”通过了。" in answer.text


def test_a_reason_sends_it_back_and_the_shop_reads_it(desk, shop, app):
    merchant, owner = shop
    tea = create_product(merchant, "铁观音", claims="最好的茶", **UNREAD)
    page = desk.get("/claims")
    assert "请改掉“最好”这个说法。" in page.text

    answer = desk.post(f"/claims/{tea.id}/refuse", data=fields(page) | {"reason": "请改掉“最好”这个说法。"})

    assert answer.location == "/claims"
    shown = visitor(app, owner).get(f"/products/{tea.id}").text
    assert "退回的原因：请改掉“最好”这个说法。" in shown
    assert "宣传被退回" in shown


def fields(page):
    """The token and the version that the page's forms carry."""
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    version = page.text.partition('name="version" value="')[2].partition('"')[0]
    return {"csrf_token": token, "version": version}


def test_no_reason_is_said_and_what_was_typed_stays(desk, shop):
    tea = create_product(shop[0], **UNREAD)
    page = desk.get("/claims")

    empty = desk.post(f"/claims/{tea.id}/refuse", data=fields(page) | {"reason": ""})
    long = desk.post(f"/claims/{tea.id}/refuse", data=fields(page) | {"reason": "长" * 201})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "请写明为什么退回" in empty.text
    assert "长" * 201 in long.text


def test_who_reads_an_old_text_is_shown_the_new_one(desk, shop, app):
    _, owner = shop
    tea = products.create_product(owner, ProductFacts("铁观音", 8_800, 1, claims="老茶"), now=NOW)
    page = desk.get("/claims")
    products.update_product(owner, tea.id, ProductFacts("铁观音", 8_800, 1, claims="顶级好茶"), now=NOW)

    answer = desk.submit(page, f"/claims/{tea.id}/clear")

    assert answer.status_code == 409
    assert "刚刚有人先处理了，下面是最新的情况。" in answer.text
    assert '<mark class="claim">顶级</mark>好茶' in answer.text


def test_a_blocked_word_leaves_only_the_way_back(desk, shop):
    tea = create_product(
        shop[0], claims="降血压", category=Category.FOOD, food_type=FoodType.PREPACKED, **UNREAD
    )
    page = desk.get("/claims")

    forced = desk.post(f"/claims/{tea.id}/clear", data=fields(page))

    assert '<mark class="claim claim-blocked">降血压</mark>' in page.text
    assert f'action="/claims/{tea.id}/clear"' not in page.text
    assert forced.status_code == 422
    assert "食品不能写“降血压”" in forced.text


def test_what_shows_nothing_is_cleared_together(desk, shop, db):
    plain = [create_product(shop[0], f"茶{number}", **UNREAD) for number in (1, 2)]
    flagged = create_product(shop[0], "第一茶", **UNREAD)
    page = desk.get("/claims")
    seen = [f"{one.id}:1" for one in plain]
    assert all(f'value="{one}"' in page.text for one in seen)

    answer = desk.post("/claims/clear-unflagged", data=fields(page) | {"seen": seen})

    assert answer.location == "/claims"
    assert {status_of(db, one) for one in plain} == {ClaimsStatus.CLEARED}
    assert status_of(db, flagged) is ClaimsStatus.UNREVIEWED
    assert desk.post("/claims/clear-unflagged", data=fields(page) | {"seen": ["x"]}).status_code == 422


def test_an_empty_desk_says_so(desk):
    page = desk.get("/claims").text

    assert "没有等您看的商品" in page


def test_a_word_is_added_changed_and_taken_off(desk, shop, db):
    tea = create_product(shop[0], "铁观音", claims="祖传老茶")

    added = desk.submit(desk.get("/claims/words"), "/claims/words", word="祖传", reason="要有依据。")
    assert (added.status_code, added.location) == (303, "/claims/words")
    assert status_of(db, tea) is ClaimsStatus.UNREVIEWED
    page = desk.get("/claims/words").text
    number = page.partition(">祖传<")[0].rpartition("/claims/words/")[2].partition("#")[0]
    address = f"/claims/words/{number}"
    assert 'value="祖传"' in desk.get(address).text

    desk.submit(desk.get(address), address, word="祖传秘方一号")
    assert "祖传秘方一号" in desk.get("/claims/words").text
    gone = desk.submit(desk.get(address), "/remove")

    assert gone.location == "/claims/words"
    assert desk.get(address).status_code == 404


def test_a_word_that_is_known_is_named_next_to_its_field(desk):
    known = desk.submit(desk.get("/claims/words"), "/claims/words", word="第 一", reason="再来一遍")
    empty = desk.submit(desk.get("/claims/words"), "/claims/words", word="。", reason="")

    assert (known.status_code, empty.status_code) == (422, 422)
    assert "这个词已经在词单上了。" in known.text
    assert 'value="第 一"' in known.text
    assert "请写一个词" in empty.text
    assert "请写一句为什么" in empty.text


def test_staff_find_the_reviews_from_their_desk(desk):
    assert 'href="/claims"' in desk.get("/desk").text
