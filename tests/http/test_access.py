"""Every route times everybody: a route without a row in this table fails here, one without a rule is closed."""

import re
from inspect import iscoroutinefunction

import pytest

from app import create_app
from domain.people import Role
from models.base import db as database
from services import reading
from tests.support.builders import create_person
from tests.support.engines import disconnect
from tests.support.visits import visitor
from tests.support.who_may import NOBODY, WHO_MAY
from tests.support.world import build_world, doors, knock

pytestmark = pytest.mark.slow


@pytest.fixture
def engine_name():
    """Who may come in does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(db):
    """One of everything."""
    return build_world()


@pytest.fixture
def without_csrf(app, monkeypatch):
    """These tests knock without a form; that forms need their token is test_csrf.py's."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def is_turned_away(door, person, answer):
    """401 or 403, or at the pages the way to the log-in."""
    if person is NOBODY and not door.is_api:
        return answer.status_code == 303 and answer.location.startswith("/login")
    return answer.status_code == (401 if person is NOBODY else 403)


def test_every_route_has_its_row_and_every_row_its_route(app):
    assert {door.endpoint for door in doors(app)} == set(WHO_MAY)


def test_every_function_that_answers_is_an_ordinary_one(app):
    hooks = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    asked = [one for hook in hooks for some in hook.values() for one in some]
    answering = [*app.view_functions.values(), *app.teardown_appcontext_funcs, *asked]

    assert not [one for one in answering if iscoroutinefunction(one)]


@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [NOBODY, *Role], ids=str)
def test_every_route_lets_in_whom_the_table_says(app, world, role):
    wrong = []
    for door in doors(app):
        answer = knock(app, door, world.people.get(role), world.ids)
        if is_turned_away(door, world.people.get(role), answer) == (role in WHO_MAY[door.endpoint]):
            wrong.append(f"{door.method} {door.rule} {answer.status_code}")
        if answer.status_code >= 500 and door.endpoint != "health.readyz":
            wrong.append(f"{door.method} {door.rule} broke: {answer.status_code}")

    assert not wrong


@pytest.mark.parametrize("role", [NOBODY, *Role], ids=str)
@pytest.mark.mutant
def test_a_route_without_a_rule_is_closed_to_everybody(app, role):
    careless = create_app({**app.config})
    careless.add_url_rule("/forgotten", "forgotten", lambda: "an open door")
    careless.test_client_class = app.test_client_class
    with careless.app_context():
        person = create_person(role) if role else None
        database.session.remove()

    answer = visitor(careless, person).get("/forgotten")
    disconnect(careless)
    assert answer.status_code == 403
    assert "an open door" not in answer.text
    assert "forgotten" in {door.endpoint for door in doors(careless)} - set(WHO_MAY)


def strangers_things(app, world, role):
    """Which doors were tried with somebody else's id, and at which that answered otherwise than a missing one."""
    tried, different = [], []
    for door in doors(app):
        named = set(door.rule.arguments) & set(world.foreign)
        if not named or role not in WHO_MAY[door.endpoint]:
            continue
        missing = {name: world.foreign[name] + 100_000 for name in named}
        theirs, nothing = (
            knock(app, door, world.people[role], world.ids | ids) for ids in (world.foreign, missing)
        )
        tried.append(door.endpoint)
        if told(theirs) != told(nothing) or theirs.status_code < 400:
            different.append(f"{door.method} {door.rule}: {theirs.status_code}, {nothing.status_code}")
    return tried, different


@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT], ids=str)
def test_what_is_somebody_elses_answers_like_what_is_not_there(app, world, role):
    tried, different = strangers_things(app, world, role)

    assert not different
    assert "bookings.one" in tried
    assert "api_bookings.cancel" in tried


@pytest.mark.usefixtures("without_csrf")
@pytest.mark.mutant
def test_the_sweep_notices_a_house_that_shows_everything(app, world, monkeypatch):
    of_anybody = reading._one_booking(True)  # noqa: SLF001  the statement whose condition is taken away
    monkeypatch.setattr(reading, "_one_booking", lambda _of_anybody: of_anybody)
    _, different = strangers_things(app, world, Role.RESIDENT)

    assert any("GET /bookings/<int:booking_id>:" in line for line in different)


def told(answer):
    """What an answer says, apart from the address that was asked for and from tokens."""
    text = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", answer.text)
    return answer.status_code, re.sub(r"/\d+\b", "/…", text)
