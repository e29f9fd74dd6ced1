"""Who owns which places of a space: what the arbiter and everybody else may read; only that one writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from domain.errors import SlotTaken
from domain.interval import merge_ticks
from domain.spaces import WHOLE_ROOM, SpaceKind
from models import Occupancy, Space
from models.rows import core


def owned_between(session: Session, space_id: int, ticks: Sequence[int]) -> list[tuple[int, int]]:
    """Tick and place of all that is owned from the first of some ticks to the last."""
    rows = session.execute(
        select(Occupancy.tick, Occupancy.place).where(
            Occupancy.space_id == space_id, Occupancy.tick.between(min(ticks), max(ticks))
        )
    )
    return [(row.tick, row.place) for row in rows]


def taken_of(session: Session, space: Space, ticks: range) -> Counter[int]:
    """How many places of each tick are owned of those that a booking of the space itself could have.

    Of a studio that is the whole: booths lie within a show, which holds it.
    """
    asked = {"space": space.id, "first": ticks.start, "end": ticks.stop}
    rows = core(session).execute(_owned(space.kind is SpaceKind.STUDIO), asked)
    return Counter({tick: count for tick, count in rows})


@cache
def _owned(only_whole: bool) -> Select[int, int]:
    owned = select(Occupancy.tick, func.count()).where(
        Occupancy.space_id == bindparam("space"),
        Occupancy.tick >= bindparam("first"),
        Occupancy.tick < bindparam("end"),
    )
    if only_whole:
        owned = owned.where(Occupancy.place == WHOLE_ROOM)
    return owned.group_by(Occupancy.tick)


def taken_of_each(session: Session, rooms: Sequence[Space], ticks: range) -> dict[int, set[int]]:
    """The ticks of each of these rooms, which have one place, that are owned; in one query."""
    rows = session.execute(
        select(Occupancy.space_id, Occupancy.tick).where(
            Occupancy.space_id.in_([room.id for room in rooms]),
            Occupancy.tick >= ticks.start,
            Occupancy.tick < ticks.stop,
        )
    )
    taken: dict[int, set[int]] = {room.id: set() for room in rooms}
    for row in rows:
        taken[row.space_id].add(row.tick)
    return taken


def taken_at(session: Session, space_ids: Sequence[int], tick: int) -> Counter[int]:
    """How many places of each pool are owned in one quarter-hour, in one query."""
    owned = select(Occupancy.space_id, func.count()).where(
        Occupancy.space_id.in_(space_ids), Occupancy.tick == tick
    )
    return Counter(
        {space_id: count for space_id, count in session.execute(owned.group_by(Occupancy.space_id))}
    )


def free_seats(session: Session, space: Space, ticks: Sequence[int]) -> list[int]:
    """A free place for each of these ticks of a pool, the lowest first; a full tick raises SlotTaken.

    A tick that stands there twice gets two places.
    """
    owned: dict[int, set[int]] = {}
    for tick, place in owned_between(session, space.id, ticks):
        owned.setdefault(tick, set()).add(place)
    seats: list[int] = []
    full: set[int] = set()
    for tick in ticks:
        others = owned.setdefault(tick, set())
        free = next((p for p in range(1, space.places + 1) if p not in others), None)
        if free is None:
            full.add(tick)
        else:
            others.add(free)
            seats.append(free)
    if full:
        raise SlotTaken(merge_ticks(full))
    return seats


def is_taken(session: Session, space_id: int, ticks: range, place: int) -> bool:
    """Whether somebody owns one numbered place in any of these ticks."""
    owned = select(Occupancy.tick).where(
        Occupancy.space_id == space_id,
        Occupancy.tick >= ticks.start,
        Occupancy.tick < ticks.stop,
        Occupancy.place == place,
    )
    return session.scalar(owned.limit(1)) is not None
