"""The console of a live show for programs."""

import pytest

from domain.merchants.claims import WordKind
from domain.people import Role
from models import ClaimWord, Person, Product, db
from tests.api.program import Program
from tests.support.builders import create_person, saved
from tests.support.live_shows import START, change, create_live_show, later

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def stage(clock):
    """A show with four confirmed booths that begins now."""
    clock.move_to(START)
    return create_live_show()


@pytest.fixture
def staff(app, stage):
    """The floor director's program."""
    return Program(app, db.session.get_one(Person, stage.director.id))


def test_a_show_is_run_by_a_program(stage, staff, clock):
    run = f"/shows/{stage.show.id}/run"
    assert staff.get(run).json["version"] == 0
    ready = staff.post(f"{run}/prepare").json
    assert (ready["version"], [one["booths"][0]["booth"] for one in ready["items"]]) == (1, [1, 2, 3, 4])

    begun = staff.post(f"{run}/start", version=1).json
    assert (begun["items"][0]["state"], begun["remaining_seconds"], begun["offset_seconds"]) == (
        "on_air",
        900,
        0,
    )
    clock.move_to(later(18))
    late = staff.get(run).json

    assert (late["remaining_seconds"], late["offset_seconds"]) == (-180, 180)
    assert late["items"][1]["expected_starts_at"] == "2026-11-26T19:48:00+08:00"
    assert late["items"][1]["planned_starts_at"] == "2026-11-26T19:45:00+08:00"
    assert late["items"][1]["booths"][0]["lights"] == {
        "papers": "ok", "claims": "ok", "sample": "missing", "stock": "ok", "link": "missing", "may_air": True,
    }  # fmt: skip
    third = late["items"][2]["id"]
    skipped = staff.post(f"{run}/skip", version=2, item=third, reason="absent").json
    assert (skipped["version"], skipped["items"][2]["skip_reason"]) == (3, "absent")
    assert skipped["last_press"]["by"] == "林场控"


def test_who_is_late_gets_the_console_as_it_stands(stage, staff):
    run = f"/shows/{stage.show.id}/run"
    staff.post(f"{run}/start", version=0)
    staff.post(f"{run}/next", version=2)

    late = staff.post(f"{run}/next", version=2)

    assert (late.status_code, late.json["code"], late.json["current"]["version"]) == (409, "stale", 3)


def test_one_key_is_one_press(stage, staff):
    run = f"/shows/{stage.show.id}/run"
    staff.post(f"{run}/start", version=0)

    answers = [staff.post(f"{run}/next", key="a", version=2) for _ in range(2)]

    assert [answer.json["version"] for answer in answers] == [3, 3]


def test_refusals_name_the_rule_and_unknown_actions_are_not_there(stage, staff):
    run = f"/shows/{stage.show.id}/run"
    change(Product, Product.id == stage.products[0].id, claims_status="unreviewed")

    refused = staff.post(f"{run}/start", version=0)

    assert refused.status_code == 422
    assert [one["code"] for one in refused.json["violations"]] == ["air_claims_unreviewed"]
    assert staff.post(f"{run}/dance", version=0).status_code == 404
    assert staff.post(f"{run}/skip", version=0, reason="lazy").status_code == 422
    assert staff.get(run).json["version"] == 0


def test_corrections_are_added_and_listed(stage, staff):
    staff.post(f"/shows/{stage.show.id}/run/start", version=0)
    made = staff.post(f"/shows/{stage.show.id}/corrections", said="最好", corrected="好")

    assert (made.status_code, made.json["booking"]) == (201, stage.booths[0].id)
    assert staff.get(f"/shows/{stage.show.id}/corrections").json["items"] == [made.json]


def test_everybody_may_know_what_is_on_and_who_sells_it(app, stage, staff):
    staff.post(f"/shows/{stage.show.id}/run/start", version=0)
    anybody = Program(app, create_person(Role.RESIDENT))

    found = anybody.get(f"/shows/{stage.show.id}/now").json

    assert found["state"] == "live"
    assert [(one["seller"], one["address"], one["phone"]) for one in found["now"]] == [
        ("山腰茶行", "山腰街道 1 号", "0595-87000001")
    ]
    assert [one["product"] for one in found["next"]] == ["浮粿礼盒"]
    assert len(found["items"]) == 4
    assert anybody.get(f"/shows/{stage.show.id}/run").status_code == 403


def test_the_host_s_card_tells_the_price_the_points_and_the_words_to_avoid(stage, staff):
    tea = db.session.get_one(Product, stage.products[0].id)
    change(Product, Product.id == tea.id, selling_points="现炒现发\n两泡一盒", claims="乡亲都说是最佳伴手礼")
    db.session.expire_all()
    saved(ClaimWord(word="最佳", kind=WordKind.ABSOLUTE, reason="绝对化用语", created_at=START))
    staff.post(f"/shows/{stage.show.id}/run/start", version=0)

    card = staff.get(f"/shows/{stage.show.id}/cue").json

    assert (card["state"], card["remaining_seconds"]) == ("live", 900)
    [now], [following] = card["now"], card["next"]
    assert (now["product"], now["price_fen"]) == (tea.name, tea.price_fen)
    assert now["selling_points"] == ["现炒现发", "两泡一盒"]
    assert now["avoid"] == [{"word": "最佳", "reason": "绝对化用语"}]
    assert following["booth"] == 2
