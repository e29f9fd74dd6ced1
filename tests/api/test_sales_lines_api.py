"""Order lines for programs."""

import pytest

from domain.people import Role
from models import Person, db
from tests.api.program import Program
from tests.support.attributed_sales import create_sale
from tests.support.builders import create_person
from tests.support.live_shows import create_ready_show, later
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def stage(clock):
    """A show with four confirmed booths of a quarter-hour each, over since an hour."""
    made = create_ready_show()
    clock.move_to(later(300))
    return made


@pytest.fixture
def staff(app, stage):
    return Program(app, create_person(Role.STAFF, name="陈工"))


def test_lines_come_page_by_page_and_narrowed(stage, staff):
    lines = [create_sale(stage.products[n % 2], later(5)) for n in range(3)]
    unknown = create_sale(None, later(1))

    first = staff.get("/sales/lines", page_size=2).json
    rest = staff.get("/sales/lines", page_size=2, cursor=first["next_cursor"]).json

    assert [one["id"] for one in (*first["items"], *rest["items"])] == [
        *[line.id for line in reversed(lines)],
        unknown.id,
    ]
    assert rest["next_cursor"] is None
    assert first["items"][0]["tier"] == "A"
    narrowed = staff.get("/sales/lines", tier="C", **{"from": "2026-11-26", "to": "2026-11-26"}).json
    assert [one["id"] for one in narrowed["items"]] == [lines[1].id]
    assert [one["id"] for one in staff.get("/sales/lines", unknown=True).json["items"]] == [unknown.id]
    assert staff.get("/sales/lines", tier="E").status_code == 422
    assert staff.get("/sales/lines", cursor="x").json["code"] == "cursor_invalid"


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_any_calendar_is_refused(staff, name, day):
    assert staff.get("/sales/lines", **{name: day}).status_code == 422


def test_one_line_says_why_with_rule_and_evidence(stage, staff):
    sale = create_sale(stage.products[0], later(5))

    told = staff.get(f"/sales/lines/{sale.id}").json

    assert told["why"].endswith("商品 19:30–19:45 在播 → A 播出时段内")
    assert (told["rule_version"], told["evidence"]["widened_seconds"]) == (sale.rule_version, 0)
    assert told["by_rule"] == {"tier": "A", "show": stage.show.id, "booth": stage.booths[0].id}
    assert [one["booth"] for one in told["booths"]] == [stage.booths[0].id]
    assert (told["by_hand"], told["history"]) == (False, [])


def test_a_line_is_decided_on_and_given_back(stage, staff):
    sale = create_sale(stage.products[0], later(9_000))
    path = f"/sales/lines/{sale.id}"
    seen = staff.get(path).json["updated_at"]
    verdict = {"tier": "B", "booth": stage.booths[0].id, "reason": "主播也讲了", "updated_at": seen}

    done = staff.post(f"{path}/attribute", key="k1", **verdict)
    again = staff.post(f"{path}/attribute", key="k1", **verdict)
    late = staff.post(f"{path}/attribute", **verdict)

    assert (done.status_code, done.json["tier"], done.json["by_hand"]) == (200, "B", True)
    assert again.json == done.json
    assert (late.status_code, late.json["code"], late.json["current"]["tier"]) == (409, "stale", "B")
    assert done.json["history"][0]["who"] == "陈工"
    back = staff.post(f"{path}/release", updated_at=done.json["updated_at"]).json
    assert (back["tier"], back["by_hand"], back["reason"]) == ("none", False, "")


def test_what_can_not_be_decided_is_a_problem(stage, staff):
    sale = create_sale(stage.products[0], later(5))
    path = f"/sales/lines/{sale.id}/attribute"
    seen = staff.get(f"/sales/lines/{sale.id}").json["updated_at"]

    foreign = staff.post(path, tier="B", booth=stage.booths[1].id, reason="错了", updated_at=seen)
    silent = staff.post(path, tier="none", reason=" ", updated_at=seen)

    assert (foreign.status_code, foreign.json["code"]) == (422, "attribution_booth_missing")
    assert (silent.json["code"], silent.json["field"]) == ("attribution_reason_missing", "reason")
    assert staff.post(path, tier="none", reason="x").status_code == 422


def test_a_shop_gets_its_own_lines_without_names(app, stage, staff):
    shop, owner = create_merchant()
    mine, foreign = create_sale(create_product(shop), later(5)), create_sale(stage.products[0], later(5))
    seller = Program(app, db.session.get_one(Person, owner.id))
    seen = staff.get(f"/sales/lines/{mine.id}").json["updated_at"]
    staff.post(f"/sales/lines/{mine.id}/attribute", tier="none", reason="线下卖出", updated_at=seen)

    assert [one["id"] for one in seller.get("/sales/lines").json["items"]] == [mine.id]
    told = seller.get(f"/sales/lines/{mine.id}").json
    assert (told["reason"], told["booths"], "who" in told["history"][0]) == ("线下卖出", [], False)
    assert seller.get(f"/sales/lines/{foreign.id}").status_code == 404
    assert seller.get("/sales/lines", product=stage.products[0].id).status_code == 404
    assert seller.post(f"/sales/lines/{mine.id}/release", updated_at=seen).status_code == 403
