"""The clock is put back, the day is a rare one, the server stands elsewhere: bookings stay where they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from ctypes import c_int32
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.sessions import SecureCookieSessionInterface
from icalendar import Calendar
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.interval import TICK_SECONDS, Interval, local_day
from domain.months import next_month
from domain.people import Role
from domain.spaces import Approval
from models import Booking, LoginThrottle
from models import db as database
from services import booking, jobs, login
from services.passwords import hash_password
from services.reports import report
from tests.races.conftest import ENGINES
from tests.support.builders import NOW, between, create_actor, create_person, create_space, create_studio
from tests.support.draw_builders import apply_for, by_rank, create_draw_show
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.entering import with_password
from tests.support.race_arena import house_of, soon
from tests.support.server import HOUSE, serving
from tests.support.tables_out import read_csv, read_workbook
from tests.support.visits import PASSWORD, visitor
from tests.support.walker import Walker

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
    last = {job.name: NOW for job in jobs.JOBS}
    monkeypatch.setattr(jobs.Runner, "_is_due", lambda _, job, now: now - last[job.name] >= job.every)

    assert runner.run_due(NOW - HOUR).done == {}


RARE = {"leap day": date(2028, 2, 29), "end of 32 bits": date(2038, 1, 19)}


@pytest.mark.drill("bad days")
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("day", RARE.values(), ids=RARE)
def test_a_rare_day_is_booked_shown_exported_drawn_and_over(day: date, app, clock) -> None:
    live_through(day, app, clock)


def ticks_of_32_bits(wanted: Interval, buffer_minutes: int = 0) -> range:
    """The quarter-hours of an interval, counted as machines did that knew no time beyond 2038."""
    first, after = int(wanted.starts_at.timestamp()), int(wanted.ends_at.timestamp()) + buffer_minutes * 60
    return range(c_int32(first).value // TICK_SECONDS, -(-c_int32(after).value // TICK_SECONDS))


def month_after_28_days(first: date) -> date:
    """The month after, by somebody who knows no leap years."""
    return first + DAY * 28 if first.month == 2 else next_month(first)


@pytest.mark.mutant
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("day", "where", "name", "wrong"),
    [
        (RARE["leap day"], report, "next_month", month_after_28_days),
        (RARE["end of 32 bits"], Interval, "ticks", ticks_of_32_bits),
    ],
    ids=RARE,
)
def test_a_house_that_does_not_know_a_rare_day_is_found_out(
    day: date, where: Any, name: str, wrong: Any, app, clock, monkeypatch
) -> None:
    monkeypatch.setattr(where, name, wrong)

    with pytest.raises(AssertionError):
        live_through(day, app, clock)


def live_through(day: date, app: Any, clock: Any) -> None:
    """Book, look at, draw, report and outlive a day."""
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
    for path in (f"/?day={day}", f"/spaces/{room.code}?day={day}", f"/month?day={day}"):
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
    assert jobs.Runner().run_due(after).failed == ()
    assert read_workbook(staff.get(f"{page}.xlsx").data)


ZONES = ("Asia/Shanghai", "UTC", "America/St_Johns", "Pacific/Kiritimati")
FEW = ZONES[2:]
ABROAD = ("Asia/Shanghai", "Asia/Tokyo")
SECRETS = re.compile(r'value="[\w.-]{16,}"')
"""Tokens and keys of forms."""


def test_the_zones_are_known_here() -> None:
    """One that is unknown would be UTC."""
    offsets = {datetime.now(ZoneInfo(zone)).utcoffset() for zone in ZONES}

    assert len(offsets) == len(ZONES)


@dataclass
class Stands:
    """Servers of one database, each in another zone: bookings that are not as they were wished, and what differs."""

    wrong: list[tuple[datetime, datetime]]
    differs: list[str]
    compared: int


def standing(engine: str, zones: Sequence[str], application: str = HOUSE) -> Stands:
    """Book by each of these servers, and compare what they say."""
    with ExitStack() as stack:
        url = stack.enter_context(throwaway(engine))
        app = stack.enter_context(house_of(url))
        urls = [
            stack.enter_context(
                serving(url, processes=1, application=application, environment={"TZ": zone})
            ).url
            for zone in zones
        ]
        stack.enter_context(app.app_context())
        stack.callback(database.session.remove)
        day = soon()
        pages = laid_out(urls, day)

        times = select(Booking.starts_at, Booking.ends_at).order_by(Booking.id)
        wished = [between(15, 16.25, day=day, days=number) for number in range(len(zones))]
        there = [(one.starts_at, one.ends_at) for one in database.session.execute(times)]
        assert len(there) == len(wished)
        return Stands(
            [one for one, wish in zip(there, wished, strict=True) if one != (wish.starts_at, wish.ends_at)],
            [path for path, who in pages if not is_same(path, who, urls)],
            len(pages),
        )


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("engine", ENGINES)
def test_wherever_the_server_stands_the_same_is_written_and_shown(engine: str, drill: Drill) -> None:
    zones = ZONES if drill.full else FEW
    seen = standing(engine, zones)

    assert seen.wrong == []
    assert seen.differs == []
    drill.tell("zones", len(zones))
    drill.tell("pages and files compared", seen.compared)


@pytest.mark.mutant
def test_servers_that_go_by_the_clocks_of_their_own_walls_are_found_out() -> None:
    seen = standing("sqlite", ABROAD, "tests.support.local_server:create_app()")

    assert seen.wrong != []
    assert seen.differs != []


def laid_out(urls: list[str], day: date) -> list[tuple[str, Walker]]:
    """A booking by each server from that day on, at the same time of the wall; what is to be the same, for whom."""
    codes = [create_space(approval=Approval.NONE).code for _ in urls]
    phones = [with_password(create_person(role).id) for role in (Role.RESIDENT, Role.STAFF)]
    database.session.remove()
    who, staff = Walker(urls[0]), Walker(urls[-1])
    for walker, phone in zip((who, staff), phones, strict=True):
        assert walker.submit("/login", "/login", phone=phone, password=PASSWORD).status == 303
    ids = []
    for number, (url, code) in enumerate(zip(urls, codes, strict=True)):
        page = f"/spaces/{code}/book?day={day + timedelta(days=number)}&start=15:00&end=16:15"
        made = Walker(url, who.cookies).submit(page, "/book", purpose="合唱排练", party_size="2")
        assert made.status == 303, made.text
        ids.append(made.location.rpartition("/")[2])
    shared = [
        f"/?day={day}",
        f"/month?day={day}",
        f"/spaces/{codes[0]}?day={day}",
        "/bookings",
    ]
    own = [f"/bookings/{number}{end}" for number in ids for end in ("", ".ics")]
    files = [f"/reports/bookings.csv?month={day:%Y-%m}", f"/day-sheet?day={day}", "/desk"]
    return [(path, who) for path in shared + own] + [(path, staff) for path in files]


def is_same(path: str, walker: Walker, urls: list[str]) -> bool:
    """Whether all servers answer alike; a minute may begin in between."""
    return any(len({read(url, path, walker) for url in urls}) == 1 for _ in range(3))


def read(url: str, path: str, walker: Walker) -> str:
    """What a server answers, less what differs by who serves and each time."""
    answer = Walker(url, walker.cookies).get(path)
    assert answer.status == 200, path
    return SECRETS.sub("", answer.text.replace("\r\n ", "")).replace(url, "")
