"""The API of planning: the new fields of a show, changes, series, cancelling, hosts and checklists."""

from datetime import timedelta

import pytest

from blueprints.problems import iso
from domain.bookings import BookingStatus
from domain.people import Role
from models import Person
from tests.api.program import Program, wall
from tests.support.builders import MONDAY, NOW, at, between, create_person, create_studio
from tests.support.studio_builders import (
    create_booth,
    create_host,
    create_merchant,
    create_product,
    create_show,
)

pytestmark = pytest.mark.usefixtures("db")
EVENING = at(19.5, day=MONDAY + timedelta(days=3))
LOCK = EVENING - timedelta(hours=24)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def studio(db):
    return create_studio(code="studio")


def series(staff, **more):
    body = {"title": "每周", "starts_at": wall(EVENING), "layout": "rundown", "rule": "FREQ=WEEKLY;COUNT=3"}
    return staff.post("/show-series", **body | more)


@pytest.mark.usefixtures("studio")
def test_a_show_takes_its_new_fields_and_tells_them(staff):
    host = create_host("小林")

    made = staff.post(
        "/shows", title="抽签专场", starts_at=wall(EVENING), layout="rundown", booths=4, slot_minutes=30,
        allotment="draw", applications_open_at=wall(LOCK - timedelta(days=1)),
        applications_close_at=wall(LOCK), platform="doudian", room="抖音号 jufu", host_ids=[host.id],
    ).json  # fmt: skip

    assert (made["slot_minutes"], made["allotment"], made["platform"]) == (30, "draw", "doudian")
    assert (made["applications_close_at"], made["room"]) == (iso(LOCK), "抖音号 jufu")
    assert made["hosts"] == [{"id": host.id, "name": "小林"}]


@pytest.mark.usefixtures("studio")
def test_what_makes_no_sense_has_a_code_and_a_field(staff):
    refused = staff.post("/shows", title="抽签", starts_at=wall(EVENING), layout="rundown", allotment="draw")

    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        422,
        "draw_needs_close",
        "applications_close_at",
    )


def test_a_change_names_what_it_changes_and_a_stale_one_shows_how_the_show_stands(staff, studio):
    show = create_show(studio)

    changed = staff.patch(f"/shows/{show.id}", version=1, room="8 号", applications_close_at=wall(LOCK))
    stale = staff.patch(f"/shows/{show.id}", version=1, title="旧")
    window = staff.patch(f"/shows/{show.id}", version=2, starts_at=wall(NOW))

    assert (changed.status_code, changed.json["room"], changed.json["title"]) == (200, "8 号", "年货节专场")
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    assert (stale.json["current"]["id"], stale.json["current"]["version"]) == (show.id, 2)
    assert window.status_code == 422


@pytest.mark.usefixtures("studio")
def test_a_series_is_looked_at_then_planned_whole_and_taken_dates_are_named(staff):
    looked_at = series(staff, dry_run=True)
    made = series(staff, days=["2026-11-26", "2026-12-10"])
    again = series(staff)

    assert [one["status"] for one in looked_at.json["occurrences"]] == ["free"] * 3
    assert looked_at.json["id"] is None
    assert made.status_code == 201
    assert [one["day"] for one in made.json["occurrences"]] == ["2026-11-26", "2026-12-10"]
    assert all(one["show"] for one in made.json["occurrences"])
    assert (again.status_code, again.json["code"]) == (409, "slot_taken")
    assert again.json["days"] == ["2026-11-26", "2026-12-10"]
    blocked = series(staff, dry_run=True).json["occurrences"][0]
    assert (blocked["status"], blocked["reasons"][0]["code"]) == ("blocked", "studio_taken")


@pytest.mark.usefixtures("studio")
def test_a_rule_that_a_date_breaks_names_the_day(staff):
    refused = series(staff, starts_at=wall(at(21.5, day=MONDAY + timedelta(days=3))), layout="rundown")

    assert refused.status_code == 422
    assert {found["code"] for found in refused.json["violations"]} == {"outside_hours"}
    assert refused.json["violations"][0]["day"] == "2026-11-26"


def test_a_show_is_cancelled_with_a_reason_and_once(staff, studio):
    show = create_show(studio)

    silent = staff.post(f"/shows/{show.id}/cancel", version=1, reason=" ")
    stale = staff.post(f"/shows/{show.id}/cancel", version=9, reason="停电")
    done = staff.post(f"/shows/{show.id}/cancel", version=1, reason="停电")
    twice = staff.post(f"/shows/{show.id}/cancel", version=2, reason="停电")

    assert (silent.status_code, silent.json["code"]) == (422, "cancel_reason_missing")
    assert (stale.status_code, stale.json["current"]["version"]) == (409, 1)
    [cancelled] = done.json["items"]
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "停电")
    assert [found["code"] for found in twice.json["violations"]] == ["show_is_cancelled"]


@pytest.mark.usefixtures("studio")
def test_this_and_the_following_shows_of_a_series_are_cancelled(staff):
    ids = [one["show"] for one in series(staff).json["occurrences"]]

    done = staff.post(f"/shows/{ids[1]}/cancel", version=1, reason="停电", scope="following")

    assert [one["id"] for one in done.json["items"]] == ids[1:]
    assert staff.get(f"/shows/{ids[0]}").json["status"] == "open"


def test_a_closure_names_the_shows_in_its_way_and_cancels_them_where_it_is_told_to(staff, studio):
    show = create_show(studio, title="端午专场")
    day = between(9, 23, days=3)
    body = {
        "spaces": ["studio"], "starts_at": wall(day.starts_at), "ends_at": wall(day.ends_at),
        "reason": "检修",
    }  # fmt: skip

    refused = staff.post("/closures", **body)
    closed = staff.post("/closures", **body, cancel_shows=[{"show": show.id, "version": 1}])

    assert refused.json["violations"][0]["code"] == "show_in_the_way"
    assert [(one["id"], one["version"]) for one in refused.json["shows"]] == [(show.id, 1)]
    assert closed.status_code == 201
    assert staff.get(f"/shows/{show.id}").json["cancel_reason"] == "检修"


def test_hosts_are_added_verified_corrected_and_listed_with_masked_phones(staff):
    added = staff.post("/hosts", name="小林", phone="13912345678", account="xiaolin")
    path = f"/hosts/{added.json['id']}"

    warned = staff.post(f"{path}/verify", evidence="id_card", note="350505199001011234")
    verified = staff.post(f"{path}/verify", evidence="platform", note="看了后台", valid_until="2027-01-01")
    changed = staff.patch(path, account="new")

    assert (added.status_code, added.json["standing"], added.json["phone"]) == (
        201,
        "unverified",
        "139****5678",
    )
    assert warned.json["code"] == "evidence_number"
    assert (verified.json["standing"], verified.json["valid_until"]) == ("verified", "2027-01-01")
    assert (changed.json["account"], changed.json["standing"]) == ("new", "verified")
    assert staff.post(f"{path}/revoke").json["standing"] == "unverified"
    assert staff.post(f"{path}/archive").json["standing"] == "archived"
    assert staff.post(f"{path}/restore").json["standing"] == "unverified"
    assert [one["name"] for one in staff.get("/hosts").json["items"]] == ["小林"]
    assert staff.get("/hosts/99").status_code in (404, 405)


def test_the_checklist_tells_lights_and_ticks(staff, studio):
    show = create_show(studio)
    shop, merchant = create_merchant("山腰茶行", papers=())
    booth = create_booth(show, 3, create_product(shop), merchant, status=BookingStatus.CONFIRMED)
    path = f"/shows/{show.id}/checklist"

    ticked = staff.put(path, ticks={"network": True, "cards": True, "corrections": False})
    unticked = staff.put(path, ticks={"cards": False})
    unknown = staff.put(path, ticks={"coffee": True})

    assert (ticked.json["done"], ticked.json["total"]) == (3, 11)
    network = next(one for one in ticked.json["manual"] if one["item"] == "network")
    assert (network["done"], network["at"]) == (True, iso(NOW))
    assert unticked.json["done"] == 2
    assert unknown.status_code == 422
    assert staff.get(path).json["lacks"] == [
        {
            "booking": booth.id, "booth": 3, "merchant": "山腰茶行", "product": "铁观音 250g",
            "missing": ["papers", "sample", "link"],
        }
    ]  # fmt: skip


def test_all_of_it_is_the_staffs(app, db, studio):
    show = create_show(studio)
    _, actor = create_merchant()
    shop = Program(app, db.session.get(Person, actor.id))

    assert shop.patch(f"/shows/{show.id}", version=1, title="我的").status_code == 403
    assert shop.post(f"/shows/{show.id}/cancel", version=1, reason="不想").status_code == 403
    assert series(shop).status_code == 403
    assert shop.get("/hosts").status_code == 403
    assert shop.get(f"/shows/{show.id}/checklist").status_code == 403
