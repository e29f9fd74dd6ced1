"""No change without a form of ours, and none by looking."""

import pytest

from blueprints.access import public
from domain.people import Role
from services.passwords import hash_password
from tests.support.builders import create_person
from tests.support.callers import Caller
from tests.support.drilling import in_full_on_both
from tests.support.letters import create_notice
from tests.support.visits import PASSWORD, visitor
from tests.support.world import SAFE, build_world, contents, doors

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("clock")]
EVERYBODY = [None, *Role]
LOG_IN = "accounts.check_log_in"
THIRD = 3
"""With every run two of the six kinds of people look at a page, in full size all of them."""
pytest_generate_tests = in_full_on_both

WORDS = "这一页放得太久了，请再提交一次。"


@pytest.fixture
def engine_name(request):
    """Tokens do not depend on the engine; in full size both are asked."""
    return request.param


@pytest.fixture
def world(db):
    """One of everything."""
    return build_world()


def unsafe_pages(app):
    return [door for door in doors(app) if door.method not in SAFE and not door.is_api]


def changed(before):
    """Which tables are not as they were."""
    after = contents()
    return {name for name in before if before[name] != after[name]}


def through_without_a_token(app, world, role, tried):
    """Which forms were not refused for what they lack, and what changed meanwhile."""
    caller = Caller.of(app, world.people.get(role))
    before, passed = contents(), []
    for door in tried:
        answer = caller.ask(door, world.ids)
        if answer.status_code != 400 or WORDS not in answer.text:
            passed.append(f"{door.method} {door.rule} {answer.status_code}")
    return passed, changed(before)


@pytest.mark.drill("people")
@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_a_form_without_its_token_is_refused_and_changes_nothing(app, world, role, drill):
    tried = unsafe_pages(app)

    assert through_without_a_token(app, world, role, tried) == ([], set())
    assert LOG_IN in {door.endpoint for door in tried}
    drill.tell("forms without their token", len(tried))


@pytest.mark.drill("people")
def test_not_even_the_right_password_opens_anything_without_a_token(app, db):
    phone = str(create_person(password_hash=hash_password(PASSWORD)).phone)
    before = contents()

    answer = visitor(app).post("/login", data={"phone": phone, "password": PASSWORD})

    assert (answer.status_code, changed(before)) == (400, set())


@pytest.mark.mutant
def test_without_the_guard_the_same_forms_come_through(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    tried = unsafe_pages(app)

    passed, changes = through_without_a_token(app, world, Role.ADMIN, tried)

    assert len(passed) == len(tried)
    assert changes


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


def changed_by_looking(app, world, role, tried):
    """What is not as it was after somebody has looked at all of these."""
    caller = Caller.of(app, world.people.get(role))
    before = contents()
    for door in tried:
        caller.ask(door, world.ids)
    return changed(before)


@pytest.mark.drill("people")
@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_looking_changes_nothing(app, world, role, drill):
    every = [door for door in doors(app) if door.method == "GET"]
    tried = every if drill.full else every[EVERYBODY.index(role) % THIRD :: THIRD]

    assert changed_by_looking(app, world, role, tried) == set()
    drill.tell("pages looked at", len(tried))


@pytest.mark.mutant
def test_a_page_that_writes_when_somebody_looks_is_found_out(app, world, monkeypatch):
    guest = world.people[Role.RESIDENT].as_actor()

    @public
    def careless():
        create_notice(guest)
        return "seen"

    monkeypatch.setitem(app.view_functions, "board.today", careless)
    tried = [door for door in doors(app) if door.endpoint == "board.today"]

    assert "notice" in changed_by_looking(app, world, None, tried)
