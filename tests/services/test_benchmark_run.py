"""A tiny run of the benchmarks over real HTTP: it measures, and what it measures is what it says."""

import pytest
from sqlalchemy import func, select

from benchmarks.arena import Arena, Effort
from benchmarks.figures import goals
from benchmarks.houses import SQLITE, Plan
from benchmarks.rows import ROWS
from models import Booking, db

pytestmark = pytest.mark.slow

TINY = Plan(36, 3_000, 500, people=700, a_day=2)
EFFORT = Effort(
    rounds=1,
    seconds=0.05,
    crowd_seconds=0.2,
    five=TINY,
    fifty=TINY,
    grown=TINY,
    wide=TINY,
    lines=(20, 40),
    engines=(SQLITE,),
)


def test_a_tiny_run_measures_pages_polls_and_bookings_over_real_http(tmp_path):
    with Arena(EFFORT, tmp_path, tmp_path) as arena:
        found = [figure for row in ("board", "polls", "booking", "weight") for figure in ROWS[row](arena)]
        house = arena.house(TINY, SQLITE, "booking")
        with house.app.app_context():
            booked = db.session.scalar(select(func.count()).where(Booking.purpose == "合唱排练"))
            db.session.remove()

    known = goals()
    assert {known[one.goal].row for one in found} == {"board", "polls", "booking", "weight"}
    assert all(one.value > 0 or known[one.goal].unit == "statements" for one in found)
    assert booked >= 3
    hellos = [one for one in found if known[one.goal].unit == "× hello"]
    assert len(hellos) == 14
