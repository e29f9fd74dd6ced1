"""Looking for a place: what is free on a day, for how long, for how many people, and with what in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day, moment_of
from domain.people import Actor
from domain.policies import SpaceRules
from domain.spaces import Equipment, SpaceKind
from models import Space, SpaceEquipment
from services import figures, opening, reading
from services.board import last_day_ahead
from services.lanes import Lane, lane_of, load
from services.unit_of_work import query

STARTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; `minutes` is the length, `equipment` must all be there."""

    day: date | None
    minutes: int
    people: int
    equipment: frozenset[Equipment]


@dataclass(frozen=True, slots=True)
class Match:
    """A space that would do, its equipment, and the first times at which it is free; none when it is full or closed."""

    space: Space
    equipment: list[Equipment]
    lane: Lane
    starts: list[datetime]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is on the day; `equipment` is all that the house has anywhere."""

    day: date
    first_day: date
    last_day: date
    free: list[Match]
    full: list[Match]
    equipment: list[Equipment]
    announced: bool


@query
def spaces_for(session: Session, viewer: Actor | None, search: Search, now: datetime) -> Found:
    """Every space that fits, in a fixed number of queries; the day is kept between today and the last bookable one."""
    spaces = [space for space in reading.spaces_in_use(session)]
    first = local_day(now)
    last = first + timedelta(days=last_day_ahead(spaces, viewer))
    day = min(max(search.day or first, first), last)
    equipment = _equipment(session)
    fitting = [
        space
        for space in spaces
        if _fits(space, figures.rules_of(session, space), search, set(equipment.get(space.id, [])))
    ]
    matches = [
        Match(lane.space, equipment.get(lane.space.id, []), lane, _starts(lane, search.minutes))
        for lane in _lanes(session, viewer, fitting, day, now)
    ]
    return Found(
        day=day,
        first_day=first,
        last_day=last,
        free=[match for match in matches if match.starts],
        full=[match for match in matches if not match.starts],
        equipment=[one for one in Equipment if any(one in has for has in equipment.values())],
        announced=bool(opening.announced_years(session, {day.year})),
    )


def _equipment(session: Session) -> dict[int, list[Equipment]]:
    rows = session.execute(select(SpaceEquipment.space_id, SpaceEquipment.code))
    found: dict[int, list[Equipment]] = {}
    for space_id, code in rows:
        found.setdefault(space_id, []).append(code)
    return {space_id: [one for one in Equipment if one in has] for space_id, has in found.items()}


def _fits(space: Space, rules: SpaceRules, search: Search, has: set[Equipment]) -> bool:
    """Whether the rules of a space let so many people in for so long; of anonymous seats everybody books the own."""
    room_for = 1 if space.kind is SpaceKind.POOL else space.capacity
    return (
        (room_for is None or search.people <= room_for)
        and rules.min_minutes <= search.minutes <= rules.max_minutes
        and search.equipment <= has
    )


def _lanes(
    session: Session, viewer: Actor | None, spaces: list[Space], day: date, now: datetime
) -> list[Lane]:
    if not spaces:
        return []
    whole = Interval.of_day(day)
    closures = opening.closures(session, [space.id for space in spaces], whole)
    openings = opening.on_days(session, spaces, [day], closures)
    holdings = load(session, spaces, whole, closures)
    return [lane_of(space, whole, openings[space.id][day], holdings, viewer, now) for space in spaces]


def _starts(lane: Lane, minutes: int) -> list[datetime]:
    return [moment_of(tick) for tick in lane.choices.next_starts(STARTS_SHOWN, minutes)]
