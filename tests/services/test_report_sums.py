"""Kept sums of reports are exact whatever happens afterwards: what changes the past takes its sum away at once."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, select, text, update

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.people import Role
from domain.reports import Days
from domain.spaces import DayKind
from domain.tallies import third_of, thirds_of
from models import (
    AuditEvent,
    Booking,
    CalendarDay,
    Closure,
    OpeningHours,
    PenaltyPoint,
    RefusedDemand,
    ReportSum,
    Show,
    WaitlistEntry,
    WalkIn,
)
from services.doctor import report_sums
from services.reports import making, report
from services.unit_of_work import in_transaction
from tests.services.test_reports_add_up import History
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_space,
    create_studio,
    saved,
)
from tests.support.statements import statements
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(days=12)
"""All of November but its last days is over."""
NOVEMBER = Days(MONDAY.replace(day=1), MONDAY.replace(day=30))
OVER = tuple(thirds_of(Days(MONDAY.replace(day=1), MONDAY.replace(day=20))))


def do(db, statement):
    in_transaction(lambda: db.session.execute(statement))


def told(db, staff):
    """Everything a report says."""
    db.session.expire_all()
    found = report.of_days(staff, NOVEMBER, LATER)
    return [(one.usage, one.reached, one.wait, one.demand) for one in found.spaces], (
        found.totals,
        found.reached,
        found.waits,
        found.gaps,
    )


def counted(db, staff):
    """The same with nothing kept."""
    do(db, delete(ReportSum))
    return told(db, staff)


def kept(db):
    return {tuple(row) for row in db.session.execute(select(ReportSum.space_id, ReportSum.begins_at))}


def test_thirds_of_months_cover_every_day_once():
    days = Days(MONDAY.replace(year=2024, month=1, day=1), MONDAY.replace(year=2024, month=12, day=31))
    assert [day for third in thirds_of(days) for day in third] == list(days)
    assert third_of(MONDAY.replace(year=2024, month=2, day=29)).last.day == 29
    assert [one.first.day for one in thirds_of(Days(MONDAY.replace(day=2), MONDAY.replace(day=29)))] == [11]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_to_the_past_the_report_is_exact(db, seed):
    history = History(db, seed)
    dice = Random(seed)
    for number in range(6):
        making.make_due(LATER)
        for _ in range(3):
            happen(db, history, dice)
        assert report_sums.findings(LATER) == []
        told_now = told(db, history.staff)
        assert told_now == counted(db, history.staff), number


def happen(db, history, dice):
    """Something that staff, bookers, jobs or the law do to what is over."""
    one, person = dice.choice(history.bookings).id, dice.choice(history.people).id
    start = at(dice.choice((0, 23.75)), day=MONDAY.replace(day=dice.choice((1, 10, 11, 20, 21))))
    mine = Booking.id == one
    changes = (
        update(Booking).where(mine).values(status=BookingStatus.CANCELLED),
        update(Booking).where(mine).values(status=BookingStatus.NO_SHOW),
        update(Booking).where(mine).values(status=BookingStatus.COMPLETED, ends_at=Booking.ends_at),
        update(Booking).where(mine).values(booker_id=person),
        update(Booking).where(mine).values(space_id=dice.choice(history.spaces).id),
        update(Booking).where(mine).values(starts_at=start, ends_at=start + timedelta(hours=1)),
        update(WalkIn).where(WalkIn.id == dice.choice(history.walk_ins).id).values(left_at=start),
        delete(RefusedDemand).where(RefusedDemand.person_id == person),
        delete(WaitlistEntry).where(WaitlistEntry.person_id == person),
    )
    what = dice.randrange(len(changes) + 3)
    if what < len(changes):
        do(db, changes[what])
    elif what == len(changes):
        saved(
            PenaltyPoint(
                person_id=person, booking_id=one, kind=PointKind.NO_SHOW, created_at=NOW, excused_at=NOW,
                excused_by_id=history.staff.id, excuse_reason="生病",
            )
        )  # fmt: skip
    elif what == len(changes) + 1:
        saved(
            AuditEvent(
                at=LATER,
                actor_id=history.staff.id,
                action="booking.approved",
                object_type="booking",
                object_id=one,
            )
        )
    else:
        space = dice.choice(history.spaces)
        create_booking(space, Interval(start, start + timedelta(hours=2)), status=BookingStatus.COMPLETED)


def test_a_change_takes_away_the_sum_of_its_days_and_no_other(db):
    room, other = create_space("tea-room"), create_space("pavilion")
    one = create_booking(room, between(9, 10, days=-10), status=BookingStatus.COMPLETED)  # the 13th
    create_booking(other, between(9, 10, days=-22), status=BookingStatus.COMPLETED)  # the 1st
    making.make_due(NOW)
    before = kept(db)
    assert len(before) == 4

    do(db, update(Booking).where(Booking.id == one.id).values(status=BookingStatus.NO_SHOW))
    assert before - kept(db) == {(room.id, OVER[1].window.starts_at)}
    do(db, update(Booking).where(Booking.id == one.id).values(purpose="", version=2))
    making.make_due(NOW)
    assert kept(db) == before


@pytest.mark.parametrize("minutes", [0, 1439])
def test_the_edges_of_a_local_day_lie_in_its_own_sum(db, minutes):
    room, staff = create_space("tea-room"), create_actor(Role.STAFF)
    for day in (1, 10, 11, 20):
        start = at(0, day=MONDAY.replace(day=day)) + timedelta(minutes=minutes // 15 * 15)
        create_booking(room, Interval(start, start + timedelta(hours=1)), status=BookingStatus.COMPLETED)
    whole = told(db, staff)
    making.make_due(NOW)
    assert len(kept(db)) == 2
    assert told(db, staff) == whole
    for third in OVER:
        assert report.of_days(staff, third, NOW).totals.bookings == 2


def test_a_show_takes_its_sum_away_and_is_summed_once_it_is_over(db):
    studio, staff = create_studio(), create_actor(Role.STAFF)
    create_booking(studio, between(9, 10, days=-22), place=0, status=BookingStatus.COMPLETED)
    show = create_show(studio, at(22, day=MONDAY.replace(day=20)))
    ends_at = show.ends_at
    do(db, update(Show).where(Show.id == show.id).values(ends_at=LATER))
    making.make_due(NOW)
    assert kept(db) == {(studio.id, OVER[0].window.starts_at)}
    do(db, update(Show).where(Show.id == show.id).values(ends_at=ends_at))
    making.make_due(NOW)
    assert (studio.id, OVER[1].window.starts_at) in kept(db)
    assert told(db, staff) == counted(db, staff)


def test_hours_of_days_that_are_over_stay_as_they_were(db):
    room, staff = create_space("tea-room"), create_actor(Role.STAFF)
    create_booking(room, between(9, 10, days=-22), status=BookingStatus.COMPLETED)
    making.make_due(NOW)

    def opened(third):
        db.session.expire_all()
        return report.of_days(staff, third, NOW).totals.open_minutes

    assert [opened(third) for third in OVER] == [10 * 14 * 60] * 2
    do(db, update(OpeningHours).values(closes_minute=720))
    assert [opened(third) for third in OVER] == [10 * 14 * 60] * 2
    closed = Interval.of_day(OVER[0].first)
    saved(
        Closure(
            space_id=room.id, starts_at=closed.starts_at, ends_at=closed.ends_at, reason="消毒",
            created_by_id=staff.id, created_at=NOW,
        )
    )  # fmt: skip
    assert [opened(third) for third in OVER] == [9 * 4 * 60, 10 * 14 * 60]
    making.make_due(NOW)
    saved(CalendarDay(day=OVER[1].first, day_kind=DayKind.HOLIDAY, name="假"))
    assert opened(OVER[0]) == 9 * 4 * 60
    assert opened(OVER[1]) == 10 * 4 * 60
    assert making.make_anew(NOW, hours=True) == 2


def test_with_no_triggers_the_doctor_finds_the_sum_that_is_wrong(db):
    room = create_space("tea-room")
    one = create_booking(room, between(9, 10, days=-10), status=BookingStatus.COMPLETED)
    making.make_due(NOW)
    assert report_sums.findings(NOW) == []
    sqlite = db.engine.dialect.name == "sqlite"
    do(
        db,
        text(
            "DROP TRIGGER stale_booking_update"
            if sqlite
            else "ALTER TABLE booking DISABLE TRIGGER stale_booking"
        ),
    )
    try:
        do(db, update(Booking).where(Booking.id == one.id).values(status=BookingStatus.NO_SHOW))
        assert [finding.code for finding in report_sums.findings(NOW)] == ["report_sum_differs"]
        making.make_anew(NOW)
        assert report_sums.findings(NOW) == []
    finally:
        if not sqlite:
            do(db, text("ALTER TABLE booking ENABLE TRIGGER stale_booking"))


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_no_sum_is_made_of_what_somebody_is_just_changing(db):
    room = create_space("tea-room")
    one = create_booking(room, between(9, 10, days=-10), status=BookingStatus.COMPLETED)
    with db.engine.begin() as writer:
        writer.execute(update(Booking).where(Booking.id == one.id).values(status=BookingStatus.NO_SHOW))
        assert making.make_due(NOW) == 0
    assert making.make_due(NOW) == 1
    assert report_sums.findings(NOW) == []


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.mutant
def test_without_the_lock_a_sum_would_be_made_of_what_is_gone(db):
    room = create_space("tea-room")
    one = create_booking(room, between(9, 10, days=-10), status=BookingStatus.COMPLETED)
    with db.engine.begin() as writer:
        writer.execute(
            text("SET LOCAL jufu.restoring = 'on'")
        )  # the triggers stand aside, and so does their lock
        writer.execute(update(Booking).where(Booking.id == one.id).values(status=BookingStatus.NO_SHOW))
        assert making.make_due(NOW) == 1
    assert [finding.code for finding in report_sums.findings(NOW)] == ["report_sum_differs"]


def test_a_year_reads_as_many_rows_of_bookings_whatever_lies_behind_it(db):
    room, staff = create_space("tea-room"), create_actor(Role.STAFF)
    for day in range(40):
        create_booking(room, between(9, 10, days=-day), status=BookingStatus.COMPLETED)
    making.make_due(NOW)
    with statements(db) as seen:
        assert report.of_days(staff, report.year_days(2026), NOW).totals.bookings == 40
    assert len(seen) <= 22
    windows = [one for one in seen if "FROM booking" in one and "booking.created_by_id" in one]
    # What is before the first booking of the house, and what is still open.
    assert [one.count("booking.starts_at >=") for one in windows] == [2]
