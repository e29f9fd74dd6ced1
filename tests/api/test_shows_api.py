"""The API of shows, booths and products."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.merchants.claims import ClaimsStatus
from domain.people import Role
from models import Person, Product
from services.unit_of_work import in_transaction
from tests.api.program import Program, wall
from tests.support.builders import MONDAY, NOW, at, create_person, create_studio
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
THURSDAY_EVENING = at(19.5, day=MONDAY + timedelta(days=3))


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def shop(app, db):
    _merchant, actor = create_merchant("山腰茶行")
    return Program(app, db.session.get(Person, actor.id))


def test_a_rundown_has_ten_booths_of_fifteen_minutes(staff):
    create_studio()

    made = staff.post("/shows", title="年货节专场", starts_at=wall(THURSDAY_EVENING), layout="rundown")

    assert made.status_code == 201
    assert [(b["booth"], b["starts_at"][11:16], b["status"]) for b in made.json["booths"]][:3] == [
        (1, "19:30", "free"),
        (2, "19:45", "free"),
        (3, "20:00", "free"),
    ]
    assert (len(made.json["booths"]), made.json["ends_at"]) == (10, "2026-11-26T22:00:00+08:00")


def test_a_market_has_ten_booths_in_every_slot(staff):
    create_studio()

    made = staff.post("/shows", title="集市", starts_at=wall(THURSDAY_EVENING), layout="market", slots=4)

    assert len(made.json["booths"]) == 40


def test_a_second_show_in_the_same_window_is_refused(staff):
    create_show(create_studio(), THURSDAY_EVENING)

    refused = staff.post("/shows", title="重复", starts_at=wall(THURSDAY_EVENING), layout="market", slots=1)

    assert (refused.status_code, refused.json["code"]) == (409, "slot_taken")


def test_a_merchant_adds_a_product_and_takes_booth_3(staff, shop, db):
    show = create_show(create_studio(), THURSDAY_EVENING)
    product = shop.post(
        "/products", name="铁观音 250g", price_fen=8800, stock=50, doudian_product_id="3519"
    ).json

    booked = shop.post(f"/shows/{show.id}/booths/3", product_id=product["id"])
    twice = shop.post(f"/shows/{show.id}/booths/4", product_id=product["id"])
    unread = staff.post(f"/bookings/{booked.json['id']}/approve", version=1)
    cleared = update(Product).values(claims_status=ClaimsStatus.CLEARED, claims_reviewed_at=NOW)
    in_transaction(lambda: db.session.execute(cleared))
    approved = staff.post(f"/bookings/{booked.json['id']}/approve", version=1)

    assert (booked.status_code, booked.json["status"], booked.json["place"]) == (201, "pending", 3)
    assert [v["code"] for v in twice.json["violations"]] == ["product_twice"]
    assert [v["code"] for v in unread.json["violations"]] == ["claims_unreviewed"]
    assert approved.json["status"] == "confirmed"
    booth = shop.get(f"/shows/{show.id}").json["booths"][2]
    assert (booth["status"], booth["merchant"]["name"], booth["product"]["name"]) == (
        "confirmed",
        "山腰茶行",
        "铁观音 250g",
    )
    assert [p["id"] for p in shop.get("/products").json["items"]] == [product["id"]]


def test_a_taken_booth_is_a_conflict_with_the_nearest_free_ones(app, shop, db):
    show = create_show(create_studio(), THURSDAY_EVENING)
    rival, actor = create_merchant()
    first = Program(app, db.session.get(Person, actor.id))
    first.post(f"/shows/{show.id}/booths/3", product_id=create_product(rival).id)
    own = shop.post("/products", name="永春佛手", price_fen=100, stock=1).json

    refused = shop.post(f"/shows/{show.id}/booths/3", product_id=own["id"])

    assert (refused.status_code, refused.json["code"]) == (409, "slot_taken")
    assert {a["place"] for a in refused.json["alternatives"]} == {1, 2, 4}


def test_only_staff_plan_shows_and_only_shops_take_booths(app, staff, shop):
    assert shop.post("/shows", title="x", starts_at=wall(NOW), layout="market").status_code == 403
    assert staff.post("/shows/1/booths/1", product_id=1).status_code == 403
    assert Program(app, create_person()).get("/products").status_code == 403
