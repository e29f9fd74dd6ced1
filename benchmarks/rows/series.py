"""Staff book an hour of a room for every week of a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.arena import STAFF, Arena, House
from benchmarks.client import Visit
from benchmarks.contest import Run, in_turns
from benchmarks.figures import Figure
from benchmarks.rows.booking import SENT, clock, form
from blueprints.clock import now
from domain.interval import local_day

ROOMS = [f"space-{number}" for number in range(35, 51) if number % 3]
WEEKS, HOURS, DAYS = 52, range(8, 21), 7


def free_series() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Rooms and weekly hours that nobody has; raises RuntimeError when all are used up."""
    first = local_day(now()) + timedelta(days=2)
    for hour in HOURS:
        for room in ROOMS:
            for number in range(DAYS):
                days = [first + timedelta(days=number + 7 * week) for week in range(WEEKS)]
                wish = [
                    ("day", days[0].isoformat()),
                    ("start", clock(hour * 60)),
                    ("end", clock(hour * 60 + 60)),
                ]
                yield room, wish + [("date", day.isoformat()) for day in days]
    raise RuntimeError("no hour is left for a series: use fewer rounds")


def series(house: House) -> Visit:
    """The form with all dates ticked."""
    staff, free = house.browser(STAFF), free_series()

    def request(_number: int) -> bytes:
        room, fields = next(free)
        often = [("repeat", "weekly"), ("ends", "count"), ("count", str(WEEKS))]
        return form(staff, f"/spaces/{room}/series/book", fields + often)

    return Visit("series", request, SENT)


def measure(arena: Arena) -> Iterator[Figure]:
    """Milliseconds from sending the form to the answer."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.fifty, engine, "booking")
        run = Run(house.served, series(house))
        in_turns([run], arena.effort.rounds, arena.effort.seconds)
        yield Figure("series", engine, 1000 / run.rate, f"CPU {run.milliseconds:.1f} ms")
