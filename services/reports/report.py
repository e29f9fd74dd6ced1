"""The whole report of some days: what staff look at, print and take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import local_day
from domain.months import first_of, next_month
from domain.people import Actor
from domain.reports import Days, Grid, Shares, mean, mean_shares, share, summed
from services.reports import kept, reached, usage, waits, wanted
from services.reports.reached import NOBODY, Reached, ReachedIn
from services.reports.usage import Usage
from services.reports.waits import Wait, Waits
from services.reports.wanted import Demand, Gap
from services.unit_of_work import query

MOST_GAPS = 5
"""How many hours are named at which opening more would help most."""


@dataclass(frozen=True, slots=True)
class SpaceReport:
    """One space: its use, its visitors, the waiting for a yes, and what was wanted of it in vain."""

    usage: Usage
    reached: ReachedIn
    wait: Wait | None
    demand: Demand

    @property
    def is_private(self) -> bool:
        """Whether only sums are told of it: no hours of the week, no people."""
        return self.usage.space.is_private


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over spaces; the shares are means, so that a hall of many seats weighs no more than a room."""

    open_minutes: int
    booked_minutes: int
    used_minutes: int
    bookings: int
    came: int
    no_shows: int
    excused: int
    cancelled: int
    declined: int
    expired: int
    shows: int
    walk_ins: int
    refused: int
    expected: int
    used_share: float | None
    booked_share: float | None

    @property
    def no_show_rate(self) -> float | None:
        """How many of those who were expected did not come; None where nobody was."""
        return share(self.no_shows, self.expected)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        made = self.bookings + self.cancelled + self.declined + self.expired
        return not made + self.shows + self.walk_ins + self.refused


@dataclass(frozen=True, slots=True)
class Report:
    """Some days of the house; `until` is the last of them that has begun, None where all lie ahead."""

    days: Days
    until: date | None
    spaces: list[SpaceReport]
    totals: Totals
    waits: Waits
    reached: Reached
    gaps: list[Gap]
    made_at: datetime

    @property
    def used_on(self) -> Shares:
        """The used share of each hour of the week, the mean of all that is not private.

        With it a private space could be reckoned back from the others.
        """
        return mean_shares(one.usage.shares_on for one in self.spaces if not one.is_private)

    @property
    def wanted_on(self) -> Grid:
        """The wishes in vain by hour of the week, of all that is not private."""
        return summed(one.demand.grid for one in self.spaces if not one.is_private)

    def of(self, code: str) -> SpaceReport:
        """One space by its code; raises Missing."""
        for one in self.spaces:
            if one.usage.space.code == code:
                return one
        raise Missing


@query
def of_days(session: Session, actor: Actor, days: Days, now: datetime) -> Report:
    """How the house was used on some days, as far as they have begun; as many queries whatever happened on them.

    Raises Forbidden.
    """
    if not actor.is_staff:
        raise Forbidden
    begun = days.until(local_day(now))
    spaces = usage.spaces_of(session, begun) if begun else []
    if begun is None or not spaces:
        nothing = Waits(None, {}, {}, None)
        return Report(days, None, [], _totals([]), nothing, Reached(), [], now)
    figures = kept.of_spaces(session, spaces, days, now)
    people, people_in = reached.of_figures(session, figures, begun.window.starts_at)
    waited = waits.of_figures(session, figures, days.window, now)
    demands = [wanted.of_figures(one) for one in figures]
    found = [
        SpaceReport(
            usage.of_figures(one),
            people_in.get(one.space.id, NOBODY),
            waited.by_space.get(one.space.id),
            demand,
        )
        for one, demand in zip(figures, demands, strict=True)
    ]
    return Report(
        days=days,
        until=begun.last,
        spaces=found,
        totals=_totals(found),
        waits=waited,
        reached=people,
        gaps=wanted.gaps(demands, MOST_GAPS),
        made_at=now,
    )


def month_days(first: date) -> Days:
    """The days of a month."""
    return Days(first, next_month(first) - timedelta(days=1))


def year_days(year: int) -> Days:
    """The days of a year."""
    return Days(date(year, 1, 1), date(year, 12, 31))


def last_whole_month(now: datetime) -> date:
    """The first day of the month before this one: what a month's page is mostly wanted of."""
    return first_of(first_of(local_day(now)) - timedelta(days=1))


def _totals(found: Sequence[SpaceReport]) -> Totals:
    def over(name: str) -> int:
        return sum(getattr(one.usage, name) for one in found)

    checked = [one.usage for one in found if one.usage.space.needs_check_in]
    return Totals(
        open_minutes=over("open_minutes"),
        booked_minutes=over("booked_minutes"),
        used_minutes=over("used_minutes"),
        bookings=over("bookings"),
        came=over("came"),
        no_shows=over("no_shows"),
        excused=over("excused"),
        cancelled=over("cancelled"),
        declined=over("declined"),
        expired=over("expired"),
        shows=over("shows"),
        walk_ins=over("walk_ins"),
        refused=sum(one.demand.count for one in found),
        expected=sum(one.came + one.no_shows for one in checked),
        used_share=mean(one.usage.used_share for one in found),
        booked_share=mean(one.usage.booked_share for one in found),
    )
