"""Months, finding a place, the day sheet, and that what calendars count is what the arbiter keeps."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing
from domain.interval import Interval, moment_of
from domain.months import Fullness
from domain.people import Role
from domain.policies import STAFF_ADVANCE_DAYS
from domain.spaces import Equipment
from models import Closure, Person, SpaceEquipment, WalkIn
from models import db as database
from services import (
    arbiter,
    board,
    day_sheet,
    feeds,
    find,
    holdings,
    lanes,
    month,
    moving,
    seats,
    space_calendar,
)
from services.find import Search
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
)
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = MONDAY + timedelta(days=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def close(db, space, interval, reason="空调检修"):
    closure = Closure(
        space_id=space.id,
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
        reason=reason,
        created_by_id=create_person(Role.STAFF).id,
        created_at=NOW,
    )
    db.session.add(closure)
    db.session.commit()
    return closure


def search(minutes=60, people=1, day=TOMORROW, equipment=()):
    return Search(day, minutes, people, frozenset(equipment))


def taken_on_the_board(space, window, now=NOW):
    def look():
        held = holdings.load(database.session(), [space], window)
        return lanes.lane_of(space, window, [], held, None, now).taken

    return in_transaction(look)


def test_what_calendars_count_is_what_the_arbiter_keeps(db, staff):
    room, pool = create_space(buffer_minutes=15), create_pool()
    moved = create_booking(room, between(9, 10, days=1))
    create_booking(room, between(13, 14, days=1), status=BookingStatus.PENDING)
    create_booking(room, between(15, 16, days=1), status=BookingStatus.OFFERED, expires_at=at(18))
    moving.reschedule(moved_actor(moved), moved.id, between(9.5, 11, days=1), version=moved.version, now=NOW)
    create_booking(pool, between(9, 10))
    seat(db, pool, between(8.75, 9.5))
    early = create_booking(pool, between(9, 10), status=BookingStatus.CHECKED_IN, checked_in_at=NOW)
    in_transaction(
        lambda: arbiter.change(db.session(), early, BookingStatus.COMPLETED, version=1, left_at=NOW)
    )

    for space, window in ((room, Interval.of_day(TOMORROW)), (pool, between(9, 24))):
        kept = seats.taken_of(db.session(), space, window.ticks())
        counted = taken_on_the_board(space, window)
        assert {t: n for t, n in counted.items() if t in window.ticks() and n} == dict(kept)
    assert seats.taken_of(db.session(), room, between(9.5, 10, days=1).ticks()).total() == 2


def moved_actor(booking):
    return database.session.get_one(Person, booking.booker_id).as_actor()


def seat(db, pool, interval):
    def sit():
        walk_in = WalkIn(
            space_id=pool.id,
            starts_at=interval.starts_at,
            ends_at=interval.ends_at,
            arrived_at=interval.starts_at,
            created_by_id=create_person(Role.STAFF).id,
        )
        db.session.add(walk_in)
        db.session.flush()
        arbiter.hold(db.session(), pool, walk_in, interval, None)

    in_transaction(sit)


def test_a_day_is_named_by_how_much_of_its_open_time_is_taken(db):
    room = create_space(opens=8, closes=12, max_minutes=240, advance_days=6)
    create_booking(room, between(8, 9, days=1))
    create_booking(room, between(8, 10, days=2))
    create_booking(room, between(8, 12, days=3))
    close(db, room, between(0, 24, days=4))

    seen = month.of_space(None, room.code, None, NOW)

    words = {one.day.day: (one.fullness, one.share) for one in seen.days}
    assert words[22] == (Fullness.PAST, 0)
    assert words[23] == (Fullness.FREE, 0)
    assert words[24] == (Fullness.QUIET, 0.25)
    assert words[25] == (Fullness.BUSY, 0.5)
    assert words[26] == (Fullness.FULL, 1)
    assert words[27][0] is Fullness.SHUT
    assert words[30][0] is Fullness.BEYOND


def test_today_counts_only_what_is_left_of_it():
    room = create_space(opens=8, closes=12)
    create_booking(room, between(8, 10))

    assert month.of_space(None, room.code, None, NOW).days[22].share == pytest.approx(4 / 12)
    assert month.of_space(None, room.code, None, at(10)).days[22].share == 0


def test_a_month_of_all_spaces_weighs_each_alike_the_studio_as_a_whole(staff):
    full, free, pool = create_space(opens=8, closes=12), create_space(), create_pool(places=2)
    studio = create_studio()
    create_show(studio, at(19.5, day=TOMORROW))
    create_booking(full, between(8, 12, days=1))
    create_booking(pool, between(8, 9, days=1))

    seen = month.of_all(None, TOMORROW, NOW)
    tomorrow = seen.days[23]

    assert (tomorrow.open_spaces, tomorrow.spaces_with_time) == (4, 3)
    assert tomorrow.share == pytest.approx((1 + 0 + 4 / 112 + 10 / 56) / 4)
    assert [one.code for one in seen.spaces] == [full.code, free.code, pool.code, studio.code]
    assert (seen.earlier, seen.later) == (None, MONDAY.replace(month=12, day=1))


def test_staff_look_as_far_ahead_as_they_plan(staff):
    room = create_space()
    far = MONDAY + timedelta(days=STAFF_ADVANCE_DAYS)

    assert board.of_day(staff, far, NOW).day == far
    assert space_calendar.day(staff, room.code, far, NOW).lane.choices.starts()
    assert space_calendar.week(staff, room.code, far, NOW).chosen == far
    assert month.of_all(staff, far, NOW).first == far.replace(day=1)
    resident = create_actor()
    assert board.of_day(resident, far, NOW).day == MONDAY + timedelta(days=30)
    assert space_calendar.day(resident, room.code, far, NOW).last_day == MONDAY + timedelta(days=30)


def test_finding_asks_for_length_people_and_equipment(db, staff):
    room = create_space(buffer_minutes=15)
    small, pool = create_space(capacity=4), create_pool()
    db.session.add(SpaceEquipment(space_id=room.id, code=Equipment.PROJECTOR))
    db.session.commit()
    create_booking(room, between(8, 12, days=1))
    create_booking(room, between(13.5, 14.5, days=1))
    close(db, small, between(8, 21, days=1))

    def found(**asked):
        seen = find.spaces_for(None, search(**asked), NOW)
        return [match.space.id for match in seen.free], [match.space.id for match in seen.full]

    assert found() == ([room.id, small.id, pool.id], [])
    assert found(minutes=120) == ([room.id], [small.id])
    assert found(people=5) == ([room.id], [])
    assert found(people=21) == ([], [])
    assert found(equipment={Equipment.PROJECTOR}) == ([room.id], [])
    first = find.spaces_for(None, search(), NOW).free[0].starts[0]
    assert moment_of(first) == at(12.25, day=TOMORROW)
    later = find.spaces_for(None, search(minutes=120), NOW).free[0].starts[0]
    assert moment_of(later) == at(14.75, day=TOMORROW)
    assert found(day=MONDAY - timedelta(days=9)) == found(day=MONDAY)


def test_the_day_sheet_masks_names_and_keeps_a_private_room_to_itself(staff):
    room, private = create_space(), create_space(is_private=True)
    booker = create_person(name="林秀兰", salutation="ms")
    create_booking(room, between(14, 15), booker_id=booker.id, party_size=6, pickup_number="0417")
    create_booking(room, between(10, 11), status=BookingStatus.CANCELLED)
    create_booking(private, between(9, 10), booker_id=booker.id, party_size=3, purpose="调解")

    sheet = day_sheet.of_day(staff, None, NOW)

    first, second = sheet.sections
    assert [(e.name, e.people, e.pickup_number) for e in first.entries] == [("林女士", 6, "0417")]
    assert [(e.name, e.people) for e in second.entries] == [("", None)]
    with pytest.raises(Forbidden):
        day_sheet.of_day(create_actor(), None, NOW)


def test_a_feed_dies_with_its_address(staff):
    actor = create_actor()
    feed = feeds.renew(actor, None, NOW)

    assert feeds.renew(actor, None, NOW).id == feed.id, "sent twice it is made once"
    other = feeds.renew(actor, feed.id, NOW)
    assert other.id != feed.id
    assert feeds.own(actor).id == other.id
    feeds.revoke(actor, NOW)
    assert feeds.own(actor) is None
    with pytest.raises(Missing):
        feeds.of_token(f"{other.id}-{'x' * 43}", "key", NOW)
