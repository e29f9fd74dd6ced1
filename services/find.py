"""Looking for a place: what is free on a day, for how long, for how many people, and with what in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import TICK_SECONDS, Interval, local_day
from domain.people import Actor
from domain.policies import Closed, SpaceRules
from domain.spaces import DayKind, Equipment, SpaceKind
from models import SpaceEquipment
from services import figures, opening, space_lines
from services.board import last_day_ahead
from services.holdings import load
from services.lanes import choices_of
from services.space_lines import AnySpace, Pages, SpaceLine, pages_in
from services.unit_of_work import query

STARTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; `minutes` is the length, `equipment` must all be there."""

    day: date | None
    minutes: int
    people: int
    equipment: frozenset[Equipment]

    @property
    def ticks(self) -> int:
        """The length in quarter-hours."""
        return self.minutes * 60 // TICK_SECONDS


@dataclass(frozen=True, slots=True)
class Match:
    """A space that would do, its equipment, and the first times at which it is free; none when it is full or closed."""

    space: AnySpace
    equipment: list[Equipment]
    openings: list[Interval]
    closures: Sequence[Closed]
    starts: list[int]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is on the day, a page of it; `equipment` is all that the house has anywhere."""

    day: date
    first_day: date
    last_day: date
    free: list[Match]
    full: list[Match]
    free_in_all: int
    pages: Pages
    equipment: list[Equipment]
    announced: bool


_EQUIPMENT = select(SpaceEquipment.__table__.c.space_id, SpaceEquipment.__table__.c.code)


@query
def spaces_for(
    session: Session, viewer: Actor | None, search: Search, now: datetime, page: int | None = 1
) -> Found:
    """Every space that fits, in a fixed number of queries; the day is kept between today and the last bookable one.

    Those with free times come first, the full ones after them; without a page all of them are there.
    """
    spaces = space_lines.in_use(session)
    first = local_day(now)
    last = first + timedelta(days=last_day_ahead(spaces, viewer))
    day = min(max(search.day or first, first), last)
    equipment = _equipment(session)
    rules = figures.rules_by_space(session, spaces)
    fitting = [
        space for space in spaces if _fits(space, rules[space.id], search, set(equipment.get(space.id, [])))
    ]
    known = opening.known_days(session, day, day)
    matches = _matches(session, viewer, fitting, equipment, search.minutes, day, known.kinds, now)
    matches.sort(key=lambda match: not match.starts)
    pages = pages_in(len(matches), page or 1)
    shown = matches if page is None else pages.of(matches)
    return Found(
        day=day,
        first_day=first,
        last_day=last,
        free=[match for match in shown if match.starts],
        full=[match for match in shown if not match.starts],
        free_in_all=sum(bool(match.starts) for match in matches),
        pages=pages,
        equipment=[one for one in Equipment if any(one in has for has in equipment.values())],
        announced=day.year in known.years,
    )


def _equipment(session: Session) -> dict[int, list[Equipment]]:
    rows = session.execute(_EQUIPMENT)
    found: dict[int, list[Equipment]] = {}
    for space_id, code in rows:
        found.setdefault(space_id, []).append(code)
    return {space_id: [one for one in Equipment if one in has] for space_id, has in found.items()}


def _fits(space: AnySpace, rules: SpaceRules, search: Search, has: set[Equipment]) -> bool:
    """Whether the rules of a space let so many people in for so long; of anonymous seats everybody books the own."""
    room_for = 1 if space.kind is SpaceKind.POOL else space.capacity
    return (
        (room_for is None or search.people <= room_for)
        and rules.min_minutes <= search.minutes <= rules.max_minutes
        and search.equipment <= has
    )


def _matches(
    session: Session,
    viewer: Actor | None,
    spaces: list[SpaceLine],
    equipment: Mapping[int, list[Equipment]],
    minutes: int,
    day: date,
    calendar: Mapping[date, DayKind],
    now: datetime,
) -> list[Match]:
    if not spaces:
        return []
    whole = Interval.of_day(day)
    closures = opening.closures(session, [space.id for space in spaces], whole)
    openings = opening.on_days(session, spaces, [day], closures, calendar)
    holdings = load(session, spaces, whole, closures)
    found = []
    for space in spaces:
        open_then = openings[space.id][day]
        choices = choices_of(space, whole, open_then, holdings, viewer, now)
        starts = choices.next_starts(STARTS_SHOWN, minutes)
        found.append(Match(space, equipment.get(space.id, []), open_then, closures.get(space.id, ()), starts))
    return found
