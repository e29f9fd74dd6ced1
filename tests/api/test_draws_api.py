"""The API of applications and draws."""

import pytest

from domain.people import Role
from models import Person, Space
from models import db as database
from tests.api.program import Program
from tests.support.builders import NOW, create_person, create_studio
from tests.support.draw_builders import CLOSES, apply_for, create_draw_show, create_stall
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def show():
    return create_draw_show(create_studio())


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def stall(app, db):
    """A shop as a program, and its product."""
    _, actor, tea = create_stall()
    return Program(app, db.session.get(Person, actor.id)), tea.id


def delete(program: Program, path: str):
    """Take something back."""
    return program.client.delete(f"/api/v1{path}", headers=program.headers)


def test_a_shop_applies_reads_changes_and_withdraws(stall, show):
    shop, tea = stall
    path = f"/shows/{show.id}/application"
    assert shop.get(path).status_code == 404

    made = shop.post(path, product_id=tea, booth=2)
    changed = shop.post(path, product_id=tea)

    assert (made.status_code, made.json["booth"], made.json["status"]) == (200, 2, "applied")
    assert (changed.json["id"], changed.json["booth"]) == (made.json["id"], None)
    assert shop.get(path).json == changed.json
    assert delete(shop, path).json["status"] == "withdrawn"
    assert delete(shop, path).status_code == 404


def test_the_same_key_is_one_application(stall, show):
    shop, tea = stall
    answers = [shop.post(f"/shows/{show.id}/application", key="k", product_id=tea).json for _ in range(2)]

    assert answers[0] == answers[1]


def test_refusals_have_their_codes(stall, show, clock):
    shop, tea = stall
    path = f"/shows/{show.id}/application"
    assert shop.post(path, product_id=tea, booth=4).json["code"] == "booth_unknown"
    assert shop.post(path, product_id=tea + 1000).json["code"] == "product_unknown"
    shop.post(path, product_id=tea)
    clock.move_to(CLOSES, tick=False)
    for late in (shop.post(path, product_id=tea), delete(shop, path)):
        assert [one["code"] for one in late.json["violations"]] == ["draw_list_closed"]


def test_everybody_follows_the_draw_and_the_seed_comes_last(app, stall, staff, show):
    shop, tea = stall
    shop.post(f"/shows/{show.id}/application", product_id=tea)
    apply_for(show, 3)
    path = f"/shows/{show.id}/draw"
    public = app.test_client()
    assert [one["code"] for one in staff.post(f"{path}/run").json["violations"]] == ["draw_before_close"]
    promised = public.get(f"/api/v1{path}").json
    assert (promised["list_text"], promised["seed"], promised["applications"]) == (None, None, 4)

    closed = staff.post(f"{path}/close").json
    assert (closed["seed_hash"], closed["seed"], closed["results"]) == (promised["seed_hash"], None, [])
    drawn = staff.post(f"{path}/run").json

    assert drawn["list_text"] == closed["list_text"]
    assert [one["rank"] for one in drawn["results"]] == [1, 2, 3, 4]
    assert public.get(f"/api/v1{path}").json == drawn == staff.post(f"{path}/run").json
    mine = shop.get(f"/shows/{show.id}/application").json
    assert (mine["booking"] is None) == (mine["status"] == "waitlisted") == (mine["entry"] is not None)


def test_a_show_for_whoever_comes_first_has_no_draw(stall, show, staff):
    shop, tea = stall
    other = create_show(db_studio(show), CLOSES.replace(day=28))

    assert shop.post(f"/shows/{other.id}/application", product_id=tea).status_code == 404
    for answer in (staff.get(f"/shows/{other.id}/draw"), staff.post(f"/shows/{other.id}/draw/close")):
        assert answer.status_code == 404


def db_studio(show):
    """The studio of a show."""
    return database.session.get_one(Space, show.space_id)
