"""Fifty guess in the same moment, over four processes and from forged addresses: exactly so many are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete

from models import LoginThrottle, db
from services import login
from services.passwords import hash_password
from services.registry import resetting
from services.tablets import locking
from services.unit_of_work import in_transaction
from tests.support.builders import create_person
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.race_arena import Arena, house_of
from tests.support.server import HOUSE, serving
from tests.support.tablets import COOKIE, create_colleague, create_tablet
from tests.support.visits import PASSWORD
from tests.support.walker import Walker

GUESSES, MANY = 50, 60
WRONG = {"password": "wrong-guess"}
Fields = dict[str, str]


def log_ins(walker: Walker, phones: list[str]) -> Iterator[tuple[str, Fields]]:
    """A wrong password for each of these phones."""
    target, fields = walker.form("/login", "/login")
    yield from ((target, fields | WRONG | {"phone": phone}) for phone in phones)


def known_log_ins(walker: Walker, number: int) -> Iterator[tuple[str, Fields]]:
    """Wrong passwords in a browser in which its person has logged in before, and out."""
    person = create_person(password_hash=hash_password(PASSWORD))
    phone = str(person.phone)
    db.session.remove()
    assert walker.submit("/login", "/login", phone=phone, password=PASSWORD).status == 303
    assert walker.submit("/me", "/logout").status == 303
    yield from log_ins(walker, [phone] * number)


def resets(walker: Walker, phones: list[str]) -> Iterator[tuple[str, Fields]]:
    """A wrong PIN of the desk for each of these phones."""
    target, fields = walker.form("/reset", "/reset")
    guess = {"pin": "12345678", "password": "a fresh horse"}
    yield from ((target, fields | guess | {"phone": phone}) for phone in phones)


def unlocks(walker: Walker, people: list[int]) -> Iterator[tuple[str, Fields]]:
    """A wrong PIN at a shared tablet for each of these people."""
    walker.cookies[COOKIE] = create_tablet(now=datetime.now(UTC)).token
    target, fields = walker.form(f"/lock?who={people[0]}", "/lock/open")
    yield from ((target, fields | {"pin": "0000", "person_id": str(one)}) for one in people)


def send_at_once(walker: Walker, guesses: Iterator[tuple[str, Fields]]) -> Counter[int]:
    """All in the same moment, each with an address of its own that it made up."""
    requests = [
        walker.request("POST", path, urlencode(fields).encode(), **{"X-Forwarded-For": f"203.0.113.{number}"})
        for number, (path, fields) in enumerate(guesses)
    ]
    db.session.remove()
    return Counter(walker.at_once(requests))


def forget_attempts() -> None:
    in_transaction(lambda: db.session.execute(delete(LoginThrottle)))


def colleagues(number: int) -> list[int]:
    """Staff with a PIN each."""
    return [create_colleague().id for _ in range(number)]


Guess = Callable[[Walker], Iterator[tuple[str, Fields]]]
ONE_PERSON: dict[str, tuple[Guess, int]] = {
    "log-in": (lambda walker: log_ins(walker, ["13900139000"] * GUESSES), login.PER_PHONE),
    "known browser": (lambda walker: known_log_ins(walker, GUESSES), login.PER_BROWSER),
    "reset": (lambda walker: resets(walker, ["13900139000"] * GUESSES), resetting.PER_PHONE),
    "PIN": (lambda walker: unlocks(walker, colleagues(1) * GUESSES), locking.PER_PERSON),
}
PHONES = [f"137{number:08d}" for number in range(MANY)]
MANY_PEOPLE: dict[str, tuple[Guess, int]] = {
    "log-in": (lambda walker: log_ins(walker, PHONES), login.PER_ADDRESS),
    "reset": (lambda walker: resets(walker, PHONES), resetting.PER_ADDRESS),
    "PIN": (lambda walker: unlocks(walker, colleagues(10) * 5), locking.PER_TABLET),
}


@pytest.mark.drill("people")
@pytest.mark.parametrize("what", ONE_PERSON)
def test_guesses_for_one_person_are_let_through_exactly(what: str, field: Arena, drill: Drill) -> None:
    guess, limit = ONE_PERSON[what]
    rounds = drill.size(20, tenth=1)
    for _ in range(rounds):
        forget_attempts()
        walker = Walker(field.url)
        assert send_at_once(walker, guess(walker)) == {422: limit, 429: GUESSES - limit}
    drill.tell("let through", limit)
    drill.tell("guesses at the same moment", GUESSES)
    drill.tell("rounds", rounds)


@pytest.mark.drill("people")
@pytest.mark.parametrize("what", MANY_PEOPLE)
def test_guesses_for_many_people_are_let_through_exactly(what: str, field: Arena, drill: Drill) -> None:
    guess, limit = MANY_PEOPLE[what]
    forget_attempts()
    walker = Walker(field.url)
    guesses = list(guess(walker))

    assert send_at_once(walker, iter(guesses)) == {422: limit, 429: len(guesses) - limit}
    drill.tell("let through", limit)
    drill.tell("guesses at the same moment", len(guesses))


CHANCES = 20
"""How often guesses are sent, so that each process gets some of them."""


@contextmanager
def other_house(application: str = HOUSE, **environment: str) -> Iterator[Walker]:
    """A house of two processes that isn't as ours is."""
    with (
        throwaway("sqlite") as url,
        house_of(url) as app,
        serving(url, processes=2, application=application, environment=environment) as server,
        app.app_context(),
    ):
        yield Walker(server.url)
        db.session.remove()


@pytest.mark.mutant
@pytest.mark.parametrize("lax", ["failing_open", "counting_in_process"])
def test_a_limit_that_holds_nobody_back_is_found_out(lax: str) -> None:
    guess, limit = ONE_PERSON["log-in"]
    through = 0
    with other_house(f"tests.support.lax_server:{lax}()") as walker:
        for _ in range(CHANCES):
            through += send_at_once(walker, guess(walker))[422]
            if through > limit:
                return
    pytest.fail("one process took them all, each time")


@pytest.mark.mutant
def test_a_house_that_believes_forged_addresses_is_found_out() -> None:
    guess, limit = MANY_PEOPLE["log-in"]
    with other_house(TRUSTED_PROXIES="1") as walker:
        assert send_at_once(walker, guess(walker))[422] > limit
