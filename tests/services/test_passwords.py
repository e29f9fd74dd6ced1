"""How many passwords are hashed at a time."""

import threading

import pytest

from domain.errors import Unavailable
from services import passwords
from services.passwords import hash_password, matches


@pytest.fixture
def slow(monkeypatch):
    """A hash that is begun and goes on until the test lets it; says when it has begun."""
    monkeypatch.setattr(passwords._Turns, "free", None)  # noqa: SLF001  as in a process that is no server
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        @staticmethod
        def hash(_password):
            begun.set()
            assert go_on.wait(60)
            return "hashed"

    monkeypatch.setattr(passwords, "HASHER", Slow)
    working = threading.Thread(target=lambda: hash_password("one"))
    yield lambda: (working.start(), begun.wait(60))
    go_on.set()
    working.join()


def test_who_comes_while_all_turns_are_taken_is_told_to_come_again(slow):
    passwords.at_most(1)
    slow()

    with pytest.raises(Unavailable):
        hash_password("two")
    with pytest.raises(Unavailable):
        matches(None, "two")


def test_a_turn_is_given_back_whatever_came_of_it(monkeypatch):
    monkeypatch.setattr(passwords._Turns, "free", None)  # noqa: SLF001  put back afterwards
    passwords.at_most(1)

    assert [matches(None, "one"), matches("no hash at all", "two"), matches(hash_password("three"), "three")] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.mutant
def test_without_turns_as_many_are_begun_as_come(slow, monkeypatch):
    slow()
    later = threading.Event()

    class Quick:
        @staticmethod
        def hash(_password):
            later.set()
            return "hashed"

    monkeypatch.setattr(passwords, "HASHER", Quick)
    hash_password("two")

    assert later.is_set()
