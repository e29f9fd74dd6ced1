"""Tens of thousands of operations, of which some are never heard of again, in four processes: one serial story."""

import pytest

from models import db
from tests.races.conftest import ENGINES
from tests.support.drilling import Drill
from tests.support.history import disagreements
from tests.support.history_checker import anomalies
from tests.support.long_history import community, falls_apart, transitions
from tests.support.race_arena import Arena, arena

OPERATIONS = 50_000


@pytest.mark.drill("races")
def test_a_long_history_is_one_serial_story(field: Arena, drill: Drill) -> None:
    lived = community(field)

    lived.live(drill.size(OPERATIONS))

    db.session.rollback()
    assert lived.statuses <= {200, 201, 409, 422}
    assert list(anomalies(lived.history)) == []
    assert list(falls_apart(lived)) == []
    assert disagreements() == []
    acknowledged, written = transitions(lived)
    assert acknowledged == written
    drill.tell("operations", len(lived.history))
    drill.tell("of them unheard for ever", len(lived.unheard))
    drill.tell("changes, each with its audit row", written)
    drill.tell("anomalies", 0)


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_without_the_key_the_history_has_anomalies(engine: str) -> None:
    with arena(engine, keyless=True) as opened, opened.app.app_context():
        lived = community(opened)

        lived.live(1_500)

        db.session.rollback()
        assert any("both held" in one for one in anomalies(lived.history))
        assert disagreements() != []
