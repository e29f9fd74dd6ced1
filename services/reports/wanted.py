"""What people asked for in vain: refused wishes and places in the waiting line, each person and time once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from domain.interval import Interval
from domain.reports import HOURS, OPENING_HELPS, TICKS_OF_HOUR, WHY, Grid, Why, grid
from models import RefusedDemand, Space, WaitlistEntry
from services.reports.usage import first_tick


@dataclass(frozen=True, slots=True)
class Gap:
    """An hour of a weekday at which a space was wanted in vain, how often, and mostly why."""

    space: Space
    weekday: int
    hour: int
    count: int
    why: Why


@dataclass(slots=True)
class Demand:
    """The wishes of one space: by reason, and by the hour of the week in which the time wished for begins."""

    space: Space
    by_reason: dict[Why, int] = field(default_factory=dict)
    on: dict[tuple[int, int], dict[Why, int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many wishes."""
        return sum(self.by_reason.values())

    @property
    def grid(self) -> Grid:
        """How many by weekday and hour."""
        made = grid()
        for (weekday, hour), reasons in self.on.items():
            made[weekday][hour] = sum(reasons.values())
        return made


def of_spaces(session: Session, spaces: Sequence[Space], window: Interval) -> list[Demand]:
    """What was wanted in vain of each space, in one query."""
    found = {space.id: Demand(space) for space in spaces}
    for space_id, tick, order, count in session.execute(_wishes(session, list(found), window)):
        why, cell = list(Why)[order], divmod(int(tick), HOURS)
        one = found[space_id]
        one.by_reason[why] = one.by_reason.get(why, 0) + count
        at = one.on.setdefault(cell, {})
        at[why] = at.get(why, 0) + count
    return list(found.values())


def _reason(code: Any) -> ColumnElement[int]:
    """Where the reason of a code stands in their order."""
    return case({code: list(Why).index(why) for code, why in WHY.items()}, value=code)


def _wishes(session: Session, space_ids: Sequence[int], window: Interval) -> Select[int, int, int, int]:
    """Rows of space, hour of the week, reason, count; who was refused and then stood in line wanted it once."""
    refused = select(
        RefusedDemand.person_id,
        RefusedDemand.space_id,
        RefusedDemand.starts_at,
        RefusedDemand.ends_at,
        _reason(RefusedDemand.code).label("reason"),
    ).where(
        RefusedDemand.space_id.in_(space_ids),
        RefusedDemand.starts_at >= window.starts_at,
        RefusedDemand.starts_at < window.ends_at,
        RefusedDemand.code.in_(list(WHY)),
    )
    waiting = select(
        WaitlistEntry.person_id,
        WaitlistEntry.space_id,
        WaitlistEntry.starts_at,
        WaitlistEntry.ends_at,
        literal(list(Why).index(Why.FULL), Integer).label("reason"),
    ).where(
        WaitlistEntry.space_id.in_(space_ids),
        WaitlistEntry.show_id.is_(None),
        WaitlistEntry.starts_at >= window.starts_at,
        WaitlistEntry.starts_at < window.ends_at,
    )
    every = union_all(refused, waiting).subquery()
    once = (
        select(every.c.space_id, every.c.starts_at, func.min(every.c.reason).label("reason"))
        .group_by(every.c.person_id, every.c.space_id, every.c.starts_at, every.c.ends_at)
        .subquery()
    )
    hour = first_tick(session, once.c.starts_at) // TICKS_OF_HOUR
    return select(once.c.space_id, hour, once.c.reason, func.count()).group_by(
        once.c.space_id, hour, once.c.reason
    )


def gaps(demands: Sequence[Demand], most: int) -> list[Gap]:
    """Where more open time would help most: the hours at which most people were turned away for want of it.

    Private spaces are left out, and so is what was wanted only once.
    """
    made = [
        Gap(one.space, weekday, hour, sum(helped.values()), max(helped, key=lambda why: helped[why]))
        for one in demands
        if not one.space.is_private
        for (weekday, hour), reasons in one.on.items()
        if (helped := {why: count for why, count in reasons.items() if why in OPENING_HELPS})
    ]
    often = [gap for gap in made if gap.count > 1]
    return sorted(often, key=lambda gap: (-gap.count, gap.space.position, gap.weekday, gap.hour))[:most]
