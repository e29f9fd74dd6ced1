"""Verifying neighbours."""

import re

import pytest
from sqlalchemy import select

from domain.people import Role
from models import AuditEvent, OutboxMessage, Person
from tests.support.builders import create_actor, create_captain, create_person
from tests.support.client import read_forms
from tests.support.visits import HTMX, log_in, visitor

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def captain(client):
    """The captain of building 7 at the page."""
    return log_in(client, create_captain(building=7))


def newcomer(name, building=7, **changes):
    return create_person(name=name, building=building, verified_at=None, **changes)


def test_a_captain_sees_those_of_the_own_building_with_masked_phones(captain):
    here = newcomer("郭丽", phone="13812345678")
    newcomer("庄志强", building=8)

    page = captain.get("/people").text

    assert "郭丽" in page
    assert "138****5678" in page
    assert here.phone not in page
    assert "庄志强" not in page


def test_staff_see_all_buildings(client):
    newcomer("郭丽")
    newcomer("庄志强", building=8)
    log_in(client, create_actor(Role.STAFF))

    page = client.get("/people").text

    assert "郭丽" in page
    assert "庄志强" in page


def test_after_one_is_verified_the_next_comes_up(captain, db):
    first, second = newcomer("郭丽"), newcomer("庄志强")

    done = captain.submit(captain.get("/people"), f"/{first.id}/verify")
    page = captain.get("/people").text
    last = captain.submit(captain.get("/people"), f"/{second.id}/verify")

    assert (done.status_code, done.location) == (303, "/people")
    assert "已核实：郭丽" in page
    assert "1 位等您核实" in page
    assert last.status_code == 303
    assert "没有等待核实的住户" in captain.get("/people").text
    told = db.session.scalars(
        select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "person_verified")
    )
    assert sorted(told) == sorted([first.id, second.id])


def test_htmx_gets_the_fragment_with_what_was_done(captain):
    first = newcomer("郭丽")
    page = captain.get("/people")
    token = next(form.fields["csrf_token"] for form in _forms(page) if form.action.endswith("/verify"))

    answer = captain.post(f"/people/{first.id}/verify", data={"csrf_token": token}, headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="stack" id="to-verify">')
    assert "已核实：郭丽" in answer.text


def _forms(page):
    return read_forms(page.text)


def test_each_look_at_a_whole_phone_is_written_down(captain, db):
    person = newcomer("郭丽", phone="13812345678")

    answer = captain.submit(captain.get("/people"), f"/{person.id}/reveal")

    assert answer.status_code == 200
    assert "13812345678" in answer.text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.phone_revealed")).one()
    assert event.object_id == person.id
    assert "13812345678" not in captain.get("/people").text


def test_who_is_turned_down_is_out(captain, app, db):
    person = newcomer("郭丽")
    theirs = log_in(visitor(app), person)

    captain.submit(captain.get("/people"), f"/{person.id}/turn-down")

    assert theirs.get("/me").status_code == 303
    assert db.session.get(Person, person.id, populate_existing=True).disabled_at is not None
    assert "没有等待核实的住户" in captain.get("/people").text


def test_who_was_turned_down_by_mistake_may_sign_up_again(captain):
    person = newcomer("郭丽", phone="13912345678")
    captain.submit(captain.get("/people"), f"/{person.id}/turn-down")

    again = newcomer("郭丽", phone="13912345678")

    assert again.id != person.id
    assert "1 位等您核实" in captain.get("/people").text


@pytest.mark.parametrize("step", ["verify", "turn-down", "reveal"])
def test_somebody_elses_neighbour_answers_like_nobody(captain, db, step):
    foreign = newcomer("庄志强", building=8)
    newcomer("郭丽")
    token = _forms(captain.get("/people"))[-1].fields["csrf_token"]

    answers = [
        captain.post(f"/people/{number}/{step}", data={"csrf_token": token})
        for number in (foreign.id, foreign.id + 999)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    differs = (
        r'/people/\d+/|name="csrf_token" value="[^"]+"'  # the address, and a token that names its second
    )
    texts = [re.sub(differs, "…", answer.text) for answer in answers]
    assert texts[0] == texts[1]
    assert db.session.get(Person, foreign.id, populate_existing=True).verified_at is None
