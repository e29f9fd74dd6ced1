"""The calendar table: public holidays and make-up workdays (调休), year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.interval import Interval, local_day
from domain.people import Actor
from domain.spaces import DayKind, kind_of_day
from models import CalendarDay, Space
from services import arbiter, reading, records
from services.house import looking
from services.house.looking import Touched
from services.unit_of_work import query, transaction

LONGEST_STRETCH = 60
"""Days at a time: no holiday is longer, a slip of the finger is."""
LONGEST_NAME = 40
FIRST_YEAR, LAST_YEAR = 2020, 2100


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year that differ from their weekday; without any it is not announced."""

    year: int
    days: list[CalendarDay]

    @property
    def announced(self) -> bool:
        """Whether the holidays of this year are known."""
        return bool(self.days)


@query
def year(session: Session, wanted: int) -> Year:
    """One year of the calendar table."""
    wanted = min(max(wanted, FIRST_YEAR), LAST_YEAR)
    rows = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day >= date(wanted, 1, 1), CalendarDay.day <= date(wanted, 12, 31))
        .order_by(CalendarDay.day)
    )
    return Year(wanted, list(rows))


@query
def day(session: Session, wanted: date) -> CalendarDay | None:
    """What the calendar table says of a date, None where it says nothing."""
    return session.get(CalendarDay, wanted)


@query
def touched_by(
    session: Session, actor: Actor, days: Sequence[date], kind: DayKind | None, now: datetime
) -> list[Touched]:
    """The coming bookings that lie outside of their hours once these days are of a kind; raises Forbidden."""
    looking.require_admin(actor)
    return _touched(session, days, kind, now)


def _touched(session: Session, days: Sequence[date], kind: DayKind | None, now: datetime) -> list[Touched]:
    if days[-1] < local_day(now):
        return []
    spaces = {space.id: space for space in reading.spaces_in_use(session)}
    window = Interval(Interval.of_day(days[0]).starts_at, Interval.of_day(days[-1]).ends_at)
    of_space: dict[int, list[Touched]] = {}
    live = [
        b
        for b in looking.live_from(session, list(spaces), window, now)
        if b.ends_at > now and b.booth_slot is None
    ]
    changes: dict[date, DayKind | None] = dict.fromkeys(days, kind)
    for space_id, space in spaces.items():
        here = [booking for booking in live if booking.space_id == space_id]
        before = {one.booking.id for one in looking.outside_of(session, space.opening_rules(), here)}
        after = looking.outside_of(session, space.opening_rules(), here, changes)
        of_space[space_id] = [one for one in after if one.booking.id not in before]
    return [one for found in of_space.values() for one in found]


def stretch(first: date, last: date | None) -> list[date]:
    """Every day from one to another; raises BadInput for a stretch that can't be meant."""
    last = last or first
    if last < first:
        raise BadInput("calendar_order", field="last")
    if (last - first).days >= LONGEST_STRETCH:
        raise BadInput("calendar_long", field="last", days=LONGEST_STRETCH)
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise BadInput("calendar_out_of_range", field="first", first=FIRST_YEAR, last=LAST_YEAR)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@transaction
def set_days(
    session: Session,
    actor: Actor,
    days: Sequence[date],
    kind: DayKind,
    name: str,
    *,
    now: datetime,
    confirmed: Sequence[int] | None = None,
) -> list[CalendarDay]:
    """Say what kind of day these are; raises Forbidden, BadInput, and InTheWay with every booking not seen."""
    looking.require_admin(actor)
    name = " ".join(name.split())
    if not name:
        raise BadInput("calendar_name_missing", field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput("calendar_name_long", field="name", maximum=LONGEST_NAME)
    if kind is DayKind.WEEKDAY and all(kind_of_day(one, {}) is DayKind.WEEKDAY for one in days):
        raise BadInput("calendar_no_change", field="kind")
    _lock_all(session)
    looking.refuse_unless_seen(_touched(session, days, kind, now), confirmed)
    known = {one.day: one for one in session.scalars(select(CalendarDay).where(CalendarDay.day.in_(days)))}
    changed = []
    for one in days:
        if kind is DayKind.WEEKDAY and one.weekday() < 5:
            continue  # a stretch of make-up days names the weekend alone
        row = known.get(one)
        before = _written(row)
        if row is None:
            row = CalendarDay(day=one)
            session.add(row)
        row.day_kind, row.name = kind, name
        changed.append(row)
        _audit(session, actor, one, now, before, _written(row))
    return changed


@transaction
def remove_day(
    session: Session, actor: Actor, wanted: date, *, now: datetime, confirmed: Sequence[int] | None = None
) -> None:
    """Let a date be what its weekday is; raises Forbidden, Missing, and InTheWay with every booking not seen."""
    looking.require_admin(actor)
    _lock_all(session)
    row = session.get(CalendarDay, wanted)
    if row is None:
        raise Missing
    looking.refuse_unless_seen(_touched(session, [wanted], None, now), confirmed)
    before = _written(row)
    session.delete(row)
    _audit(session, actor, wanted, now, before, None)


def _lock_all(session: Session) -> None:
    """Every space has other hours now: what is being booked waits, and every live picture is drawn anew."""
    arbiter.lock_spaces(session, session.scalars(select(Space.id)).all())


def _written(row: CalendarDay | None) -> list[str] | None:
    return None if row is None else [row.day_kind.value, row.name]


def _audit(
    session: Session,
    actor: Actor,
    day: date,
    now: datetime,
    before: list[str] | None,
    after: list[str] | None,
) -> None:
    action, number = "calendar.day_set" if after else "calendar.day_removed", int(day.strftime("%Y%m%d"))
    records.audit_table(session, actor, action, CalendarDay, now, number=number, before=before, after=after)
