"""Series: the dates of a rule looked at, booked together, and those that were skipped tried again.

Changing a series is in services/series_changes.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain import recurrence
from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, RuleViolation, SlotTaken, Violation
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.policies import Override
from models import Booking, Person, Series, SeriesSkip, Space
from models.rows import recognised
from services import arbiter, asking, making, reading, records, seats
from services.reports import demand
from services.series_dates import Times, grant_all, naming_days
from services.series_reading import series_for, time_of
from services.space_lines import AnySpace
from services.unit_of_work import query, transaction

NOT_CHOSEN = "not_chosen"
"""Why a free date is not booked: nobody asked for it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to come again: where, the first time, by which rule, and for whom."""

    space_code: str
    first: Interval
    rule: recurrence.Rule
    wish: making.Wish
    on_behalf_of: int | None = None

    def times(self) -> dict[date, Interval]:
        """Every date of the rule with its time; raises BadInput, RuleViolation."""
        time = recurrence.TimeOfDay.of(self.first)
        days = recurrence.dates(self.rule, local_day(self.first.starts_at), time.start_minute)
        return {day: time.on(day) for day in days}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date that is asked for, and everything that is in its way."""

    day: date
    interval: Interval
    reasons: tuple[Violation, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether it can be booked as it is."""
        return not self.reasons


@query
def preview(session: Session, actor: Actor, plan: Plan, now: datetime) -> list[Occurrence]:
    """Each date of a rule, free or with what is in the way; the free ones before it count for the quotas.

    Raises Missing, BadInput, RuleViolation.
    """
    space = reading.space_by_code(session, plan.space_code)
    booker = making.booker_for(session, actor, plan.on_behalf_of)
    times = plan.times()
    known = _known(session, actor, booker, space, times, now)
    return _look(session, known, times, plan.wish.party_size)


def _known(
    session: Session, actor: Actor, booker: making.Booker | Person, space: Space, times: Times, now: datetime
) -> asking.Wishes:
    """The rulebook, loaded once for the whole span."""
    wanted = list(times.values())
    span = Interval(wanted[0].starts_at, wanted[-1].ends_at)
    return asking.wishes(session, asking.Asker.of(actor, booker), space, span, now)


def _look(session: Session, known: asking.Wishes, times: Times, party_size: int) -> list[Occurrence]:
    known = replace(known, own_times=list(known.own_times))
    space = known.space
    full = _full_ticks(session, space, sorted(times.values()))
    found = []
    for day, interval in times.items():
        reasons = known.violations(interval, party_size)
        if not reasons and not full.isdisjoint(interval.ticks(space.buffer_minutes)):
            reasons = [Violation("slot_taken")]
        if not reasons:
            known.grant(interval)
        found.append(Occurrence(day, interval, tuple(reasons)))
    return found


def _full_ticks(session: Session, space: AnySpace, times: Sequence[Interval]) -> set[int]:
    """The ticks without a free place over the whole span, in one query."""
    span = range(times[0].ticks().start, times[-1].ticks(space.buffer_minutes).stop)
    taken = seats.taken_of(session, space, span)
    return {tick for tick, count in taken.items() if count >= space.own_places}


@transaction
def book(
    session: Session,
    actor: Actor,
    plan: Plan,
    *,
    now: datetime,
    days: Collection[date] | None = None,
    only_free: bool = False,
    override: Override | None = None,
) -> Series:
    """Book the named dates of a rule, all when none are named, or none of them; the other dates are kept as skipped.

    With `only_free` those that are not free are left out of the named ones. Raises Missing, BadInput, Forbidden, and
    RuleViolation and SlotTaken that tell of each day.
    """
    plan = replace(plan, wish=replace(plan.wish, purpose=making.clean_text(plan.wish.purpose)))
    times = plan.times()
    space = recognised(session, arbiter.lock_space(session, plan.space_code))
    booker = making.locked_booker(session, actor, plan.on_behalf_of)
    known = _known(session, actor, booker, space, times, now)
    named = _named(times, days)
    looked_at: list[Occurrence] = []
    if only_free or len(named) < len(times):
        # Those that are wanted first: they are what the quotas are for.
        looked_at = _look(session, known, {**named, **times}, plan.wish.party_size)
    with demand.noted(booker.id, space.id, named, now):
        if only_free:
            named = _free_among(looked_at, named)
        set_aside = grant_all(actor, known, named, plan.wish.party_size, override)
        series = _new_series(session, actor, booker, space, plan, now)
        session.add_all(_skips(series, looked_at, named))
        made = _bookings(actor, series, named, override, set_aside, now)
        with naming_days(space, named):
            making.make_each(session, space, made)
    _write_down(session, actor, series, made, set_aside, now)
    return series


def _named(times: dict[date, Interval], days: Collection[date] | None) -> dict[date, Interval]:
    if days is None:
        return times
    unknown = set(days) - set(times)
    if unknown:
        raise BadInput("series_day_unknown", field="days", day=min(unknown))
    if not days:
        raise BadInput("series_no_day", field="days")
    return {day: interval for day, interval in times.items() if day in days}


def _free_among(looked_at: Sequence[Occurrence], named: dict[date, Interval]) -> dict[date, Interval]:
    """The named dates that are free; where none is, what is in the way of the first is the refusal."""
    free = {one.day: one.interval for one in looked_at if one.is_free and one.day in named}
    if free:
        return free
    first = next(one for one in looked_at if one.day in named)
    if first.reasons[0].code == "slot_taken":
        raise SlotTaken([first.interval])
    raise RuleViolation([replace(one, params={**one.params, "day": first.day}) for one in first.reasons])


def _skips(series: Series, looked_at: Sequence[Occurrence], named: Times) -> list[SeriesSkip]:
    return [
        SeriesSkip(series_id=series.id, day=one.day, code=one.reasons[0].code if one.reasons else NOT_CHOSEN)
        for one in looked_at
        if one.day not in named
    ]


def _new_series(
    session: Session, actor: Actor, booker: making.Booker, space: Space, plan: Plan, now: datetime
) -> Series:
    time = recurrence.TimeOfDay.of(plan.first)
    series = Series(
        space_id=space.id,
        booker_id=booker.id,
        created_by_id=actor.id,
        rule=str(plan.rule),
        first_day=local_day(plan.first.starts_at),
        start_minute=time.start_minute,
        minutes=time.minutes,
        purpose=plan.wish.purpose,
        party_size=plan.wish.party_size,
        version=1,
        created_at=now,
    )
    series.space = space
    session.add(series)
    session.flush()
    return series


def _bookings(
    actor: Actor,
    series: Series,
    times: Times,
    override: Override | None,
    set_aside: dict[date, frozenset[str]],
    now: datetime,
) -> list[Booking]:
    status = making.first_status(series.space, actor)
    wish = making.Wish(series.purpose, series.party_size)
    return [
        making.new_booking(
            series.space,
            series.booker_id,
            interval,
            wish,
            status=status,
            created_by_id=actor.id,
            now=now,
            override_reason=making.why_set_aside(override, set_aside[day]),
            series_id=series.id,
            occurrence_day=day,
        )
        for day, interval in times.items()
    ]


def _write_down(
    session: Session,
    actor: Actor,
    series: Series,
    made: Sequence[Booking],
    set_aside: dict[date, frozenset[str]],
    now: datetime,
) -> None:
    """One event for the series, one for each booking, and one message however many they are."""
    overridden = sorted(frozenset[str]().union(*set_aside.values()))
    reason = max(one.override_reason for one in made)
    detail = {"overridden": overridden, "reason": reason} if overridden else {}
    records.audit(session, actor, "series.booked", series, now, rule=series.rule, count=len(made), **detail)
    status = made[0].status
    records.audit_each(session, actor, "booking.requested", made, now, status=status.value)
    told = {"series_id": series.id, "count": len(made), **reading.told(made[0])}
    if status is BookingStatus.PENDING:
        records.tell_staff(session, "series_requested", now, **told)
    elif series.booker_id != actor.id:
        records.tell(session, series.booker_id, "series_made_for_you", now, **told)


@transaction
def retry_skipped(
    session: Session,
    actor: Actor,
    series_id: int,
    day: date,
    *,
    now: datetime,
    override: Override | None = None,
) -> Booking:
    """Book a skipped date after all, at the time that the series has now.

    Raises Missing, Forbidden, BadInput, RuleViolation, SlotTaken; then the date stays skipped.
    """
    series = series_for(session, actor, series_id)
    arbiter.lock_spaces(session, [series.space_id])
    making.lock_booker(session, series.booker_id)
    session.refresh(series, ["start_minute", "minutes", "purpose", "party_size"])
    skip = session.get(SeriesSkip, (series.id, day), populate_existing=True)
    if skip is None or series.space.archived_at is not None:
        raise Missing
    times = {day: time_of(series).on(day)}
    known = _known(session, actor, series.booker, series.space, times, now)
    with demand.noted(series.booker_id, series.space_id, times, now):
        set_aside = grant_all(actor, known, times, series.party_size, override)
        session.delete(skip)
        (made,) = _bookings(actor, series, times, override, set_aside, now)
        with naming_days(series.space, times):
            making.make_each(session, series.space, [made])
    detail = {"overridden": sorted(set_aside[day]), "reason": made.override_reason} if set_aside[day] else {}
    records.audit(session, actor, "booking.requested", made, now, status=made.status.value, **detail)
    if made.status is BookingStatus.PENDING:
        records.tell_staff(session, "request_received", now, **reading.told(made))
    elif series.booker_id != actor.id:
        records.tell(session, series.booker_id, "booking_made_for_you", now, **reading.told(made))
    return made
