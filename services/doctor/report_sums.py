"""Reports: what is kept of days that are over is what their bookings, seats, shows and wishes say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.interval import Interval, local_day
from domain.tallies import third_of
from models import ReportSum, Space
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.reports.counting import Counting, Stretch
from services.unit_of_work import query

MOST = 20
AT_ONCE = 36
"""So many sums of one space are compared by one reading: no statement runs into its time limit."""


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Which kept sums of reports are wrong, at most twenty."""
    hold_still(session)
    found = list(islice(_different(session, now), MOST))
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _different(session: Session, now: datetime) -> Iterator[Finding]:
    for space in session.scalars(select(Space).order_by(Space.id)).all():
        rows = session.execute(
            select(ReportSum.begins_at, ReportSum.ends_at, ReportSum.figures)
            .where(ReportSum.space_id == space.id)
            .order_by(ReportSum.begins_at)
        ).all()
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            counting = Counting(
                session, [Stretch(space, Interval(row.begins_at, row.ends_at)) for row in some]
            )
            counting.of_use(now)
            counting.of_wishes()
            for row, tally in zip(some, counting.tallies, strict=True):
                days = third_of(local_day(row.begins_at))
                if tally.as_json() != row.figures or days.window != Interval(row.begins_at, row.ends_at):
                    yield Finding(
                        "report_sum_differs",
                        f"the sum of {space.code} from {days.first} to {days.last} is not that of its bookings.",
                    )
