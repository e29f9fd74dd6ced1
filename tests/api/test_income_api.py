"""The API of reported income and of what a shop declares."""

import io

import pytest

from domain.people import Role
from models import Person
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.merchant_builders import photo
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
TOLD = {"kind": "in_shop", "sold_on": "2026-11-22", "amount_fen": "38700", "quantity": "3"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def merchant():
    return create_merchant("山腰茶行")


@pytest.fixture
def shop(app, db, merchant):
    return Program(app, db.session.get(Person, merchant[1].id))


@pytest.fixture
def rival(app, db):
    _, actor = create_merchant("阿嬷海味")
    return Program(app, db.session.get(Person, actor.id))


def scan(data=None):
    return io.BytesIO(data or photo()), "receipt.jpg"


def hand_in(shop, key=None, **changes):
    return shop.upload("/sales/income", key, **TOLD | changes, scan=[scan(), scan(photo("peru"))])


def test_a_report_is_handed_in_accepted_and_corrected(shop, staff, merchant):
    product = create_product(merchant[0])
    made = hand_in(shop, product=str(product.id), note="三张券")
    assert made.status_code == 201
    assert made.json["status"] == "submitted"
    assert (made.json["product"], len(made.json["proofs"]), made.json["sum_fen"]) == (product.id, 2, 0)
    path = f"/sales/income/{made.json['id']}"
    assert [one["id"] for one in staff.get("/sales/income", status="submitted").json["items"]] == [
        made.json["id"]
    ]

    accepted = staff.post(f"{path}/accept", version=1)
    corrected = staff.post(f"{path}/correct", version=2, amount_fen=30_000, reason="顾客退货")

    assert (accepted.status_code, accepted.json["sum_fen"]) == (200, 38_700)
    assert corrected.json["sum_fen"] == 30_000
    assert [(one["amount_fen"], one["running_fen"], one["reason"]) for one in corrected.json["entries"]] == [
        (38_700, 38_700, ""),
        (-8_700, 30_000, "顾客退货"),
    ]
    assert shop.get(path).json == corrected.json
    summary = shop.get("/sales/summary", merchant=merchant[0].id).json
    assert (summary["gmv_fen"], summary["net_fen"]) == (0, 0)  # line ③ is no part of the sales


def test_the_same_key_makes_one_report(shop):
    first, second = hand_in(shop, "k1"), hand_in(shop, "k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert len(shop.get("/sales/income").json["items"]) == 1


def test_what_came_back_is_handed_in_again_or_withdrawn(shop, staff):
    path = f"/sales/income/{hand_in(shop).json['id']}"
    returned = staff.post(f"{path}/return", version=1, reason="照片看不清")
    assert (returned.json["status"], returned.json["review_reason"]) == ("returned", "照片看不清")
    first, second = (one["id"] for one in returned.json["proofs"])

    again = shop.upload(f"{path}/resubmit", **TOLD, version="2", keep=[str(second)], scan=[scan()])
    assert (again.status_code, again.json["status"]) == (200, "submitted")
    kept = [one["id"] for one in again.json["proofs"]]
    assert second in kept
    assert first not in kept
    assert len(kept) == 2
    gone = shop.post(f"{path}/withdraw", version=3)
    assert gone.json["status"] == "withdrawn"
    late = staff.post(f"{path}/accept", version=3)
    assert (late.status_code, late.json["code"], late.json["current"]["status"]) == (
        409,
        "stale",
        "withdrawn",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": "0"}, "amount"),
        ({"sold_on": "2026-12-01"}, "sold_on"),
        ({"product": "999"}, "product"),
    ],
)
def test_slips_are_refused_with_their_field(shop, changes, field):
    refused = hand_in(shop, **changes)

    assert (refused.status_code, refused.json["field"]) == (422, field)
    assert shop.get("/sales/income").json["items"] == []


def test_without_a_proof_it_is_refused(shop):
    refused = shop.upload("/sales/income", **TOLD)

    assert (refused.status_code, refused.json["code"]) == (422, "income_proof_missing")


def test_proofs_are_for_their_shop_and_each_look_of_staff_is_a_post(shop, rival, staff):
    made = hand_in(shop).json
    path = f"/sales/income/{made['id']}"
    proof = f"{path}/proofs/{made['proofs'][0]['id']}"

    assert shop.get(proof).mimetype == "image/jpeg"
    assert staff.get(proof).status_code == 403
    assert staff.post(proof).mimetype == "image/jpeg"
    for asked in (proof, path):
        theirs, nothing = rival.get(asked), rival.get(asked.replace(path, "/sales/income/999999"))
        assert (theirs.status_code, theirs.json) == (404, nothing.json)
    assert rival.get("/sales/income", merchant=made["merchant"]).json["items"] == []


def test_lists_are_paged(shop):
    ids = [hand_in(shop, amount_fen=str(number)).json["id"] for number in (1, 2, 3)]

    first = shop.get("/sales/income", page_size=2).json
    rest = shop.get("/sales/income", page_size=2, cursor=first["next_cursor"]).json
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert rest["next_cursor"] is None


def test_a_shop_declares_and_staff_write_down(shop, staff, rival, merchant):
    own = shop.get("/sales/standing").json
    assert (own["margin_bp"], own["baseline_fen"], own["on_leaderboard"]) == (3000, None, True)
    declared = {"margin_bp": 2500, "baseline_fen": 800_000, "baseline_note": "月均", "on_leaderboard": False}

    saved = shop.put("/sales/standing", version=1, **declared)
    assert (saved.status_code, saved.json["version"]) == (200, 2)
    stale = shop.put("/sales/standing", version=1, **declared)
    assert (stale.status_code, stale.json["current"]["margin_bp"]) == (409, 2500)
    slip = shop.put("/sales/standing", version=2, **declared | {"baseline_note": ""})
    assert (slip.status_code, slip.json["field"]) == (422, "baseline_note")

    path = f"/sales/standing/{merchant[0].id}"
    changed = staff.put(path, version=2, margin_bp=None)
    assert changed.json["margin_bp"] is None
    assert (changed.json["baseline_fen"], changed.json["on_leaderboard"]) == (None, False)
    assert staff.get(path).json == changed.json
    assert rival.get(path).status_code == 403
