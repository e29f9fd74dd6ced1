"""Whom the house reached: residents who really came, counted and never named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from domain.people import HOUSEHOLD_ROLES
from domain.reports import CAME
from domain.tallies import bits, total
from models import Booking, Person
from services.reports.kept import Figures


@dataclass(frozen=True, slots=True)
class Reached:
    """Distinct residents, households and buildings; how many are verified, came for the first time; visits of theirs.

    `proxied` are the visits that somebody else had typed in for them.
    """

    people: int = 0
    households: int = 0
    buildings: int = 0
    verified: int = 0
    first_timers: int = 0
    visits: int = 0
    proxied: int = 0


@dataclass(frozen=True, slots=True)
class ReachedIn:
    """The distinct residents and households of one space."""

    people: int
    households: int


NOBODY = ReachedIn(0, 0)


def of_figures(
    session: Session, found: Sequence[Figures], begins_at: datetime
) -> tuple[Reached, dict[int, ReachedIn]]:
    """Whom all of them reached, and each; private spaces reach nobody that is counted. One query."""
    counted = [figures for figures in found if not figures.space.is_private]
    came = {figures.space.id: _came(figures) for figures in counted}
    whoever = _union(came.values())
    register = _Register(session, begins_at)
    known = whoever & register.residents
    parts = [part for figures in counted for part in figures.parts]
    reached = Reached(
        people=known.bit_count(),
        households=_touched(register.homes, known),
        buildings=_touched(register.buildings, known),
        verified=(known & register.verified).bit_count(),
        first_timers=(known & ~register.before).bit_count(),
        visits=sum(total(part.visits, known) for part in parts),
        proxied=sum(total(part.proxied, known) for part in parts),
    )
    return reached, {
        space_id: ReachedIn((bits_of & known).bit_count(), _touched(register.homes, bits_of & known))
        for space_id, bits_of in came.items()
    }


def _came(figures: Figures) -> int:
    return _union(part.came for part in figures.parts)


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for one in sets:
        whole |= one
    return whole


def _touched(groups: Iterable[int], people: int) -> int:
    """How many of some sets of people hold one of these."""
    return sum(1 for group in groups if group & people)


class _Register:
    """The residents as sets of bits: all, the verified ones, who came before a day, and each home and building."""

    def __init__(self, session: Session, begins_at: datetime) -> None:
        before = exists().where(
            Booking.booker_id == Person.id, Booking.starts_at < begins_at, Booking.status.in_(CAME)
        )
        rows = session.execute(
            select(
                Person.id,
                Person.building,
                Person.unit,
                Person.room,
                Person.verified_at.is_not(None),
                before,
            ).where(Person.role.in_(HOUSEHOLD_ROLES))
        ).all()
        self.residents = bits(row[0] for row in rows)
        self.verified = bits(row[0] for row in rows if row[4])
        self.before = bits(row[0] for row in rows if row[5])
        homes: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        buildings: defaultdict[int, list[int]] = defaultdict(list)
        for person_id, building, unit, room, *_ in rows:
            if building is not None:
                buildings[building].append(person_id)
                if unit is not None and room is not None:
                    homes[building, unit, room].append(person_id)
        self.homes = [bits(members) for members in homes.values()]
        self.buildings = [bits(members) for members in buildings.values()]
