"""The studio for rehearsals and other uses: through the same door as any room, and never in the way of a show."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.door import DoorState
from domain.errors import RuleViolation, SlotTaken
from domain.interval import Interval, tick_of
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.recurrence import parse
from domain.spaces import WHOLE_ROOM
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout, ShowStatus, StudioTaken
from models import Booking, Occupancy, PenaltyPoint
from services import (
    arbiter,
    attendance,
    board,
    booking,
    day_sheet,
    decisions,
    door,
    find,
    listing,
    making,
    month,
    moving,
    queueing,
    series,
    space_calendar,
    waitlist,
)
from services.find import Search
from services.house import closures, hours
from services.studio import planning
from services.unit_of_work import in_transaction
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_studio,
    set_figure,
)
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def studio():
    """A studio where staff decide."""
    return create_studio(code="studio")


@pytest.fixture
def keeper():
    """Somebody of a verified shop."""
    return create_merchant()[1]


def rehearse(actor, interval, **more):
    """Ask for the studio as a whole."""
    return booking.request_booking(actor, "studio", interval, purpose="试播", party_size=3, now=NOW, **more)


def codes(refusal):
    return [violation.code for violation in refusal.value.violations]


def test_a_verified_shop_a_neighbour_and_staff_may_ask_for_it(db, studio, keeper):
    asked = rehearse(keeper, between(10, 12, days=1))
    assert (asked.place, asked.status) == (WHOLE_ROOM, BookingStatus.PENDING)
    assert rehearse(create_actor(), between(12, 13, days=1)).status is BookingStatus.PENDING
    assert rehearse(create_actor(Role.STAFF), between(13, 14, days=1)).status is BookingStatus.CONFIRMED
    assert disagreements() == []


def test_a_shop_that_nobody_verified_or_a_neighbour_who_is_unknown_may_not(studio):
    _, unknown = create_merchant(status=MerchantStatus.SUBMITTED)

    with pytest.raises(RuleViolation) as shop:
        rehearse(unknown, between(10, 12, days=1))
    assert codes(shop) == ["studio_needs_verified_shop"]
    with pytest.raises(RuleViolation) as neighbour:
        rehearse(create_actor(verified_at=None), between(10, 12, days=1))
    assert codes(neighbour) == ["not_verified"]


def test_its_lengths_are_the_house_s_and_not_those_of_a_booth(studio, keeper):
    with pytest.raises(RuleViolation) as short:
        rehearse(keeper, between(10, 10.25, days=1))
    assert codes(short) == ["too_short"]
    with pytest.raises(RuleViolation) as long:
        rehearse(keeper, between(10, 14.25, days=1))
    assert codes(long) == ["too_long"]

    set_figure("studio_max_minutes", 300)
    assert rehearse(keeper, between(10, 15, days=1)).place == WHOLE_ROOM


def test_a_shop_is_held_to_the_week_s_hours_and_its_booths_do_not_count(studio):
    shop, keeper = create_merchant()
    show = create_show(studio, at(20, day=MONDAY + timedelta(days=4)))
    create_booth(show, 1, create_product(shop), keeper)

    rehearse(keeper, between(9, 13, days=1))
    with pytest.raises(RuleViolation) as refusal:
        rehearse(keeper, between(9, 12, days=2))
    assert codes(refusal) == ["quota_hours"]


@pytest.mark.parametrize("layout", Layout)
def test_it_never_meets_a_show_and_the_ways_out_lead_round_it(studio, keeper, layout):
    show = create_show(studio, at(14, day=TUESDAY), layout=layout, slots=10)

    with pytest.raises(SlotTaken) as refusal:
        rehearse(keeper, between(15, 17, days=1))

    assert len(refusal.value.alternatives) == 3
    assert not any(way.interval.overlaps(show.interval) for way in refusal.value.alternatives)
    assert {way.space_code for way in refusal.value.alternatives} == {"studio"}


def test_a_show_never_meets_a_rehearsal_and_says_so_without_a_name(studio, keeper):
    asked = rehearse(keeper, between(19, 20, days=1))

    with pytest.raises(StudioTaken) as refusal:
        planning.create_show(
            create_actor(Role.STAFF), ShowWish("年货节", at(19.5, day=TUESDAY), Layout.RUNDOWN), now=NOW
        )

    [rival] = refusal.value.rivals
    assert (rival.show_id, rival.title, rival.interval) == (None, "", asked.interval)


def test_two_rehearsals_never_meet(studio, keeper):
    rehearse(keeper, between(10, 12, days=1))

    with pytest.raises(SlotTaken):
        rehearse(create_actor(), between(11, 13, days=1))


def test_it_is_moved_cancelled_and_given_to_the_next_in_line(db, studio, keeper):
    show = create_show(studio, at(19.5, day=TUESDAY))
    held = rehearse(keeper, between(10, 12, days=1))
    neighbour = create_actor()
    entry = queueing.join(
        neighbour, "studio", between(10, 11, days=1), purpose="拍视频", party_size=1, now=NOW
    )

    with pytest.raises(SlotTaken):
        moving.reschedule(keeper, held.id, between(20, 22, days=1), version=held.version, now=NOW)
    moving.reschedule(keeper, held.id, between(14, 16, days=1), version=held.version, now=NOW)

    db.session.refresh(entry)
    offer = listing.booking(neighbour, entry.booking_id)
    assert (offer.status, offer.place) == (BookingStatus.OFFERED, WHOLE_ROOM)
    with pytest.raises(RuleViolation) as free:
        queueing.join(neighbour, "studio", between(17, 18, days=1), purpose="", party_size=1, now=NOW)
    assert codes(free) == ["time_is_free"]
    assert waitlist.is_full(db.session(), studio, show.interval)
    booking.cancel(keeper, held.id, version=held.version, now=NOW)
    assert disagreements() == []


def test_who_does_not_come_gives_it_back_and_a_shop_gets_a_point(db, studio, keeper):
    asked = rehearse(keeper, between(10, 12, days=1))
    decisions.approve(create_actor(Role.STAFF), asked.id, version=asked.version, now=NOW)

    assert attendance.release_no_shows(at(10.5, day=TUESDAY)) == 1

    assert db.session.scalars(select(Occupancy)).all() == []
    assert db.session.scalars(select(PenaltyPoint)).one().person_id == keeper.id


def test_who_comes_checks_in(studio, keeper):
    asked = rehearse(keeper, between(10, 12, days=1))
    decisions.approve(create_actor(Role.STAFF), asked.id, version=asked.version, now=NOW)

    came = attendance.check_in(keeper, asked.id, now=at(10, day=TUESDAY))

    assert came.status is BookingStatus.CHECKED_IN
    sign = door.sign("studio", studio.door_key, at(10.5, day=TUESDAY))
    assert sign.glance.state is DoorState.BUSY


def test_every_view_shows_it_and_nobody_s_name(studio, keeper):
    create_show(studio, at(19.5, day=TUESDAY))
    asked = rehearse(keeper, between(10, 12, days=1))

    [lane] = board.of_day(None, TUESDAY, NOW).lanes
    kinds = {(one.kind.value, one.label) for one in lane.segments}
    assert ("busy", "") in kinds
    assert ("show", "年货节专场") in kinds
    week = space_calendar.week(keeper, "studio", TUESDAY, NOW)
    mine = [one for one in week.days[1].lane.segments if (one.kind, one.ref) == ("pending", asked.id)]
    assert [one.label for one in mine] == ["试播"]
    free = listing.availability("studio", between(9, 23, days=1), NOW)
    assert [one.free for one in free] == [1, 0, 1, 0, 1]
    days = month.of_space(None, "studio", TUESDAY, NOW).days
    assert next(one.share for one in days if one.day == TUESDAY) == pytest.approx(4.5 / 14)
    sheet = day_sheet.of_day(create_actor(Role.STAFF), TUESDAY, NOW)
    assert [entry.booking_id for entry in sheet.sections[0].entries] == [asked.id]
    found = find.spaces_for(None, Search(TUESDAY, 120, 3, frozenset()), NOW)
    assert tick_of(at(9, day=TUESDAY)) not in found.free[0].starts
    assert tick_of(at(12, day=TUESDAY)) in found.free[0].starts


def test_booths_of_a_show_take_nothing_away_from_the_studio_twice(studio):
    show = create_show(studio, at(19.5, day=TUESDAY))
    for number in range(1, 6):
        shop, owner = create_merchant()
        create_booth(show, number, create_product(shop), owner)

    days = month.of_space(None, "studio", TUESDAY, NOW).days
    assert next(one.share for one in days if one.day == TUESDAY) == pytest.approx(2.5 / 14)


def test_a_closure_asks_what_becomes_of_a_rehearsal(studio, keeper):
    asked = rehearse(keeper, between(10, 12, days=1))

    plan = closures.plan_closure(create_actor(Role.STAFF), ["studio"], between(9, 13, days=1), NOW)

    assert [hit.booking.id for hit in plan.hits] == [asked.id]
    assert hours.touched_by(create_actor(Role.ADMIN), "studio", [], NOW)[0].booking.id == asked.id


def test_a_cancelled_show_leaves_its_time_to_rehearsals(db, studio, keeper):
    show = create_show(studio, at(14, day=TUESDAY), status=ShowStatus.CANCELLED)
    in_transaction(lambda: arbiter.release(db.session(), show))

    assert rehearse(keeper, Interval(show.starts_at, show.ends_at)).place == WHOLE_ROOM


def test_a_series_of_rehearsals_leaves_out_the_evening_of_a_show(db, studio):
    staff = create_actor(Role.STAFF)
    create_show(studio, at(19, day=TUESDAY + timedelta(days=7)))

    made = series.book(
        staff,
        series.Plan("studio", between(19, 20, days=1), parse("FREQ=WEEKLY;COUNT=3"), making.Wish("试播", 2)),
        only_free=True,
        now=NOW,
    )

    held = db.session.scalars(select(Booking).where(Booking.series_id == made.id)).all()
    assert sorted(one.starts_at for one in held) == [
        at(19, day=TUESDAY),
        at(19, day=TUESDAY + timedelta(days=14)),
    ]
    assert {one.place for one in held} == {WHOLE_ROOM}
