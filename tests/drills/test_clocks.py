"""The clock is put forward or back, the day is a rare one, the server stands elsewhere: every booking stays where it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface
from icalendar import Calendar
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Role
from domain.spaces import Approval
from models import Booking, LoginThrottle
from models import db as database
from services import booking, jobs, login
from services.passwords import hash_password
from services.reports import writing
from tests.support.builders import NOW, between, create_actor, create_person, create_space, create_studio
from tests.support.draw_builders import apply_for, by_rank, create_draw_show
from tests.support.tables_out import read_csv, read_workbook
from tests.support.visits import PASSWORD, visitor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["back", "ahead"])
CYCLE = {job.name for job in jobs.JOBS if job.every == jobs.CYCLE}


def book(who: Any, room: Any, hour: float, day: date, now: datetime = NOW) -> Booking:
    """An hour of a room."""
    wish = between(hour, hour + 1, day=day)
    made = booking.request_booking(who, room.code, wish, purpose="合唱排练", party_size=1, now=now)
    assert isinstance(made, Booking)
    return made


@pytest.mark.drill("bad days")
@pytest.mark.usefixtures("db")
@JUMPS
def test_a_clock_that_jumps_an_hour_breaks_no_session_no_job_and_no_version(
    by: timedelta, app, clock
) -> None:
    room, who = create_space(approval=Approval.NONE), create_actor()
    runner, browser = jobs.Runner(), visitor(app, who)
    one = book(who, room, 15, local_day(NOW + DAY))
    page = browser.get(f"/bookings/{one.id}")
    assert runner.run_due(NOW).failed == ()

    clock.move_to(NOW + by)

    assert browser.get("/me").status_code == 200
    outcome = runner.run_due(NOW + by)
    assert (outcome.failed, CYCLE - set(outcome.done)) == ((), set())
    assert browser.submit(page, "/cancel").status_code == 303
    database.session.rollback()
    ended = database.session.get_one(Booking, one.id, populate_existing=True)
    assert (ended.status, ended.version) == (BookingStatus.CANCELLED, 2)


@pytest.mark.drill("bad days")
@pytest.mark.usefixtures("db")
def test_who_guessed_too_often_does_not_wait_for_an_old_time_to_come_again(clock) -> None:
    phone = str(create_person(password_hash=hash_password(PASSWORD)).phone)

    def tries(password: str, moment: datetime) -> Any:
        return login.log_in(phone, password, address="one", lifetime=DAY, now=moment)

    for _ in range(login.PER_PHONE):
        with pytest.raises(login.BadInput):
            tries("wrong one", NOW)

    assert tries(PASSWORD, NOW - HOUR).token
    database.session.rollback()
    assert database.session.scalars(select(LoginThrottle.attempts)).all() == [1]


@pytest.mark.mutant
@pytest.mark.usefixtures("db")
def test_cookies_that_count_for_nothing_when_a_clock_is_put_back_are_found_out(
    app, clock, monkeypatch
) -> None:
    monkeypatch.setattr(app, "session_interface", SecureCookieSessionInterface())
    browser = visitor(app, create_actor())
    clock.move_to(NOW - HOUR)

    assert browser.get("/me").status_code == 303


@pytest.mark.mutant
@pytest.mark.usefixtures("db")
def test_jobs_that_wait_for_an_old_time_to_come_again_are_found_out(monkeypatch) -> None:
    runner = jobs.Runner()
    runner.run_due(NOW)
    monkeypatch.setattr(jobs.Runner, "_is_due", lambda of, job, now: now - of._last[job.name] >= job.every)

    assert runner.run_due(NOW - HOUR).done == {}


RARE = {"leap day": date(2028, 2, 29), "end of 32 bits": date(2038, 1, 19)}


@pytest.mark.drill("bad days")
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("day", RARE.values(), ids=RARE)
def test_a_rare_day_is_booked_shown_exported_drawn_and_over(day: date, app, clock) -> None:
    before = between(9, 10, day=day - 4 * DAY).starts_at
    clock.move_to(before)
    who, staff = create_actor(), visitor(app, create_actor(Role.STAFF))
    room, studio = create_space(approval=Approval.NONE), create_studio(advance_days=60)
    one = book(who, room, 11, day, before)  # 2^31 seconds after 1970 are over at 11:14:08
    closes = before + HOUR
    show = create_draw_show(
        studio, between(19, 21, day=day).starts_at, applications_close_at=closes, now=before
    )
    apply_for(show, 3, now=before)

    seen = visitor(app, who)
    for path in (f"/?day={day}", f"/spaces/{room.code}?day={day}", f"/month?month={day:%Y-%m}"):
        assert staff.get(path).status_code == 200, path
    assert f"{day.month}月{day.day}日" in seen.get(f"/bookings/{one.id}").text
    assert staff.get(f"/day-sheet?day={day}").status_code == 200
    (event,) = Calendar.from_ical(seen.get(f"/bookings/{one.id}.ics").data).walk("VEVENT")
    assert event["DTSTART"].dt == one.starts_at
    for job_at in (closes, closes + HOUR):
        assert jobs.Runner().run_due(job_at).failed == ()
    assert [entry.rank for entry in by_rank(show)] == [1, 2, 3]
    clock.move_to(after := between(12, 13, day=day + DAY).starts_at)
    assert jobs.Runner().run_due(after).failed == ()
    table = read_csv(staff.get(f"/reports/bookings.csv?month={day:%Y-%m}").data)
    assert [row for row in table if f"{day}" in " ".join(row)]
    page = staff.submit(staff.get(f"/reports?month={day:%Y-%m}"), "/reports/files").location
    assert writing.run_due(after) == 1
    assert read_workbook(staff.get(f"{page}.xlsx").data)
