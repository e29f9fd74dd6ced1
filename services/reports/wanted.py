"""What people asked for in vain: refused wishes and places in the waiting line, each person and time once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.reports import HOURS, OPENING_HELPS, Grid, Why, grid
from models import Space
from services.reports.kept import Figures

REASONS = tuple(Why)


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


def of_figures(figures: Figures) -> Demand:
    """What was wanted in vain of one space."""
    found = Demand(figures.space)
    for part in figures.parts:
        for (cell, order), count in part.wishes.items():
            why = REASONS[order]
            found.by_reason[why] = found.by_reason.get(why, 0) + count
            at = found.on.setdefault(divmod(cell, HOURS), {})
            at[why] = at.get(why, 0) + count
    return found


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
