"""Whatever is sent to any form of any page: nothing breaks, nothing is logged as broken, no refusal changes a row."""

from io import BytesIO

import pytest
from flask import request

from blueprints.access import public
from domain.errors import BadInput, Missing
from domain.people import Role
from tests.support import trying
from tests.support.asked import forms_of, names_of_the_house, unsafe_pages, watching
from tests.support.letters import create_notice
from tests.support.world import doors

pytestmark = pytest.mark.slow
FEW = 6
"""So many of the doors get submissions of hypothesis with every run; each gets a full set of odd values."""
PREFER = "accounts.prefer"


@pytest.mark.drill("people")
def test_no_form_breaks_the_house_and_no_refusal_changes_it(house, drill):
    tried = unsafe_pages(house.app)
    few = tried if drill.full else tried[:: len(tried) // FEW]
    with watching(house.app) as asked:
        found = trying.sweep(house, tried, names_of_the_house(), asked)
        seen = forms_of(house, everybody=True) if drill.full else {}
        trying.learn(house, few, seen, asked)
        how = trying.plan(drill.size(60, tenth=4))
        trying.try_forms(house, few, seen, asked, how, everybody=drill.full, found=found)

    assert not found.wrong, "\n\n".join(found.wrong)
    assert len(found.reached) > len(tried) / 2, "too few doors let anybody in"
    _tell(drill, found, len(tried), sum(map(len, asked.values())))


@pytest.mark.drill("people")
def test_no_address_of_a_page_breaks_the_house_whatever_it_is_asked_with(house, drill):
    tried = [door for door in doors(house.app) if door.method == "GET" and not door.is_api]
    tried = tried if drill.full else tried[::4]
    with watching(house.app) as asked:
        found = trying.sweep(house, tried, names_of_the_house(), asked)
        asking = [door for door in tried if asked[door.endpoint]] if drill.full else []
        how = trying.plan(drill.size(40, tenth=2))
        trying.try_forms(house, asking, {}, asked, how, everybody=drill.full, found=found)

    assert not found.wrong, "\n\n".join(found.wrong)
    _tell(drill, found, len(tried), sum(map(len, asked.values())))


def findings_of_one(house, endpoint, examples=60):
    """What comes of trying one door, without making what fails smaller."""
    tried = [door for door in doors(house.app) if door.endpoint == endpoint]
    with watching(house.app) as asked:
        trying.learn(house, tried, {}, asked)
        how = trying.plan(examples, shrink=False)
        return trying.try_forms(house, tried, {}, asked, how, everybody=False, found=trying.Findings())


def _tell(drill, found, routes, names):
    drill.tell("routes", routes)
    drill.tell("fields that their views ask for", names)
    drill.tell("submissions", sum(found.statuses.values()))
    drill.tell("routes that let somebody in", len(found.reached))
    drill.tell("of them let through", sum(n for status, n in found.statuses.items() if status < 400))
    drill.tell("answers of 5xx, tracebacks, rows changed by a refusal", len(found.wrong))


@pytest.mark.mutant
def test_a_view_that_breaks_on_an_odd_number_is_found(house, monkeypatch):
    @public
    def careless():
        return str(10 // int(request.form.get("elder", "1")))

    monkeypatch.setitem(house.app.view_functions, PREFER, careless)

    assert "in the log: unexpected error: " in findings_of_one(house, PREFER).wrong[0]


@pytest.mark.mutant
def test_a_view_that_keeps_half_of_what_it_then_refuses_is_found(house, monkeypatch):
    admin = house.actors[Role.ADMIN]

    @public
    def hasty():
        create_notice(admin)
        raise BadInput("bad_input")

    monkeypatch.setitem(house.app.view_functions, PREFER, hasty)

    assert "a 422 changed ['notice', 'outbox_message']" in findings_of_one(house, PREFER).wrong[0]


@pytest.mark.mutant
def test_a_page_that_changes_something_when_it_is_looked_at_is_found(house, monkeypatch):
    admin = house.actors[Role.ADMIN]

    @public
    def writing():
        create_notice(admin)
        return "seen"

    monkeypatch.setitem(house.app.view_functions, "board.today", writing)

    assert "looking changed ['notice', 'outbox_message']" in findings_of_one(house, "board.today", 2).wrong[0]


@pytest.mark.mutant
def test_a_door_through_which_nobody_came_is_noticed(house, monkeypatch):
    @public
    def shut():
        raise Missing

    assert findings_of_one(house, PREFER).reached == {PREFER}
    monkeypatch.setitem(house.app.view_functions, PREFER, shut)
    assert findings_of_one(house, PREFER).reached == set()


def test_a_file_or_json_in_the_place_of_a_text_is_no_text(house):
    filed = house.ask(None, "/signup", method="POST", data={"name": (BytesIO(b"x"), "x.txt"), "phone": "1"})
    listed = house.ask(None, "/signup", method="POST", json={"name": [5], "phone": 1})

    assert (filed.status_code, listed.status_code) == (422, 422)
