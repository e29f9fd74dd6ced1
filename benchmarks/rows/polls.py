"""Live screens that ask whether there is anything new while there is not."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.arena import STAFF, Arena, House
from benchmarks.client import Visit
from benchmarks.contest import Run, in_turns, speed
from benchmarks.figures import Figure
from benchmarks.rows.looking import Poll, again
from benchmarks.rows.pages import coming_show
from benchmarks.statements import statements_of


def polls_of(house: House) -> list[Visit]:
    """Both ways of asking, of the board, the queue and the running order."""
    staff = house.browser(STAFF)
    screens = (
        ("board, public", "/", None),
        ("queue", "/desk", staff),
        ("rundown", f"/shows/{coming_show(house)}/console", staff),
    )
    return [
        Poll(house, path, browser, by_etag=by_etag).visit(name)
        for name, path, browser in screens
        for by_etag in (True, False)
    ]


def measure(arena: Arena) -> Iterator[Figure]:
    """How fast, and by how many statements."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.fifty, engine)
        for visit in polls_of(house):
            hello, run = Run(arena.hello(), again("hello", "/")), Run(house.served, visit)
            in_turns([hello, run], arena.effort.rounds, arena.effort.seconds)
            value, told = speed(run, hello)
            yield Figure("poll", f"{visit.name}, {engine}", value, told)
        for visit in polls_of(house):
            found = statements_of(house, visit)
            about_data = [one for one in found if "login_session" not in one and "user_version" not in one]
            yield Figure(
                "poll-statements", f"{visit.name}, {engine}", len(about_data), f"{len(found)} in all"
            )
