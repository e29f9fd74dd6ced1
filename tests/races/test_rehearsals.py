"""Shows and rehearsals are asked for in the same moment: four processes, both engines, and never do two meet."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.people import Role
from domain.spaces import WHOLE_ROOM
from services.doctor import ticks
from tests.support.builders import at
from tests.support.history import clashes, disagreements
from tests.support.race import Call
from tests.support.race_arena import Arena, overlapping, soon

ROUNDS = 3
PLANNERS, SHOPS = 6, 12
APART = 10
"""Days between these and the times that other races take from the one studio."""


def plans(racer, number: int, client: int) -> Call:
    """The call that plans a show of an hour and a half within the times that the shops want."""
    starts_at = at(9 + number % 4 * 3.5 + client % 3 / 4, day=soon(2 + APART)) + timedelta(days=number // 4)
    body = {
        "title": "年货节",
        "starts_at": starts_at.isoformat(),
        "layout": "rundown",
        "booths": 6,
    }
    return Call("/shows", racer.token, body)


def race(field: Arena, rounds: int = ROUNDS) -> list[tuple[datetime, datetime]]:
    """The pairs of winners that meet, in rounds in which both sorts want the same hours."""
    studio = field.studio()
    planners, shops = field.crowd(PLANNERS, Role.STAFF), field.crowd(SHOPS)
    won = []
    for number in range(rounds):
        wishes = [
            overlapping(number, client).shifted(timedelta(days=APART, hours=1)) for client in range(SHOPS)
        ]
        calls = [plans(one, number, client) for client, one in enumerate(planners)]
        calls += [one.books(studio.code, wish) for one, wish in zip(shops, wishes, strict=True)]
        replies = field.at_once(calls)
        taken = [reply.body for reply in replies if reply.status == 201]
        assert {reply.status for reply in replies} <= {201, 409}
        assert {reply.body.get("code") for reply in replies if reply.status == 409} <= {"slot_taken"}
        assert all(one.get("place", WHOLE_ROOM) == WHOLE_ROOM for one in taken)
        won += [
            (datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"]))
            for one in taken
        ]
    assert len(won) >= rounds
    return clashes(won, 0)


def test_a_show_and_a_rehearsal_never_both_win(field: Arena) -> None:
    assert race(field) == []
    assert disagreements() == []
    assert ticks.findings(datetime.now(UTC)) == []


@pytest.mark.mutant
def test_without_the_key_the_same_race_lets_them_meet(keyless: Arena) -> None:
    assert race(keyless, rounds=2) != []
    assert {finding.code for finding in ticks.findings(datetime.now(UTC))} >= {"place_shared"}
