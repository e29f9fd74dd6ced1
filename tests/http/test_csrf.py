"""No change without a form of ours, and none by looking."""

import pytest

from domain.people import Role
from tests.support.visits import visitor
from tests.support.world import SAFE, build_world, contents, doors, knock

pytestmark = pytest.mark.slow

WORDS = "这一页放得太久了，请再提交一次。"


@pytest.fixture
def engine_name():
    """Tokens do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db):
    """One of everything."""
    return build_world()


def unsafe_pages(app):
    return [door for door in doors(app) if door.method not in SAFE and not door.is_api]


MADE_BY_KNOCKING = ("person.logged_in", "token.created")


def change_log(before, after):
    """Which tables differ, apart from the log-ins and tokens that the knocking itself makes."""
    return {
        name
        for name in before.keys() - {"login_session", "api_token"}
        if without_knocking(before[name]) != without_knocking(after[name])
    }


def without_knocking(rows):
    return [row.partition(",")[2] for row in rows if not any(action in row for action in MADE_BY_KNOCKING)]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MERCHANT, Role.ADMIN], ids=str)
def test_a_form_without_its_token_is_refused_and_changes_nothing(app, world, role):
    before, passed = contents(), []
    for door in unsafe_pages(app):
        answer = knock(app, door, world.people[role], world.ids)
        if answer.status_code != 400 or WORDS not in answer.text:
            passed.append(f"{door.method} {door.rule} {answer.status_code}")

    assert not passed
    assert change_log(before, contents()) == set()


@pytest.mark.mutant
def test_without_the_guard_the_same_forms_come_through(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    before = contents()

    answers = [knock(app, door, world.people[Role.ADMIN], world.ids) for door in unsafe_pages(app)]

    assert all(WORDS not in answer.text for answer in answers)
    assert change_log(before, contents())


def test_a_token_of_somebody_else_is_no_token(app, world):
    theirs = visitor(app, world.people[Role.MERCHANT])
    with theirs.session_transaction() as cookie:
        cookie["csrf_token"] = "f" * 40
    page = theirs.get("/me")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = visitor(app, world.people[Role.ADMIN]).post(
        "/preferences", data={"csrf_token": token, "elder": "1"}
    )

    assert token
    assert answer.status_code == 400


def test_the_api_does_not_know_cookies(app, world):
    for door in doors(app):
        if door.is_api and door.method not in SAFE:
            answer = visitor(app, world.people[Role.ADMIN]).open(
                door.address(app, world.ids), method=door.method, json={}
            )
            assert answer.status_code == 401, door.rule


@pytest.mark.parametrize("role", [None, Role.CAPTAIN, Role.MERCHANT, Role.ADMIN], ids=str)
def test_looking_changes_nothing(app, world, role):
    before = contents()

    for door in doors(app):
        if door.method == "GET":
            knock(app, door, world.people.get(role), world.ids)

    assert change_log(before, contents()) == set()
