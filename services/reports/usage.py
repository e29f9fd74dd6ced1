"""How much of the open time was booked and really used, by space and hour of the week."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from domain.reports import Days, Grid, Shares, grid, share, shares
from domain.tallies import COUNTS, grid_of
from models import Space
from services.reports.kept import Figures


@dataclass(slots=True)
class Usage:
    """One space over some days; minutes are those of its places, `used_on` and `open_on` those of the week.

    A booking counts on the day on which it begins. Walk-ins are in the minutes and never in the bookings; shows are in
    the minutes and counted by themselves.
    """

    space: Space
    open_minutes: int = 0
    booked_minutes: int = 0
    used_minutes: int = 0
    bookings: int = 0
    came: int = 0
    no_shows: int = 0
    excused: int = 0
    cancelled: int = 0
    declined: int = 0
    expired: int = 0
    shows: int = 0
    walk_ins: int = 0
    open_on: Grid = field(default_factory=grid)
    used_on: Grid = field(default_factory=grid)

    @property
    def used_share(self) -> float | None:
        """The really used part of the open time; None where it was never open."""
        return share(self.used_minutes, self.open_minutes)

    @property
    def booked_share(self) -> float | None:
        """The booked part of the open time."""
        return share(self.booked_minutes, self.open_minutes)

    @property
    def shares_on(self) -> Shares:
        """The used share of each open hour of the week."""
        return shares(self.used_on, self.open_on)

    @property
    def no_show_rate(self) -> float | None:
        """How many of those who were expected did not come; None where nobody was, or nobody has to check in."""
        return share(self.no_shows, self.no_shows + self.came) if self.space.needs_check_in else None


def spaces_of(session: Session, days: Days) -> list[Space]:
    """Every space that was in use on one of the days, with its hours, in the house's order."""
    return list(
        session.scalars(
            select(Space)
            .options(selectinload(Space.hours))
            .where(or_(Space.archived_at.is_(None), Space.archived_at > days.window.starts_at))
            .order_by(Space.position, Space.id)
        )
    )


def of_figures(figures: Figures) -> Usage:
    """How one space was used, from its figures."""
    used = sum(part.used for part in figures.parts)
    opened, used_on = grid_of(figures.opened), grid_of(used)
    counted = {name: sum(part.counts[name] for part in figures.parts) for name in COUNTS}
    return Usage(
        figures.space,
        open_minutes=sum(map(sum, opened)),
        used_minutes=sum(map(sum, used_on)),
        open_on=opened,
        used_on=used_on,
        **counted,
    )
