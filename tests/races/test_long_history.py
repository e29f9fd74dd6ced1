"""Tens of thousands of operations, of which some are never heard of again, in four processes: one serial story."""

import pytest

from models import db
from tests.support.drilling import Drill
from tests.support.history import disagreements
from tests.support.history_checker import TAKEN
from tests.support.history_outcome import falls_apart, series, transitions
from tests.support.long_history import community
from tests.support.race_arena import Arena

OPERATIONS, FEW_OPERATIONS = 50_000, 1_000
DAYS, FEW_DAYS = 12, 3
"""Few operations want what lies close together, so that as many of them meet."""


@pytest.mark.drill("races")
def test_a_long_history_is_one_serial_story(field: Arena, drill: Drill) -> None:
    lived = community(field, drill.size(DAYS, tenth=FEW_DAYS))

    lived.live(drill.size(OPERATIONS, tenth=FEW_OPERATIONS))

    db.session.rollback()
    assert lived.statuses <= {200, 201, 409, 422}
    assert list(lived.asked_again()) == []
    assert list(lived.anomalies()) == []
    assert list(falls_apart(lived)) == []
    assert disagreements() == []
    assert series(lived) > 0
    acknowledged, written = transitions(lived)
    assert acknowledged == written
    drill.tell("operations", len(lived.history))
    drill.tell("of them refused because it was full", sum(one.code == TAKEN for one in lived.history))
    drill.tell("series booked, all their dates or none", series(lived))
    drill.tell("of them unheard for ever", len(lived.unheard))
    drill.tell("changes, each with its audit row", written)
    drill.tell("anomalies", 0)
    drill.tell("asked again because the house was busy or a line was lost", 0)


@pytest.mark.mutant
def test_without_the_key_the_history_has_anomalies(keyless: Arena) -> None:
    lived = community(keyless, FEW_DAYS)

    lived.live(400)

    db.session.rollback()
    assert any("all held" in one for one in lived.anomalies())
    assert disagreements() != []
