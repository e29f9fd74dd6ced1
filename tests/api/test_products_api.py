"""Programs keep products, read claims and edit the word list; the fields of the contract stay as they are."""

from io import BytesIO

import pytest

from domain.people import Role
from models import Person
from services.seed.claim_words import lay_words
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.photos import photo
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
TEA = {"name": "铁观音", "price_fen": 8800, "stock": 5}


@pytest.fixture
def shop(app, db):
    """A shop's program; the house has its word list."""
    lay_words(NOW)
    _, owner = create_merchant("山腰茶行")
    return Program(app, db.session.get(Person, owner.id))


@pytest.fixture
def staff(app):
    """A program of the staff."""
    return Program(app, create_person(Role.STAFF))


def test_the_fields_of_the_contract_are_enough(shop):
    made = shop.post("/products", **TEA, doudian_product_id="3519")

    assert made.status_code == 201
    assert made.json["doudian_product_id"] == "3519"
    assert made.json["codes"] == {"doudian": "3519"}
    assert (made.json["category"], made.json["claims_status"]) == ("other", "unreviewed")
    assert shop.get("/products").json["items"] == [made.json]


def test_a_product_in_full_is_read_changed_and_taken_off_the_list(shop):
    said = TEA | {
        "category": "food", "food_type": "prepacked", "live_price_fen": 7900, "price_basis": "门市价",
        "selling_points": ["清香", "回甘"], "claims": "全国第一的茶", "origin": "安溪", "shelf_life": "一年",
        "after_sales": "可退", "sku": "T-1", "codes": {"kuaishou": "k-1"},
    }  # fmt: skip
    made = shop.post("/products", **said).json
    assert {name: made[name] for name in said} == said
    [found] = made["findings"]
    assert (found["field"], found["word"], found["blocked"]) == ("claims", "全国第一", False)
    assert said["claims"][found["start"] : found["end"]] == "全国第一"

    changed = shop.put(f"/products/{made['id']}", **TEA, version=1)
    stale = shop.put(f"/products/{made['id']}", **TEA, version=1)
    shop.post(f"/products/{made['id']}/archive")

    assert (changed.status_code, changed.json["version"], changed.json["codes"]) == (200, 2, {})
    assert (stale.status_code, stale.json["code"], stale.json["current"]["version"]) == (409, "stale", 2)
    assert shop.get("/products").json["items"] == []
    assert [one["id"] for one in shop.get("/products", archived=1).json["items"]] == [made["id"]]
    assert shop.post(f"/products/{made['id']}/restore").json["archived"] is False


def test_a_disease_claim_on_food_is_refused_at_its_field(shop):
    refused = shop.post("/products", **TEA, category="food", food_type="farm_produce", claims="降血压")

    assert (refused.status_code, refused.json["code"]) == (422, "rule_violation")
    [violation] = refused.json["violations"]
    assert (violation["code"], violation["field"]) == ("claim_blocked", "claims")
    assert "降血压" in violation["message"]


def test_a_picture_is_sent_as_a_file(shop):
    made = shop.post("/products", **TEA).json

    put_up = shop.upload(f"/products/{made['id']}/pictures", picture=(BytesIO(photo()), "x.png"))
    none = shop.upload(f"/products/{made['id']}/pictures")

    assert put_up.status_code == 200
    assert put_up.json["pictures"] == [put_up.json["picture"]]
    assert none.json["code"] == "picture_missing"


def test_staff_read_what_waits_and_decide(shop, staff):
    first, second, third = (
        shop.post("/products", **TEA | {"name": name}).json for name in ("茶一", "第一茶", "茶三")
    )
    waiting = staff.get("/claims").json["items"]
    assert [one["product"]["id"] for one in waiting] == [one["id"] for one in (first, second, third)]
    assert waiting[0]["merchant_name"] == "山腰茶行"

    cleared = staff.post(f"/claims/{first['id']}/clear", version=1)
    stale = staff.post(f"/claims/{first['id']}/clear", version=1)
    refused = staff.post(f"/claims/{second['id']}/refuse", version=1, reason="请改掉“第一”。")
    rest = staff.post("/claims/clear-unflagged", products=[{"id": third["id"], "version": 1}])

    assert cleared.json["product"]["claims_status"] == "cleared"
    assert (stale.status_code, stale.json["current"]["product"]["claims_status"]) == (409, "cleared")
    assert refused.json["product"]["claims_reason"] == "请改掉“第一”。"
    assert rest.json == {"cleared": [third["id"]]}
    assert staff.get(f"/claims/{third['id']}").json["product"]["claims_status"] == "cleared"
    assert shop.get("/claims").status_code == 403


def test_staff_edit_the_word_list(shop, staff):
    tea = shop.post("/products", **TEA, claims="祖传老茶").json
    staff.post(f"/claims/{tea['id']}/clear", version=1)

    added = staff.post("/claims/words", word="祖传", kind="absolute", reason="要有依据。")
    again = staff.post("/claims/words", word="祖 传", kind="absolute", reason="要有依据。")
    edited = staff.put(
        f"/claims/words/{added.json['id']}", word="祖传", kind="disease", reason="食品不能说。"
    )

    assert (added.status_code, again.json["code"], edited.json["kind"]) == (
        201,
        "claim_word_known",
        "disease",
    )
    assert shop.get(f"/products/{tea['id']}").json["claims_status"] == "unreviewed"
    assert added.json["id"] in [one["id"] for one in staff.get("/claims/words", page_size=200).json["items"]]
    assert staff.delete(f"/claims/words/{added.json['id']}").json == {"removed": "祖传"}
    assert staff.delete(f"/claims/words/{added.json['id']}").status_code == 404
