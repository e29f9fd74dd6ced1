"""The API of the waiting line and its offers."""

import pytest
from sqlalchemy import select

from models import MerchantMember, Person
from services import booking
from tests.api.program import Program, times
from tests.support.builders import NOW, between, create_booking, create_person, create_space, create_studio
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
TIME = between(15, 17, days=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def room():
    return create_space("tea-room")


@pytest.fixture
def held(room):
    return create_booking(room, TIME)


@pytest.fixture
def resident(app):
    return Program(app, create_person())


def give_back(db, held):
    shops = db.session.scalars(
        select(MerchantMember.merchant_id).where(MerchantMember.person_id == held.booker_id)
    )
    booker = db.session.get_one(Person, held.booker_id).as_actor(tuple(shops))
    booking.cancel(booker, held.id, version=1, now=NOW)


def joined(program, key=None, **more):
    return program.post("/waitlist", key, space="tea-room", **times(TIME), purpose="合唱排练", **more)


def test_a_place_in_line_counts_who_stands_before(app, held, resident):
    Program(app, create_person()).post("/waitlist", space="tea-room", **times(between(16, 17, days=1)))
    first = joined(resident, "one-key", party_size=3)
    again = joined(resident, "one-key", party_size=3)
    assert (first.status_code, first.json) == (201, again.json)
    assert {name: first.json[name] for name in ("space", "status", "position", "offer", "expires_at")} == {
        "space": "tea-room",
        "status": "waiting",
        "position": 2,
        "offer": None,
        "expires_at": None,
    }
    assert [one["id"] for one in resident.get("/waitlist").json["items"]] == [first.json["id"]]
    assert resident.get("/waitlist", page_size=1).json["next_cursor"] is None


def test_an_offer_is_accepted_once(db, held, resident):
    entry = joined(resident).json
    give_back(db, held)
    [offered] = resident.get("/waitlist").json["items"]
    assert (offered["status"], offered["position"], offered["expires_at"]) == (
        "offered",
        None,
        "2026-11-23T11:00:00+08:00",
    )

    taken = resident.post(f"/offers/{offered['offer']}/accept")
    twice = resident.post(f"/offers/{offered['offer']}/accept")

    assert (taken.status_code, taken.json["status"]) == (200, "pending")
    assert (twice.status_code, twice.json["code"], twice.json["current"]["status"]) == (
        409,
        "stale",
        "pending",
    )
    assert resident.get(f"/waitlist/{entry['id']}").json["status"] == "fulfilled"


def test_a_place_that_changed_is_stale_and_shown_as_it_stands(db, held, resident):
    entry = joined(resident).json
    give_back(db, held)

    late = resident.post(f"/waitlist/{entry['id']}/leave")

    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert (late.json["current"]["id"], late.json["current"]["status"]) == (entry["id"], "offered")
    declined = resident.post(f"/offers/{late.json['current']['offer']}/decline")
    assert (declined.status_code, declined.json["status"]) == (200, "cancelled")
    assert resident.get("/waitlist").json["items"] == []


def test_leaving_and_what_is_refused(app, held, resident):
    entry = joined(resident).json
    stranger = Program(app, create_person())

    assert stranger.post(f"/waitlist/{entry['id']}/leave").status_code == 404
    left = resident.post(f"/waitlist/{entry['id']}/leave")
    assert (left.status_code, left.json["status"]) == (200, "withdrawn")
    free = resident.post("/waitlist", space="tea-room", **times(between(10, 11, days=1)))
    assert (free.status_code, [one["code"] for one in free.json["violations"]]) == (422, ["time_is_free"])


def test_a_shop_waits_for_a_booth(app, db):
    show = create_show(create_studio())
    rival_shop, rival = create_merchant()
    held = create_booth(show, 3, create_product(rival_shop), rival)
    shop, merchant = create_merchant()
    product = create_product(shop, "浮粿")
    program = Program(app, db.session.get_one(Person, merchant.id))

    entry = program.post(f"/shows/{show.id}/booths/3/wait", product_id=product.id)
    give_back(db, held)

    assert (entry.status_code, entry.json["show"], entry.json["place"], entry.json["position"]) == (
        201,
        show.id,
        3,
        1,
    )
    [offered] = program.get("/waitlist").json["items"]
    taken = program.post(f"/offers/{offered['offer']}/accept").json
    assert (taken["status"], taken["booth"]["product"]) == ("pending", product.id)
