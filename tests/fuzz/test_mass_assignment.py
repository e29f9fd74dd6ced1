"""Fields that nobody asked for change nothing, in any form and in any body of the API."""

import re
from functools import cache

import pytest
from flask import request
from sqlalchemy import Boolean, Date, DateTime, Integer, update

from domain.people import Role
from models import Person
from models.base import db
from services.unit_of_work import in_transaction
from tests.support import trying
from tests.support.asked import Upload, forms_of, unsafe_pages, watching
from tests.support.odd import Sent
from tests.support.programs import members
from tests.support.world import SAFE, TIMES, doors

pytestmark = pytest.mark.slow
NAMED = {
    "role": "admin", "is_admin": "1", "id": "2", "version": "99", "booker_id": "2", "person_id": "2", "actor_id": "2",
    "status": "verified", "verified_at": "2026-11-01T10:00:00+08:00", "merchant_id": "2", "is_demo": "1",
    "created_at": "2026-11-01T10:00:00+08:00", "password_hash": "x", "captain_of": "7", "claims_status": "cleared",
    "approval": "auto", "price_fen": "1", "building": "1", "disabled_at": "", "user": "2", "created_by_id": "2",
}  # fmt: skip
MOST_PARTS = 150
"""A form with files may have 200 parts."""
AREAS = ("accounts.",)
"""Where most could be gained: tried with every run."""
DRAWN = re.compile(r"\$argon2[^']*|[A-Za-z0-9_-]{16,}")
"""What is drawn anew each time, and hashes of it."""


@cache
def extras():
    """A plausible value for every column of every table, whatever it is called, and for what is guessed first."""
    found = {}
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            found.setdefault(column.name, _value(column.type))
    return {**NAMED, **found, **NAMED}


def _value(kind):
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer):
        return "2"
    if isinstance(kind, Date | DateTime):
        return "2026-11-01" if isinstance(kind, Date) else "2026-11-01T10:00:00+08:00"
    members = getattr(kind, "enums", None) or ["admin"]
    return str(members[-1])


def outcome(house, who, door, address, **more):
    """What comes of a request: its status, and the rows that go and come, without what is drawn each time."""
    answer = house.ask(who, address, method=door.method, **more)
    changes = house.changes()
    house.restore(set(changes))
    rows = {
        name: tuple(sorted(DRAWN.sub("…", row) for row in side) for side in sides)
        for name, sides in changes.items()
        if name != "idempotency_key"
    }
    return answer.status_code, rows


def forms_that_take_more(house, tried, seen, asked):
    """At which doors something unasked made a difference, and how many let the plain form through."""
    wrong, let_through = [], 0
    for door in tried:
        who = trying.who_tries(door, everybody=False)[0]
        for address, fields in trying.ways_in(house, door, who, seen.get(door.endpoint, []), asked):
            plain, laden = _plain_and_laden(house, who, door, address, fields, asked[door.endpoint])
            let_through += bool(plain[1])
            if plain != laden:
                wrong.append(
                    f"{door.method} {address} as {who}: {_but(plain, laden)} became {_but(laden, plain)}"[
                        :1500
                    ]
                )
    return wrong, let_through


def _but(one, other):
    """What is in the one outcome and not in the other."""
    rows = {name: sides for name, sides in one[1].items() if sides != other[1].get(name)}
    return one[0], rows


def _plain_and_laden(house, who, door, address, fields, asked):
    """What comes of a form, and of the same with all that its view does not look at, however far it gets."""
    known = None
    while known != asked:
        known = set(asked)
        named = known | dict(fields).keys()
        more = [(name, value) for name, value in extras().items() if name not in named]
        if any(isinstance(value, Upload) for _, value in fields):
            more = more[:MOST_PARTS]
        plain, laden = (
            outcome(house, who, door, address, **Sent(sent, "form", {}).arguments(as_query=False))
            for sent in (fields, [*fields, *more])
        )
    return plain, laden


@pytest.mark.drill("people")
def test_no_form_takes_what_it_did_not_ask_for(house, drill):
    areas = ("",) if drill.full else AREAS
    tried = [door for door in unsafe_pages(house.app) if door.endpoint.startswith(areas)]
    with watching(house.app) as asked:
        seen = forms_of(house, everybody=drill.full, areas=areas)
        trying.learn(house, tried, seen, asked)
        wrong, let_through = forms_that_take_more(house, tried, seen, asked)

    assert not wrong, "\n\n".join(wrong)
    assert let_through > len(tried) / 3, "too few forms came through to show anything"
    drill.tell("forms with fields that nobody asked for", len(tried))
    drill.tell("fields added to each", len(extras()))
    drill.tell("forms that changed something, and the same with and without", let_through)


@pytest.mark.drill("people")
def test_no_operation_of_the_api_takes_what_it_did_not_ask_for(house, drill):
    wrong, bodies = [], 0
    for door in doors(house.app):
        if not door.is_api or door.method in SAFE:
            continue
        if not drill.full and not door.endpoint.startswith(("api_people", "api_registry", "api_bookings")):
            continue
        who = trying.who_tries(door, everybody=False)[0]
        address = door.address(house.app, house.world.ids)
        known = members(house.app, door)
        unasked = {name: value for name, value in extras().items() if name not in known}
        plain = {"version": 1, "reason": "维修"} | TIMES
        for body in ({}, {"version": 1}, {"version": 1, "reason": "维修"}, plain):
            bodies += 1
            bare, laden = (
                outcome(house, who, door, address, json=sent) for sent in (body, {**unasked, **body})
            )
            # Either a field that the description does not know is refused, or it makes no difference.
            if laden != bare and (laden[0] < 400 or laden[1]):
                wrong.append(f"{door.method} {address} as {who}: {bare} became {laden}"[:1500])

    assert not wrong, "\n\n".join(wrong)
    drill.tell("bodies with members that nobody asked for", bodies)


@pytest.mark.mutant
def test_a_form_that_fills_in_whatever_comes_is_found(house, monkeypatch):
    plain = house.app.view_functions["accounts.change_facts"]

    def careless():
        role = dict(request.form.items()).get("role")
        if role:
            in_transaction(
                lambda: db.session.execute(update(Person).values(role=Role(role), captain_of=None))
            )
        return plain()

    careless.__dict__.update(plain.__dict__)
    monkeypatch.setitem(house.app.view_functions, "accounts.change_facts", careless)
    tried = [door for door in unsafe_pages(house.app) if door.endpoint == "accounts.change_facts"]
    with watching(house.app) as asked:
        wrong, _ = forms_that_take_more(house, tried, {}, asked)

    assert "person" in wrong[0]
