"""Nobody learns from the log-in, or from the way back in, whether a phone belongs to anybody here."""

from __future__ import annotations

import re
import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select

from domain.people import Role
from models import Person
from services import login, passwords
from services.passwords import hash_password
from services.registry import resetting
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor, create_person
from tests.support.drilling import Drill
from tests.support.statements import statements
from tests.support.visits import PASSWORD, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
SECRETS = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')
NOBODY, SOMEBODY_ELSES = "13999999999", "13999999998"
WAYS = {
    "/login": {"password": "wrong one"},
    "/reset": {"pin": "00000000", "password": "a fresh horse"},
}
"""Where somebody is asked for their phone and is not told whether anybody has it, with a guess that is wrong."""
PAIRS, APART = 200, 0.1
"""Attempts of each kind, and by which part of it their medians may differ."""
Answer = tuple[int, str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def phones(db: Any, password_hash: str) -> dict[str, str]:
    """Phones of all kinds of people: each with a password, each with a PIN of the desk that they don't know."""
    people = {
        "somebody": create_person(password_hash=password_hash),
        "without a password": create_person(),
        "of the staff": create_person(Role.STAFF, password_hash=password_hash),
        "closed": create_person(password_hash=password_hash),
        "with an old PIN": create_person(password_hash=password_hash),
    }
    admin = create_actor(Role.ADMIN)
    for kind, person in people.items():
        before = timedelta(days=2) if kind == "with an old PIN" else timedelta()
        resetting.give_pin(admin, person.id, NOW - before)
    in_transaction(lambda: setattr(db.session.merge(people["closed"]), "disabled_at", NOW))
    found = {kind: str(person.phone) for kind, person in people.items()} | {"nobody": NOBODY}
    db.session.rollback()
    return found


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """With which figures argon2 was asked, in order."""
    asked: list[Any] = []
    verify = PasswordHasher.verify

    def note(hasher: PasswordHasher, stored: str, password: str) -> bool:
        asked.append(extract_parameters(stored))
        return bool(verify(hasher, stored, password))

    monkeypatch.setattr(PasswordHasher, "verify", note)
    return asked


def attempt(app: Any, way: str, phone: str, *, badge: str = "") -> Answer:
    """Come, open the form and send it."""
    client = visitor(app)
    if badge:
        client.set_cookie(app.config["KNOWN_COOKIE_NAME"], badge)
    return read(client.submit(client.get(way), way, phone=phone, **WAYS[way]), phone)


def read(answer: Any, phone: str) -> Answer:
    """An answer without what differs each time: the token of the form, the cookie, and what was typed."""
    told = [(name, value) for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")]
    return answer.status_code, SECRETS.sub(r"\1", answer.text).replace(phone, "…"), told


every_way = pytest.mark.parametrize("way", WAYS)


@pytest.mark.drill("people")
@every_way
def test_every_phone_is_answered_alike_and_costs_the_same_work(
    way: str, app, db, phones, hashed, drill
) -> None:
    answers = {}
    attempt(app, way, SOMEBODY_ELSES)  # the address is counted from now on
    hashed.clear()
    for kind, phone in phones.items():
        with statements(db) as asked:
            answers[kind] = attempt(app, way, phone), list(hashed), len(asked)
        hashed.clear()

    assert answers["nobody"][0][0] == 422
    assert len(answers["nobody"][1]) == 1
    assert {kind for kind, answer in answers.items() if answer != answers["nobody"]} == set()
    drill.tell("kinds of people", len(phones))


@pytest.mark.drill("people")
def test_a_browser_known_for_one_person_learns_nothing_of_other_phones(
    app, db, phones, hashed, drill
) -> None:
    own = phones.pop("somebody")
    client = visitor(app)
    client.submit(client.get("/login"), "/login", phone=own, password=PASSWORD)
    badge = client.get_cookie(app.config["KNOWN_COOKIE_NAME"]).value
    answers = {}
    hashed.clear()
    for kind, phone in phones.items():
        with statements(db) as asked:
            answers[kind] = attempt(app, "/login", phone, badge=badge), list(hashed), len(asked)
        hashed.clear()

    assert answers["nobody"][0][0] == 422
    assert {kind for kind, answer in answers.items() if answer != answers["nobody"]} == set()
    drill.tell("kinds of people", len(phones))


@pytest.mark.drill("people")
@every_way
def test_every_phone_is_counted_alike(way: str, app, phones) -> None:
    told = {
        kind: [attempt(app, way, phone)[0] for _ in range(login.PER_PHONE + 1)]
        for kind, phone in phones.items()
    }

    assert {kind for kind, statuses in told.items() if statuses != told["nobody"]} == set()
    assert told["nobody"] == [422] * login.PER_PHONE + [429]


@pytest.mark.drill("people")
@every_way
def test_the_answer_comes_after_the_same_time(way: str, app, phones, drill: Drill, monkeypatch) -> None:
    monkeypatch.setattr(login, "reserve_attempt", lambda _buckets, _now: None)
    seconds: dict[str, list[float]] = {phones["somebody"]: [], NOBODY: []}
    client = visitor(app)
    page = client.get(way)
    for _ in range(drill.size(PAIRS, tenth=2)):
        for one, taken in seconds.items():
            began = time.perf_counter()
            client.submit(page, way, phone=one, **WAYS[way])
            taken.append(time.perf_counter() - began)

    known, unknown = (statistics.median(taken) for taken in seconds.values())
    drill.tell("attempts of each kind", len(seconds[NOBODY]))
    drill.tell("median for somebody", known * 1000, "ms")
    drill.at_most("medians apart", abs(known - unknown) / known, APART, "of it")


@pytest.mark.mutant
@every_way
def test_a_house_that_answers_sooner_where_nobody_is_known_is_found_out(
    way: str, app, phones, hashed, monkeypatch
) -> None:
    look = passwords.matches

    def hasty(stored: str | None, password: str) -> bool:
        return stored is not None and look(stored, password)

    for module in (login, resetting):
        monkeypatch.setattr(module, "matches", hasty)
    attempt(app, way, phones["somebody"])
    asked = list(hashed)
    hashed.clear()
    attempt(app, way, NOBODY)

    assert asked != hashed


@pytest.mark.mutant
@every_way
def test_a_house_that_reads_more_where_somebody_is_known_is_found_out(
    way: str, app, db, phones, monkeypatch
) -> None:
    look = passwords.matches

    def thorough(stored: str | None, password: str) -> bool:
        if stored is not None:
            db.session.scalars(select(Person.id)).first()
        return look(stored, password)

    for module in (login, resetting):
        monkeypatch.setattr(module, "matches", thorough)
    told = []
    attempt(app, way, SOMEBODY_ELSES)
    for phone in (phones["somebody"], NOBODY):
        with statements(db) as asked:
            attempt(app, way, phone)
        told.append(len(asked))

    assert told[0] != told[1]


def test_the_hash_of_nobody_is_made_like_everybodys() -> None:
    assert extract_parameters(passwords.NOBODYS) == extract_parameters(hash_password(PASSWORD))
