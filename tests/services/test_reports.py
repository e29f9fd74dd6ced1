"""Reports with answers that were reckoned by hand, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing
from domain.people import Role
from domain.reports import Days, Why
from domain.spaces import DayKind
from models import CalendarDay, Closure, PenaltyPoint, RefusedDemand, Space, WaitlistEntry, WalkIn, db
from services import booking, decisions
from services.reports import report
from services.unit_of_work import in_transaction
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
    saved,
)
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
LAST_WEEK = Days(MONDAY - timedelta(days=7), MONDAY - timedelta(days=1))
DONE, ABSENT = BookingStatus.COMPLETED, BookingStatus.NO_SHOW


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def over(space, start, end, days, status=DONE, **more):
    """A booking of last week: 0 is its Monday."""
    return create_booking(space, between(start, end, days=days - 7), status=status, **more)


def of_week(staff):
    return report.of_days(staff, LAST_WEEK, NOW)


def test_a_room_open_for_98_hours_and_used_for_three(staff):
    room = create_space("tea-room")
    over(room, 9, 11, 0)
    over(room, 9, 10, 5)
    over(room, 15, 17, 6, ABSENT)
    taken_back = (BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED)
    for hour, status in enumerate(taken_back, start=18):
        over(room, hour, hour + 1, 3, status, decision_reason="满了")

    (one,) = of_week(staff).spaces
    used = one.usage

    assert (used.open_minutes, used.booked_minutes, used.used_minutes) == (98 * 60, 5 * 60, 3 * 60)
    assert used.used_share == pytest.approx(3 / 98)
    assert (used.bookings, used.came, used.no_shows) == (3, 2, 1)
    assert (used.cancelled, used.declined, used.expired) == (1, 1, 1)
    assert used.no_show_rate == pytest.approx(1 / 3)
    assert (used.used_on[0][9], used.used_on[0][10], used.used_on[5][9], used.used_on[6][15]) == (
        60,
        60,
        60,
        0,
    )
    assert used.shares_on[0, 9] == 1
    assert (0, 7) not in used.shares_on


def test_closed_hours_holidays_and_closures_are_not_open(staff):
    room = create_space("tea-room", opens=9, closes=17, days=(DayKind.WEEKDAY,))
    saved(CalendarDay(day=LAST_WEEK.first, day_kind=DayKind.HOLIDAY, name="调休"))
    closed = between(9, 13, days=-5)
    who = {"created_by_id": staff.id, "created_at": NOW, "reason": "消毒"}
    saved(Closure(space_id=room.id, starts_at=closed.starts_at, ends_at=closed.ends_at, **who))
    lifted = between(9, 17, days=-4)
    saved(
        Closure(
            space_id=room.id, starts_at=lifted.starts_at, ends_at=lifted.ends_at, lifted_at=NOW,
            lifted_by_id=staff.id, **who,
        )
    )  # fmt: skip

    assert of_week(staff).totals.open_minutes == (4 * 8 - 4) * 60


def test_seats_are_counted_each_and_walk_ins_until_they_left(staff):
    station = create_pool(places=4)
    over(station, 9, 10, 0)
    over(station, 9, 9.5, 0)
    seat = between(10, 11, days=-7)
    for left in (None, seat.starts_at + timedelta(minutes=20), seat.starts_at):
        saved(
            WalkIn(
                space_id=station.id, starts_at=seat.starts_at, ends_at=seat.ends_at, arrived_at=seat.starts_at,
                left_at=left, created_by_id=staff.id,
            )
        )  # fmt: skip

    found = of_week(staff)
    used = found.spaces[0].usage

    assert used.open_minutes == 4 * 98 * 60
    assert used.used_minutes == 90 + 60 + 30 + 15
    assert (used.bookings, used.walk_ins, found.reached.people) == (2, 3, 2)


def test_a_show_holds_the_studio_and_its_booths_are_no_use_of_their_own(staff):
    studio = create_studio()
    shop, owner = create_merchant()
    show = create_show(studio, at(19.5, day=LAST_WEEK.first))
    create_booth(show, 3, create_product(shop), owner, status=DONE)
    over(studio, 9, 10.5, 2, booker_id=owner.id)

    found = of_week(staff)
    used = found.spaces[0].usage

    assert (used.shows, used.bookings) == (1, 1)
    assert used.used_minutes == show.interval.minutes + 90
    assert found.reached.people == 0  # who acts for a shop is no resident reached


def test_a_running_month_is_told_as_far_as_it_has_come(staff):
    create_space("tea-room")
    november = report.month_days(MONDAY.replace(day=1))

    found = report.of_days(staff, november, NOW)
    assert (found.until, found.totals.open_minutes) == (MONDAY, 23 * 14 * 60)
    ahead = report.of_days(staff, report.month_days(MONDAY.replace(year=2027, month=1, day=1)), NOW)
    assert (ahead.until, ahead.spaces, ahead.totals.is_empty) == (None, [], True)


def test_a_space_that_is_gone_counts_as_long_as_it_was_there(staff):
    room, older = create_space("tea-room"), create_space("old-room")
    over(room, 9, 11, 0)

    def archive():
        for space, day in ((room, 2), (older, -3)):
            gone = at(12, day=LAST_WEEK.first + timedelta(days=day))
            db.session.execute(update(Space).where(Space.id == space.id).values(archived_at=gone))

    in_transaction(archive)
    (one,) = of_week(staff).spaces

    assert (one.usage.space.code, one.usage.open_minutes) == ("tea-room", 3 * 14 * 60)


def test_what_was_excused_is_told_beside_those_who_stayed_away(staff):
    room = create_space("tea-room")
    for hour, excused in ((9, NOW), (11, None)):
        one = over(room, hour, hour + 1, 1, ABSENT)
        by = {"excused_by_id": staff.id, "excuse_reason": "生病"} if excused else {}
        saved(
            PenaltyPoint(
                person_id=one.booker_id, booking_id=one.id, kind=PointKind.NO_SHOW, created_at=one.starts_at,
                excused_at=excused, **by,
            )
        )  # fmt: skip

    sums = of_week(staff).totals
    assert (sums.no_shows, sums.excused, sums.expected, sums.no_show_rate) == (2, 1, 2, 1)


def test_how_long_people_waited_for_staff(staff):
    room = create_space("tea-room")
    asker = create_actor()
    for minutes, hour in ((10, 9), (30, 11), (200, 13)):
        made = booking.request_booking(
            asker, room.code, between(hour, hour + 1, days=1), purpose="", party_size=1, now=NOW
        )
        decided_at = NOW + timedelta(minutes=minutes)
        if minutes == 30:
            decisions.decline(staff, made.id, version=1, reason="满了", now=decided_at)
        else:
            decisions.approve(staff, made.id, version=1, now=decided_at)
    open_one = booking.request_booking(
        create_actor(), room.code, between(18, 19, days=1), purpose="", party_size=1, now=NOW
    )
    create_booking(room, between(20, 21, days=1))  # confirmed at once: nobody waited

    week = Days(MONDAY, MONDAY + timedelta(days=6))
    found = report.of_days(staff, week, NOW + timedelta(hours=5)).waits

    assert (found.whole.count, found.whole.median, found.whole.ninety, found.whole.longest) == (
        3,
        30,
        200,
        200,
    )
    assert found.by_space[room.id] == found.whole == found.by_hour[9]
    assert found.oldest_open == open_one.created_at


def refuse(person, space, time, code):
    saved(
        RefusedDemand(
            person_id=person.id, space_id=space.id, starts_at=time.starts_at, ends_at=time.ends_at, code=code,
            asked_at=NOW,
        )
    )  # fmt: skip


def test_where_to_open_more_is_where_most_were_turned_away(staff):
    tea, talk = create_space("tea-room"), create_space("mediation-room", is_private=True)
    lin, wang, chen = create_person(), create_person(), create_person()
    evening, noon = between(19, 20, days=1), between(12, 13, days=2)
    for person in (lin, wang, chen):
        refuse(person, tea, evening, "outside_hours")
        refuse(person, talk, noon, "slot_taken")
    refuse(lin, tea, evening, "quota_count")  # the same wish: the reason that counts is the first
    refuse(lin, tea, noon, "slot_taken")
    saved(
        WaitlistEntry(
            space_id=tea.id, person_id=lin.id, created_by_id=lin.id, starts_at=noon.starts_at,
            ends_at=noon.ends_at, created_at=NOW,
        )
    )  # fmt: skip
    saved(
        WaitlistEntry(
            space_id=tea.id, person_id=wang.id, created_by_id=wang.id, starts_at=noon.starts_at,
            ends_at=noon.ends_at, created_at=NOW,
        )
    )  # fmt: skip
    refuse(chen, tea, between(9, 10, days=3), "too_many_people")

    found = report.of_days(staff, Days(MONDAY, MONDAY + timedelta(days=6)), NOW)

    assert [(gap.weekday, gap.hour, gap.count, gap.why) for gap in found.gaps] == [
        (1, 19, 3, Why.HOURS),
        (2, 12, 2, Why.FULL),
    ]
    demand = found.of("tea-room").demand
    assert demand.by_reason == {Why.HOURS: 3, Why.FULL: 2, Why.SIZE: 1}
    assert found.of("mediation-room").demand.count == 3
    assert sum(map(sum, found.wanted_on)) == 6


def test_residents_are_counted_once_and_their_homes_too(staff):
    room, talk = create_space("tea-room"), create_space("mediation-room", is_private=True)
    together = {"building": 7, "unit": 1, "room": "101"}
    mother, son = create_person(**together), create_person(**together, verified_at=None)
    neighbour, visitor = create_person(building=9), create_person(building=None, unit=None, room=None)
    for hour, person in ((9, mother), (11, mother), (13, son), (15, neighbour), (17, visitor)):
        over(room, hour, hour + 1, 1, booker_id=person.id)
    over(room, 19, 20, 1, booker_id=mother.id, created_by_id=son.id)
    over(room, 9, 10, -8, booker_id=neighbour.id)
    over(talk, 9, 10, 1, booker_id=create_person(building=11).id)
    over(room, 9, 10, 2, ABSENT, booker_id=create_person(building=15).id)

    came = of_week(staff).reached

    assert (came.people, came.households, came.buildings) == (4, 2, 2)
    assert (came.verified, came.first_timers, came.visits, came.proxied) == (3, 3, 6, 1)
    assert of_week(staff).of("mediation-room").reached.people == 0


def test_only_staff_and_no_days_that_make_no_sense(staff):
    with pytest.raises(Forbidden):
        of_week(create_actor(Role.CAPTAIN))
    with pytest.raises(Missing):
        of_week(staff).of("nowhere")
    for first, last in ((MONDAY, MONDAY - timedelta(days=1)), (MONDAY - timedelta(days=366), MONDAY)):
        with pytest.raises(BadInput):
            Days.between(first, last)
    assert len(list(Days.between(MONDAY - timedelta(days=365), MONDAY))) == 366
