"""Who owns which places of a space: what the arbiter and everybody else may read; only that one writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import Session

from domain.errors import SlotTaken
from domain.interval import TICK_SECONDS, Interval, merge_ticks
from domain.spaces import WHOLE_ROOM, SpaceKind, own_place
from models import Occupancy, Space
from models.prepared import Prepared
from models.rows import core
from services.space_lines import AnySpace

TICK_MINUTES = TICK_SECONDS // 60
_OWNED = Prepared(
    select(Occupancy.tick, Occupancy.place).where(
        Occupancy.space_id == bindparam("space"),
        Occupancy.tick.between(bindparam("first"), bindparam("last")),
    )
)
_COUNTED = (
    select(Occupancy.tick, func.count())
    .where(
        Occupancy.space_id == bindparam("space"),
        Occupancy.tick >= bindparam("first"),
        Occupancy.tick < bindparam("end"),
    )
    .group_by(Occupancy.tick)
)
_ANY_PLACE, _WHOLE_ROOM = Prepared(_COUNTED), Prepared(_COUNTED.where(Occupancy.place == WHOLE_ROOM))


def own_place_is_held(first: Any, end: Any) -> ColumnElement[bool]:
    """Whether somebody has the space of the query from a tick until before another, its clean-up time after it too.

    A pool has no place of its own: of it that is never so.
    """
    space = Space.__table__.c
    place = case({kind: own_place(kind) for kind in (SpaceKind.ROOM, SpaceKind.STUDIO)}, value=space.kind)
    return (
        select(Occupancy.tick)
        .where(
            Occupancy.space_id == space.id,
            Occupancy.tick >= first,
            Occupancy.tick < end + space.buffer_minutes // TICK_MINUTES,
            Occupancy.place == place,
        )
        .exists()
    )


def owned_between(session: Session, space_id: int, ticks: Sequence[int]) -> list[tuple[int, int]]:
    """Tick and place of all that is owned from the first of some ticks to the last."""
    asked = {"space": space_id, "first": min(ticks), "last": max(ticks)}
    return [(tick, place) for tick, place in _OWNED.rows(core(session), asked)]


def in_the_way(session: Session, space: AnySpace, wanted: Interval) -> list[Interval]:
    """What is held of the one place of a space within a time and the clean-up time after it; of a pool nothing."""
    owned = owned_between(session, space.id, wanted.ticks(space.buffer_minutes))
    place = own_place(space.kind)
    return merge_ticks({tick for tick, owner in owned if owner == place})


def taken_of(session: Session, space: AnySpace, ticks: range) -> Counter[int]:
    """How many places of each tick are owned of those that a booking of the space itself could have.

    Of a studio that is the whole: booths lie within a show, which holds it.
    """
    counted = _WHOLE_ROOM if space.kind is SpaceKind.STUDIO else _ANY_PLACE
    rows = counted.rows(core(session), {"space": space.id, "first": ticks.start, "end": ticks.stop})
    return Counter({tick: count for tick, count in rows})


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
