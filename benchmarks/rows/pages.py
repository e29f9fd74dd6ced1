"""The other pages that people open all day, each by who opens it: a week, a month, a booth grid, desks and shops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.arena import MERCHANT, REGULAR, STAFF, Arena, House
from benchmarks.client import Visit, one_by_one
from benchmarks.contest import Run, in_turns, many, speed
from benchmarks.figures import Figure, percentile
from benchmarks.rows.looking import again, first_look
from benchmarks.servers import Served
from benchmarks.visitors import Browser
from blueprints.clock import now
from models import Show
from services.unit_of_work import query

ROOM = "space-7"
CROWD = 16


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the browsers that open it in turns."""

    name: str
    path: str
    browsers: Sequence[Browser]


def pages_of(house: House) -> list[Page]:
    """All of them in a house of the large seed."""
    with house.app.app_context():
        coming, past = _shows()
    people, staff = house.residents(), [house.browser(STAFF)]
    return [
        Page("week of a space", f"/spaces/{ROOM}", people),
        Page("month of a space", f"/spaces/{ROOM}/month", people),
        Page("booth grid", f"/shows/{coming}", [house.browser(MERCHANT)]),
        Page("my bookings", "/bookings", [house.browser(REGULAR)]),
        Page("approval queue", "/desk", staff),
        Page("merchant home", "/sales", [house.browser(MERCHANT)]),
        Page("show report", f"/shows/{past}/sales", staff),
    ]


@query
def _shows(session: Session) -> tuple[int, int]:
    """The next show of the demo, and the last one of the large seed."""
    coming = select(Show.id).where(Show.starts_at > now()).order_by(Show.starts_at).limit(1)
    past = select(Show.id).where(Show.title.like("第 % 场")).order_by(Show.starts_at.desc()).limit(1)
    return session.scalars(coming).one(), session.scalars(past).one()


def coming_show(house: House) -> int:
    """The next show."""
    with house.app.app_context():
        return _shows()[0]


def measure(arena: Arena) -> Iterator[Figure]:
    """Each page against the bare view, and how steady it is in a crowd."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.fifty, engine)
        for page in pages_of(house):
            visits = (
                again(page.name, page.path, page.browsers[0]),
                first_look(house, page.name, page.path, page.browsers),
            )
            for visit in visits:
                hello, run = Run(arena.hello(), again("hello", "/")), Run(house.served, visit)
                in_turns([hello, run], arena.effort.rounds, arena.effort.seconds)
                value, told = speed(run, hello)
                yield Figure("page", f"{visit.name}, {engine}", value, told)
            bare, _told = _steadiness(arena, arena.hello(), again("hello", "/"))
            steady, told = _steadiness(arena, house.served, visits[0])
            yield Figure("page-steady", f"{page.name}, {engine}", steady, f"{told}; hello {bare:.3g}")


def _steadiness(arena: Arena, served: Served, visit: Visit) -> tuple[float, str]:
    """How much longer the slowest of a hundred wait than most do, and the figures behind it; all of them ask again."""
    one_by_one(served.address, visit, 0, least=1)
    sample, told = many(served, visit, CROWD, arena.effort.crowd_seconds)
    return percentile(sample.latencies, 99) / percentile(sample.latencies, 50), told
