"""The API of moving and swapping booths, of waiting for any, and of samples."""

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from models import Person, db
from tests.api.program import Program
from tests.support.builders import NOW, create_person, create_studio
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def show(db):
    return create_show(create_studio())


@pytest.fixture
def staff(app, db):
    return Program(app, create_person(Role.STAFF))


def shop_at(app, show, number):
    shop, actor = create_merchant()
    made = create_booth(show, number, create_product(shop), actor, status=BookingStatus.CONFIRMED)
    return Program(app, db.session.get(Person, actor.id)), made.id


def test_a_booth_moves_and_the_grid_tells_its_axes_to_whom_they_concern(app, show, staff):
    shop, mine = shop_at(app, show, 3)
    other, _ = shop_at(app, show, 4)

    moved = shop.post(f"/shows/{show.id}/booths/6/move", booking=mine, version=1)
    taken = shop.post(f"/shows/{show.id}/booths/4/move", booking=mine, version=2)
    stale = shop.post(f"/shows/{show.id}/booths/7/move", booking=mine, version=1)
    foreign = other.post(f"/shows/{show.id}/booths/7/move", booking=mine, version=2)

    assert (moved.status_code, moved.json["place"], moved.json["status"]) == (200, 6, "confirmed")
    assert (taken.status_code, taken.json["code"]) == (409, "slot_taken")
    assert (stale.json["code"], stale.json["current"]["version"]) == ("stale", 2)
    assert foreign.status_code == 404
    own, public = shop.get(f"/shows/{show.id}").json, other.get(f"/shows/{show.id}").json
    assert own["booths"][5]["lights"] == {
        "papers": "ok", "claims": "ok", "sample": "missing", "stock": "ok", "link": "missing",
    }  # fmt: skip
    assert own["booths"][5]["on_air"] == "waiting"
    assert "lights" not in public["booths"][5]
    assert sum("lights" in booth for booth in staff.get(f"/shows/{show.id}").json["booths"]) == 2


def test_a_swap_is_proposed_read_and_answered(app, show, staff):
    (one, mine), (two, theirs) = shop_at(app, show, 3), shop_at(app, show, 7)

    made = one.post("/swaps", booking=mine, other=theirs)
    twice = one.post("/swaps", booking=mine, other=theirs)
    [found] = two.get("/swaps").json["items"]
    accepted = two.post(f"/swaps/{made.json['id']}/accept")
    late = two.post(f"/swaps/{made.json['id']}/decline")

    assert (made.status_code, made.json["status"], made.json["to_answer"]) == (201, "proposed", False)
    assert [one["code"] for one in twice.json["violations"]] == ["swap_already_proposed"]
    assert (found["id"], found["to_answer"], found["from"]["booth"]) == (made.json["id"], True, 3)
    assert (accepted.json["status"], accepted.json["from"]["booth"]) == ("accepted", 7)
    assert (late.status_code, late.json["current"]["status"]) == (409, "accepted")
    assert staff.get("/swaps").status_code == 403
    stranger, _ = shop_at(app, show, 8)
    assert stranger.get(f"/swaps/{made.json['id']}").status_code == 404
    back = staff.post(f"/shows/{show.id}/swap", booking=mine, other=theirs, version=2, other_version=2)
    assert [item["place"] for item in back.json["items"]] == [3, 7]
    assert staff.post(f"/shows/{show.id}/swap", booking=mine, other=theirs, version=2).json["code"] == "stale"


def test_samples_are_received_returned_and_undone(app, show, staff):
    shop, mine = shop_at(app, show, 3)

    received = staff.post(f"/shows/{show.id}/samples/receive", booking=mine)
    assert (received.json["sample"], received.json["sample_received_at"][:10]) == ("received", "2026-11-23")
    assert shop.get(f"/bookings/{mine}").json["booth"]["sample"] == "received"
    assert staff.post(f"/shows/{show.id}/samples/return", booking=mine).json["sample"] == "returned"
    assert staff.post(f"/shows/{show.id}/samples/receive", booking=mine).status_code == 409
    assert staff.post(f"/shows/{show.id}/samples/undo", booking=mine).json["sample"] == "received"
    [item] = staff.get(f"/shows/{show.id}/samples").json["items"]
    assert (item["booking"], item["booth"], item["sample_returned_at"]) == (mine, 3, None)
    assert shop.get(f"/shows/{show.id}/samples").status_code == 403


def test_a_shop_waits_for_any_booth_of_a_full_show(app):
    show = create_show(create_studio(), booths=1)
    holder, held = shop_at(app, show, 1)
    shop, actor = create_merchant()
    waiting = Program(app, db.session.get(Person, actor.id))

    entry = waiting.post(f"/shows/{show.id}/wait", product_id=create_product(shop).id)
    holder.post(f"/bookings/{held}/cancel", version=1)

    assert (entry.status_code, entry.json["place"], entry.json["position"]) == (201, None, 1)
    offered = waiting.get(f"/waitlist/{entry.json['id']}").json
    assert (offered["status"], offered["place"]) == ("offered", None)
    accepted = waiting.post(f"/offers/{offered['offer']}/accept")
    assert (accepted.json["status"], accepted.json["place"]) == ("pending", 1)
