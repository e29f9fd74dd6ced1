"""Shops swap booths, on four server processes and both engines: each question has one answer, each booth a shop."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import AuditEvent, Booking, BoothSwap, Show, db
from services.studio import swaps
from tests.support.builders import at
from tests.support.drilling import Drill
from tests.support.guardless import served_here
from tests.support.history import disagreements
from tests.support.race import Call, Reply, statuses
from tests.support.race_arena import Arena
from tests.support.studio_builders import create_show

A_DAY = 8
"""So many short shows fit into one."""
CROSSING, GIVEN_BACK, ANSWERED = KINDS = ("crossing", "given back", "answered")
"""Two ask for the booth of a third; who asks gives the own booth back; a question is answered in three ways."""


def shows(field: Arena, rounds: int) -> Iterator[Show]:
    """Shows of three booths, one after the other."""
    studio, days = field.studio(), [field.fresh_day() for _ in range(0, rounds, A_DAY)]
    for number in range(rounds):
        begins = at(9 + number % A_DAY * 1.5, day=days[number // A_DAY])
        yield create_show(studio, begins, booths=3)


def sent(field: Arena, calls: list[Call]) -> list[int]:
    """The numbers of what came of calls that nothing is in the way of."""
    replies = field.at_once(calls)
    assert set(statuses(replies)) == {(201, None)}, statuses(replies)
    return [reply.body["id"] for reply in replies]


def swapped_at_once(field: Arena, show: Show, kind: str) -> Iterator[str]:
    """What is not as it should be after the first or second shop of a show have asked the third, all at once."""
    shops, path = field.shops(3), f"/shows/{show.id}/booths"
    one, two, three = (racer for racer, _ in shops)
    booths = sent(
        field, [Call(f"{path}/{n}", who.token, {"product_id": tea}) for n, (who, tea) in enumerate(shops, 1)]
    )
    asking = [one, two] if kind == CROSSING else [one]
    asked = [
        Call("/swaps", who.token, {"booking": booths[n], "other": booths[2]}) for n, who in enumerate(asking)
    ]
    questions = sent(field, asked)
    calls = [Call(f"/swaps/{number}/accept", three.token) for number in questions for _ in range(2)]
    if kind == GIVEN_BACK:
        calls.append(Call(f"/bookings/{booths[0]}/cancel", one.token, {"version": 1}))
    if kind == ANSWERED:
        calls += [
            Call(f"/swaps/{questions[0]}/decline", three.token),
            Call(f"/swaps/{questions[0]}/withdraw", one.token),
        ]
    yield from faults(calls, field.at_once(calls), booths, questions)


def faults(calls: list[Call], replies: list[Reply], booths: list[int], questions: list[int]) -> Iterator[str]:
    told = statuses(replies)
    won = [call.path for call, reply in zip(calls, replies, strict=True) if reply.status == 200]
    if len(won) != 1 or {status for status, _ in told} != {200, 409}:
        yield f"told {told}"
    swapped = any("accept" in path for path in won)
    db.session.rollback()
    written = select(func.count()).where(
        AuditEvent.action == "booth.swapped", AuditEvent.object_id.in_(booths)
    )
    if db.session.scalar(written) != 2 * swapped:
        yield f"{db.session.scalar(written)} booths changed hands by the audit log, {won} were told yes"
    places = {one.id: one.place for one in db.session.scalars(select(Booking).where(Booking.id.in_(booths)))}
    if sorted(place or 0 for place in places.values()) != [1, 2, 3] or (places[booths[2]] != 3) != swapped:
        yield f"the booths are at {places}, {won} were told yes"
    accepted = select(func.count()).where(BoothSwap.id.in_(questions), BoothSwap.status == "accepted")
    if db.session.scalar(accepted) != swapped:
        yield f"{db.session.scalar(accepted)} questions were accepted, {won} were told yes"


@pytest.mark.drill("races")
def test_swaps_that_cross_or_are_answered_twice_have_one_outcome(field: Arena, drill: Drill) -> None:
    rounds = drill.size(24, tenth=len(KINDS))

    for number, show in enumerate(shows(field, rounds)):
        assert list(swapped_at_once(field, show, KINDS[number % len(KINDS)])) == []

    assert disagreements() == []
    drill.tell(
        "rounds of questions that cross, are answered twice, or lose a booth, each with one winner", rounds
    )


@pytest.mark.mutant
def test_a_question_that_outlives_its_booth_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swaps, "lapse_of", lambda session, made, now: None)
    with served_here(app) as opened:
        [show] = shows(opened, 1)

        assert any("questions were accepted" in one for one in swapped_at_once(opened, show, CROSSING))
