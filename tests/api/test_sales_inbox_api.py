"""The inbox of sales for programs."""

from datetime import timedelta

import pytest

from domain.people import Role
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.exports import doudian_row
from tests.support.importing import bring_in
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
STRANGE = "商家备货中心已接单"
PARTIAL = doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW + timedelta(days=30), tick=False)


@pytest.fixture
def person(db):
    return create_person(Role.STAFF)


@pytest.fixture
def staff(app, person):
    return Program(app, person)


def totals(staff):
    found = staff.get("/sales/summary").json
    return found["gmv_fen"], found["refunded_fen"]


def test_words_are_paged_and_one_is_explained_and_taken_back(staff, person):
    bring_in(
        person.as_actor(),
        [doudian_row(1, 订单状态=STRANGE), doudian_row(2, 售后状态="平台介入中", 订单应付金额="80")],
    )

    first = staff.get("/sales/inbox/words", page_size=1).json
    second = staff.get("/sales/inbox/words", page_size=1, cursor=first["next_cursor"]).json

    assert [one["amount_fen"] for one in first["items"] + second["items"]] == [8000, 3990]
    assert second["next_cursor"] is None
    word = {name: second["items"][0][name] for name in ("platform", "axis", "word")}
    assert staff.post("/sales/inbox/words", **word, meaning="shipped").json == {"settled": 1, "still_held": 0}
    assert totals(staff) == (3990, 0)
    other = staff.post("/sales/inbox/words", **word, meaning="closed")
    assert (other.status_code, other.json["code"]) == (409, "word_decided")
    assert staff.post("/sales/inbox/words/forget", **word).json == {"waiting_again": 1}
    assert staff.post("/sales/inbox/words/forget", **word).status_code == 404


def test_a_row_is_decided_once_changed_and_reopened(staff, person):
    bring_in(person.as_actor(), [PARTIAL])
    [row] = staff.get("/sales/inbox/rows").json["items"]
    assert (row["code"], row["amount_fen"], row["state"]) == ("held_partial_refund", 10000, "open")
    path = f"/sales/inbox/rows/{row['id']}"

    done = staff.post(path, "key-1", paid=True, refunded_fen=2500, version=1)
    again = staff.post(path, "key-1", paid=True, refunded_fen=2500, version=1)

    assert done.json == again.json
    assert (done.json["state"], done.json["refunded_fen"], done.json["version"]) == ("decided", 2500, 2)
    assert totals(staff) == (10000, 2500)
    late = staff.post(path, paid=False, version=1)
    assert (late.status_code, late.json["current"]["refunded_fen"]) == (409, 2500)
    much = staff.post(path, paid=True, refunded_fen=10001, version=2)
    assert (much.status_code, much.json["code"], much.json["field"]) == (422, "held_refund_range", "refunded")
    assert staff.post(f"{path}/reopen", version=2).json["state"] == "open"
    assert totals(staff) == (0, 0)
    assert staff.post("/sales/inbox/rows/999", paid=True, version=1).status_code == 404


def test_an_unknown_product_is_named_or_called_none_of_ours(staff, person):
    product = create_product(create_merchant("山腰茶行")[0])
    bring_in(person.as_actor(), [doudian_row(1), doudian_row(2, 商品ID="-", 商家编码="-", 选购商品="干贝")])
    found = staff.get("/sales/inbox/products").json["items"]
    by_mark = {one["code"] or one["title"]: one for one in found}
    assert set(by_mark) == {"3561234567890123456", "干贝"}
    mark = {"platform": "doudian", "code": "3561234567890123456"}

    assert staff.post("/sales/inbox/products", **mark, product_id=product.id).json == {"sales": 1}
    foreign = {"platform": "doudian", "title": "干贝", "product_id": None}
    assert staff.post("/sales/inbox/products", **foreign).json == {"sales": 0}

    assert staff.get("/sales/inbox/products").json["items"] == []
    assert staff.post("/sales/inbox/products", **mark, title="x", product_id=product.id).status_code == 422
    assert staff.post("/sales/inbox/aliases/999/take-back").status_code == 404


def test_nobody_but_staff(app):
    merchant = Program(app, create_person(Role.MERCHANT))

    for path in ("words", "rows", "products"):
        assert merchant.get(f"/sales/inbox/{path}").status_code == 403
