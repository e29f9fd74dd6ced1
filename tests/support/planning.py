"""Series in the tea room, in few words."""

from datetime import timedelta

from sqlalchemy import func, select

from domain.recurrence import parse
from models import Booking, SeriesSkip
from services import series
from services.making import Wish
from services.series import Plan
from tests.support.builders import MONDAY, NOW, at, between

WEEKLY = "FREQ=WEEKLY;COUNT=3"


def plan(first=None, rule=WEEKLY, party_size=4, **more):
    """What is wanted: every week three times, tomorrow from 15:00 to 17:00 first, unless said otherwise."""
    return Plan(
        "tea-room", first or between(15, 17, days=1), parse(rule), Wish("合唱排练", party_size), **more
    )


def book(actor, *wanted, **more):
    """Book it."""
    return series.book(actor, *(wanted or (plan(),)), **{"now": NOW} | more)


def occurrences(db, made):
    """The bookings of a series as they stand now, by day."""
    return db.session.scalars(
        select(Booking)
        .where(Booking.series_id == made.id)
        .order_by(Booking.occurrence_day)
        .execution_options(populate_existing=True)
    ).all()


def starts(db, made):
    """When those that are still held begin."""
    return [one.starts_at for one in occurrences(db, made) if one.status in ("pending", "confirmed")]


def skips(db, made):
    """The skipped dates: day of the month and code."""
    rows = db.session.scalars(
        select(SeriesSkip).where(SeriesSkip.series_id == made.id).order_by(SeriesSkip.day)
    )
    return {row.day.day: row.code for row in rows}


def weeks(hour, *numbers):
    """That hour of tomorrow in so many weeks."""
    return [at(hour, day=MONDAY + timedelta(days=1 + 7 * number)) for number in numbers]


def count_of(db, table):
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(table))
