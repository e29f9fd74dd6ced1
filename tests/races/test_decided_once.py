"""A request that staff approve while others decline, cancel, move it, or while it expires: one serial outcome."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking
from services import arbiter, booking, decisions, moving, passing, records
from tests.support import decided_once
from tests.support.builders import NOW, between, create_actor, create_booking, create_space
from tests.support.decided_once import BECOMES, EXPIRE
from tests.support.drilling import Drill
from tests.support.guardless import change_anyway, served_here
from tests.support.history import disagreements
from tests.support.race import Meeting, in_threads
from tests.support.race_arena import Arena

AGAINST = {rival: ("approve", rival) for rival in BECOMES} | {"everything": tuple(BECOMES)}


@pytest.mark.drill("races")
@pytest.mark.parametrize("rival", AGAINST)
def test_a_request_is_decided_once_however_many_decide(field: Arena, drill: Drill, rival: str) -> None:
    rounds = drill.size(20)
    race = decided_once.decisions(field, rounds)

    assert [fault for _ in range(rounds) for fault in race.round(AGAINST[rival])] == []

    assert disagreements() == []
    drill.tell("requests, each decided once and written down once", rounds)
    for word, times in Counter(race.won).items():
        drill.tell(f"won by {word}", times)


@pytest.mark.mutant
def test_without_the_guard_a_request_is_approved_and_moved(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_here(app) as opened:
        race = decided_once.decisions(opened, 1)
        monkeypatch.setattr(arbiter, "_update_exactly_one", change_anyway)

        assert any("told yes" in fault for fault in race.round(AGAINST["move"]))


@pytest.mark.mutant
def test_a_decision_that_nobody_wrote_down_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with served_here(app) as opened:
        race = decided_once.decisions(opened, 1)
        monkeypatch.setattr(records, "audit_each", lambda *_about, **_detail: None)

        assert any("[] is written down" in fault for fault in race.round(AGAINST["decline"]))


on_postgresql = pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)]
)  # SQLite has one writer: there nobody reads what another one is about to change


@pytest.fixture
def meet_before_changing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No locks on spaces, and both have read the request before either changes it: only the guard is left."""
    meeting = Meeting(2, at_least=5)

    def after(change: Callable[..., None]) -> Callable[..., None]:
        def meet_and_change(*arguments: Any, **more: Any) -> None:
            meeting.wait()
            change(*arguments, **more)

        return meet_and_change

    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)
    for name in ("change", "move"):
        monkeypatch.setattr(arbiter, name, after(getattr(arbiter, name)))


def approved_and(app: Flask, rival: str) -> list[bool]:
    """Who was told yes of one who approves a request and one who does something else with it in the same moment."""
    booker, staff = create_actor(), create_actor(Role.STAFF)
    asked = create_booking(
        create_space(), between(15, 17, days=1), booker_id=booker.id, status=BookingStatus.PENDING
    )
    number, starts_at = asked.id, asked.starts_at
    works: dict[str, Callable[[], object]] = {
        "approve": partial(decisions.approve, create_actor(Role.STAFF), number, version=1, now=NOW),
        "decline": partial(decisions.decline, staff, number, version=1, reason="检修", now=NOW),
        "cancel": partial(booking.cancel, booker, number, version=1, now=NOW),
        EXPIRE: partial(passing.expire_due, starts_at),
        "move": partial(moving.reschedule, booker, number, between(9, 11, days=1), version=1, now=NOW),
    }
    approve = partial(decisions.approve, staff, number, version=1, now=NOW)
    answers = in_threads(app, [approve, works[rival]])
    return [isinstance(answer, Booking) or answer == 1 for answer in answers]


@on_postgresql
@pytest.mark.usefixtures("db", "meet_before_changing")
def test_the_guard_lets_one_of_two_through_in_the_worst_order(app: Flask) -> None:
    for rival in BECOMES:
        assert sorted(approved_and(app, rival)) == [False, True], rival
    assert disagreements() == []


@on_postgresql
@pytest.mark.usefixtures("db", "meet_before_changing")
@pytest.mark.mutant
@pytest.mark.parametrize("rival", BECOMES)
def test_without_the_guard_two_who_decide_are_told_yes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    monkeypatch.setattr(arbiter, "_update_exactly_one", change_anyway)

    assert approved_and(app, rival) == [True, True]
