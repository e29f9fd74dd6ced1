"""Shows that come again by a rule: look at the dates, then plan all that were ticked or none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import recurrence
from domain.errors import BadInput, RuleViolation, Violation
from domain.interval import Interval, local, local_day
from domain.people import Actor
from domain.spaces import WHOLE_ROOM
from domain.studio.planning import ShowWish, wish_violations
from domain.studio.shows import Rival, StudioTaken
from models import Occupancy, Show, ShowSeries, Space
from services import arbiter, opening, records, settings
from services.series import Occurrence
from services.studio.planning import add_show, checked, require_staff
from services.studio.shows import load_studio
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A show that comes again: the first one, and by which rule."""

    first: ShowWish
    rule: recurrence.Rule

    def wishes(self) -> dict[date, ShowWish]:
        """The show of every date; raises BadInput, RuleViolation."""
        time = recurrence.TimeOfDay.of(self.first.plan.interval)
        days = recurrence.dates(self.rule, local_day(self.first.starts_at), time.start_minute)
        return {day: self.first.at(time.on(day).starts_at) for day in days}


@query
def preview(session: Session, actor: Actor, plan: SeriesPlan, now: datetime) -> list[Occurrence]:
    """Each date of a rule, free or with what is in the way; raises Forbidden, BadInput, RuleViolation."""
    require_staff(actor)
    studio = load_studio(session)
    plan = replace(plan, first=checked(studio, plan.first, now))
    wishes = plan.wishes()
    broken = _broken(session, studio, wishes, now)
    rivals = _in_the_way(session, studio, wishes)
    found = []
    for day, wish in wishes.items():
        interval = wish.plan.interval
        reasons = broken[day] or _taken(rivals, interval, studio.buffer_minutes)
        found.append(Occurrence(day, interval, tuple(reasons)))
    return found


def _broken(
    session: Session, studio: Space, wishes: Mapping[date, ShowWish], now: datetime
) -> dict[date, list[Violation]]:
    windows = [wish.plan.interval for wish in wishes.values()]
    whole = Interval(windows[0].starts_at, windows[-1].ends_at)
    openings = opening.during(session, studio, whole)
    lock_hours = settings.load(session).booth_lock_hours
    return {day: wish_violations(wish, openings, lock_hours, now) for day, wish in wishes.items()}


@dataclass(frozen=True, slots=True)
class _Held:
    """A tick of the whole studio, and the show that holds it; without one it is another use of the room."""

    tick: int
    rival: Rival | None


def _in_the_way(session: Session, studio: Space, wishes: Mapping[date, ShowWish]) -> list[_Held]:
    windows = [wish.plan.interval for wish in wishes.values()]
    rows = session.execute(
        select(Occupancy.tick, Show.id, Show.title, Show.starts_at, Show.ends_at)
        .outerjoin(Show, Show.id == Occupancy.show_id)
        .where(
            Occupancy.space_id == studio.id,
            Occupancy.place == WHOLE_ROOM,
            Occupancy.tick >= windows[0].ticks().start,
            Occupancy.tick < windows[-1].ticks(studio.buffer_minutes).stop,
        )
        .order_by(Occupancy.tick)
    )
    return [
        _Held(
            row.tick,
            None if row.id is None else Rival(row.id, row.title, Interval(row.starts_at, row.ends_at)),
        )
        for row in rows
    ]


def _taken(held: Sequence[_Held], interval: Interval, buffer: int) -> list[Violation]:
    ticks = interval.ticks(buffer)
    met = [one for one in held if one.tick in ticks]
    if not met:
        return []
    rivals = dict.fromkeys(one.rival for one in met if one.rival is not None)
    if not rivals:
        return [Violation("slot_taken")]
    return [Violation("studio_taken", {"title": rival.title, "interval": rival.interval}) for rival in rivals]


@transaction
def plan_all(
    session: Session,
    actor: Actor,
    plan: SeriesPlan,
    *,
    now: datetime,
    days: Collection[date] | None = None,
) -> list[Show]:
    """Plan the named dates of a rule, all when none are named, or none of them.

    Raises Forbidden, BadInput, RuleViolation with the day of each violation, StudioTaken with its `days` and rivals.
    """
    require_staff(actor)
    studio = load_studio(session)
    plan = replace(plan, first=checked(studio, plan.first, now))
    named = _named(plan.wishes(), days)
    arbiter.lock_spaces(session, [studio.id])
    broken = [
        replace(found, params={**found.params, "day": day})
        for day, against in _broken(session, studio, named, now).items()
        for found in against
    ]
    if broken:
        raise RuleViolation(broken)
    series = _new_series(session, actor, plan, now)
    made = _add_each(session, actor, studio, named, series.id, now)
    records.audit(session, actor, "show_series.planned", series, now, rule=series.rule, count=len(made))
    return made


def _named(wishes: dict[date, ShowWish], days: Collection[date] | None) -> dict[date, ShowWish]:
    if days is None:
        return wishes
    if unknown := set(days) - set(wishes):
        raise BadInput("series_day_unknown", field="days", day=min(unknown))
    if not days:
        raise BadInput("series_no_day", field="days")
    return {day: wish for day, wish in wishes.items() if day in days}


def _new_series(session: Session, actor: Actor, plan: SeriesPlan, now: datetime) -> ShowSeries:
    start = local(plan.first.starts_at)
    series = ShowSeries(
        rule=str(plan.rule),
        first_day=start.date(),
        start_minute=start.hour * 60 + start.minute,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(series)
    session.flush()
    return series


def _add_each(
    session: Session,
    actor: Actor,
    studio: Space,
    wishes: Mapping[date, ShowWish],
    series_id: int,
    now: datetime,
) -> list[Show]:
    """Every show of a series, or a refusal that tells of all the dates that are taken."""
    made: list[Show] = []
    taken: dict[date, StudioTaken] = {}
    for day, wish in wishes.items():
        try:
            made.append(add_show(session, actor, studio, wish, now, series_id))
        except StudioTaken as refusal:
            taken[day] = refusal
    if taken:
        blocking = [interval for one in taken.values() for interval in one.blocking]
        refused = StudioTaken(blocking, [rival for one in taken.values() for rival in one.rivals])
        refused.params = {"days": list(taken)}
        raise refused
    return made
