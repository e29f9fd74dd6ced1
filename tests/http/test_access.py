"""Every route times everybody: a route without a row in this table fails here, one without a rule is closed."""

from inspect import iscoroutinefunction

import pytest
from sqlalchemy import select

from app import create_app
from blueprints.access import access_of, public
from domain.people import Role
from models import Booking, Space
from models.base import db as database
from services import reading
from tests.support.builders import create_person
from tests.support.drilling import in_full_on_both
from tests.support.engines import disconnect
from tests.support.strangers import NOBODYS, OF_STAFF, PERSONAL, apart, misplaced, try_strange_things
from tests.support.visits import visitor
from tests.support.who_may import NOBODY, WHO_MAY
from tests.support.world import build_world, doors, knock

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("clock")]
ROUNDS, APART = 20, 0.1
"""How often each door is asked in turn, and by which part the times of all of them together may differ."""
THIRD = 3
"""With every run two of the six kinds of people knock at a door, in full size all of them."""

pytest_generate_tests = in_full_on_both


@pytest.fixture
def engine_name(request):
    """Who may come in does not depend on the engine; in full size both are asked."""
    return request.param


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


def test_the_rule_that_every_view_states_is_the_one_of_its_row(app):
    everybody = [NOBODY, *Role]
    with app.app_context():
        rules = {door.endpoint: access_of(door.endpoint) for door in doors(app)}
    stated = {
        name: {role for role in everybody if rule.public or role in rule.roles}
        for name, rule in rules.items()
    }

    assert stated == WHO_MAY


def test_every_function_that_answers_is_an_ordinary_one(app):
    hooks = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    asked = [one for hook in hooks for some in hook.values() for one in some]
    answering = [*app.view_functions.values(), *app.teardown_appcontext_funcs, *asked]

    assert not [one for one in answering if iscoroutinefunction(one)]


def against_the_table(app, world, role, tried):
    """Where somebody is let in whom the table does not name, or turned away though it does, or the house breaks."""
    wrong = []
    for door in tried:
        answer = knock(app, door, world.people.get(role), world.ids)
        if is_turned_away(door, world.people.get(role), answer) == (role in WHO_MAY[door.endpoint]):
            wrong.append(f"{door.method} {door.rule} {answer.status_code}")
        if answer.status_code >= 500 and door.endpoint != "health.readyz":
            wrong.append(f"{door.method} {door.rule} broke: {answer.status_code}")
    return wrong


@pytest.mark.drill("people")
@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [NOBODY, *Role], ids=str)
def test_every_route_lets_in_whom_the_table_says(app, world, role, drill):
    every = list(doors(app))
    tried = every if drill.full else every[[NOBODY, *Role].index(role) % THIRD :: THIRD]

    assert not against_the_table(app, world, role, tried)
    drill.tell("methods of routes tried", len(tried))
    drill.tell("of them open", sum(role in WHO_MAY[door.endpoint] for door in tried))


@pytest.mark.mutant
@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("endpoint", ["people.all_people", "api_bookings.index"])
def test_a_view_that_was_opened_to_everybody_is_found_out(app, world, endpoint, monkeypatch):
    def opened(**_named):
        return "come in"

    monkeypatch.setitem(app.view_functions, endpoint, public(opened))
    tried = [door for door in doors(app) if door.endpoint == endpoint]

    assert against_the_table(app, world, NOBODY, tried)


@pytest.fixture
def careless(app):
    """The house with a route that states no rule, of a thing that nobody has thought about."""
    house = create_app({**app.config})
    house.add_url_rule("/forgotten/<int:forgotten_id>", "forgotten", lambda forgotten_id: "an open door")
    house.test_client_class = app.test_client_class
    yield house
    disconnect(house)


def test_a_route_without_a_rule_is_closed_to_everybody(careless):
    with careless.app_context():
        people = [NOBODY, *(create_person(role) for role in Role)]
        database.session.remove()

    answers = [visitor(careless, person).get("/forgotten/1") for person in people]
    assert {answer.status_code for answer in answers} == {403}
    assert not [answer for answer in answers if "an open door" in answer.text]


@pytest.mark.mutant
def test_a_route_without_a_rule_is_missed_in_both_lists(careless, world):
    assert {door.endpoint for door in doors(careless)} - set(WHO_MAY) == {"forgotten"}
    assert list(misplaced(doors(careless), world.foreign)) == [
        "GET /forgotten/<int:forgotten_id>: whose is forgotten_id?"
    ]


def test_of_every_thing_that_a_route_names_it_is_said_whose_it_is(app, world):
    named = {name for door in doors(app) for name in door.rule.arguments}

    assert list(misplaced(doors(app), world.foreign)) == []
    assert named >= OF_STAFF | {name for names in NOBODYS.values() for name in names.split()}
    assert set(world.foreign) >= PERSONAL


@pytest.mark.mutant
def test_a_thing_of_the_staff_at_a_door_of_everybody_is_found_out(app, world, monkeypatch):
    monkeypatch.setitem(WHO_MAY, "manage.edit_reason", WHO_MAY["bookings.one"])

    assert "reason_id" in "".join(misplaced(doors(app), world.foreign))


@pytest.mark.drill("people")
@pytest.mark.usefixtures("without_csrf")
@pytest.mark.parametrize("role", [*Role], ids=str)
def test_what_is_somebody_elses_answers_like_what_is_not_there(app, world, role, drill):
    pairs = try_strange_things(app, world, role, rounds=drill.size(ROUNDS, tenth=1))

    assert [line for pair in pairs for line in pair.wrong()] == []
    assert "waiting.one" in {pair.door.endpoint for pair in pairs}
    drill.tell("methods of routes with somebody else's thing", len(pairs))
    drill.at_most("times of all of them apart", apart(pairs), APART, "of it")


def found_as_resident(app, world, endpoint):
    """What the sweep says of one door."""
    tried = [door for door in doors(app) if door.endpoint == endpoint]
    pairs = try_strange_things(app, world, Role.RESIDENT, tried)
    return [line for pair in pairs for line in pair.wrong()]


@pytest.mark.mutant
@pytest.mark.usefixtures("without_csrf")
def test_the_sweep_notices_a_house_that_shows_everything(app, world, monkeypatch):
    of_anybody = reading._one_booking(True)  # noqa: SLF001  the statement whose condition is taken away
    monkeypatch.setattr(reading, "_one_booking", lambda _of_anybody: of_anybody)

    assert found_as_resident(app, world, "bookings.one") == ["GET /bookings/<int:booking_id>: [200, 404]"]


@pytest.mark.mutant
@pytest.mark.usefixtures("without_csrf")
def test_the_sweep_notices_a_house_that_works_longer_on_what_is_there(app, world, monkeypatch):
    look = reading.booking_for

    def thorough(session, actor, booking_id):
        if found := session.get(Booking, booking_id):
            session.scalars(select(Space).where(Space.id == found.space_id)).all()
        return look(session, actor, booking_id)

    monkeypatch.setattr(reading, "booking_for", thorough)

    (found,) = found_as_resident(app, world, "bookings.one")
    assert "statements" in found
