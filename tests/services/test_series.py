"""Series of bookings, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken, Stale
from domain.people import Role
from domain.policies import Override
from domain.recurrence import Scope, TimeOfDay, parse
from domain.spaces import Approval
from models import AuditEvent, Booking, OutboxMessage, Series, SeriesSkip, WaitlistEntry
from services import booking, decisions, moving, series, series_changes, series_reading
from services.making import Wish
from services.series import Plan
from services.series_changes import Part
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_pool,
    create_space,
)
from tests.support.history import disagreements

pytestmark = pytest.mark.usefixtures("db")

ALL = Part(Scope.ALL)
WEEKLY = "FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE)


def plan(first=None, rule=WEEKLY, party_size=4, **more):
    return Plan(
        "tea-room", first or between(15, 17, days=1), parse(rule), Wish("合唱排练", party_size), **more
    )


def book(actor, *wanted, **more):
    return series.book(actor, *(wanted or (plan(),)), **{"now": NOW} | more)


def occurrences(db, made):
    return db.session.scalars(
        select(Booking)
        .where(Booking.series_id == made.id)
        .order_by(Booking.occurrence_day)
        .execution_options(populate_existing=True)
    ).all()


def starts(db, made):
    return [one.starts_at for one in occurrences(db, made) if one.status in ("pending", "confirmed")]


def skips(db, made):
    rows = db.session.scalars(
        select(SeriesSkip).where(SeriesSkip.series_id == made.id).order_by(SeriesSkip.day)
    )
    return {row.day.day: row.code for row in rows}


def weeks(hour, *numbers):
    return [at(hour, day=MONDAY + timedelta(days=1 + 7 * number)) for number in numbers]


def count_of(db, table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_series_is_bookings_of_their_own_on_the_same_wall_time(db, room):
    made = book(create_actor())

    found = occurrences(db, made)
    assert starts(db, made) == weeks(15, 0, 1, 2)
    assert [one.occurrence_day.day for one in found] == [24, 1, 8]
    assert {one.status for one in found} == {BookingStatus.CONFIRMED}
    assert len({one.pickup_number for one in found}) > 0
    assert skips(db, made) == {}
    assert disagreements() == []


def test_the_preview_names_what_is_in_the_way_of_each_date_and_counts_the_quota(room):
    create_booking(room, between(16, 18, days=8))

    seen = series.preview(create_actor(), plan(rule="FREQ=WEEKLY;COUNT=6"), NOW)

    assert [[reason.code for reason in one.reasons] for one in seen] == [
        [],
        ["slot_taken"],
        [],
        [],
        ["quota_count"],
        ["too_far", "quota_count"],
    ]


def test_the_chosen_dates_are_booked_and_the_others_are_kept_as_skipped(db, room):
    create_booking(room, between(16, 18, days=8))
    chosen = [date(2026, 11, 24), date(2026, 12, 15)]

    made = book(create_actor(), plan(rule="FREQ=WEEKLY;COUNT=6"), days=chosen)

    assert starts(db, made) == weeks(15, 0, 3)
    assert skips(db, made) == {1: "slot_taken", 8: "not_chosen", 22: "quota_count", 29: "too_far"}


def test_without_names_all_the_dates_are_booked_or_none(db, room):
    create_booking(room, between(16, 18, days=8))
    before = count_of(db, AuditEvent)

    with pytest.raises(SlotTaken) as taken:
        book(create_actor())

    assert taken.value.params == {"days": [date(2026, 12, 1)]}
    assert [count_of(db, table) for table in (Series, SeriesSkip, OutboxMessage)] == [0, 0, 0]
    assert count_of(db, AuditEvent) == before
    assert disagreements() == []


def test_what_is_not_free_can_be_left_out(db, room):
    create_booking(room, between(16, 18, days=8))

    made = book(create_actor(), only_free=True)

    assert starts(db, made) == weeks(15, 0, 2)
    assert skips(db, made) == {1: "slot_taken"}
    with pytest.raises(SlotTaken):
        book(create_actor(), only_free=True)


def test_broken_rules_name_their_days(room):
    with pytest.raises(RuleViolation) as broken:
        book(create_actor(), plan(rule="FREQ=WEEKLY;COUNT=6"))

    told = [(found.code, found.params["day"].day) for found in broken.value.violations]
    assert told == [("quota_count", 15), ("quota_count", 22), ("too_far", 29), ("quota_count", 29)]


def test_staff_book_a_year_for_somebody_and_tell_them_once(db, staff, room):
    neighbour = create_person()
    override = Override(frozenset({"quota_count"}), "居委会的班")

    made = book(staff, plan(rule="FREQ=WEEKLY;COUNT=52", on_behalf_of=neighbour.id), override=override)

    assert len(starts(db, made)) == 52
    told = db.session.scalars(select(OutboxMessage)).one()
    assert (told.kind, told.recipient_id, told.params["count"]) == ("series_made_for_you", neighbour.id, 52)
    events = db.session.scalars(select(AuditEvent.action)).all()
    assert (events.count("series.booked"), events.count("booking.requested")) == (1, 52)
    reasons = [one.override_reason for one in occurrences(db, made)]
    assert reasons == [""] * 3 + ["居委会的班"] * 49
    with pytest.raises(Forbidden):
        book(create_actor(), override=override)


def test_a_pool_gives_each_date_any_free_seat_and_refuses_the_full_one(db):
    seats = create_pool(places=2, code="rest-station")
    for _ in range(2):
        create_booking(seats, between(15, 16, days=2))
    wanted = Plan("rest-station", between(15, 16, days=1), parse("FREQ=DAILY;COUNT=3"), Wish("", 1))

    made = book(create_actor(), wanted, only_free=True)

    assert skips(db, made) == {25: "slot_taken"}
    assert disagreements() == []


@pytest.mark.parametrize(
    ("wanted", "days", "code"),
    [
        ({"rule": WEEKLY}, [], "series_no_day"),
        ({"rule": WEEKLY}, [date(2026, 11, 25)], "series_day_unknown"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20261101"}, None, "rule_empty"),
    ],
)
def test_dates_that_the_rule_does_not_have_are_refused(room, wanted, days, code):
    with pytest.raises(BadInput) as refused:
        book(create_actor(), plan(**wanted), days=days)

    assert refused.value.code == code


def test_a_time_off_the_grid_or_longer_than_a_day_is_no_series(room):
    first = between(15, 17, days=1)
    for wanted, code in (
        (first.shifted(timedelta(minutes=5)), "off_grid"),
        (between(0, 25, days=1), "too_long"),
    ):
        with pytest.raises(RuleViolation) as refused:
            book(create_actor(), plan(wanted))
        assert [found.code for found in refused.value.violations] == [code]


def test_only_booker_typist_and_staff_know_a_series(db, staff, room):
    captain, neighbour = create_captain(), create_person()
    made = book(captain, plan(on_behalf_of=neighbour.id))

    for knows in (captain, neighbour.as_actor(), staff):
        assert series_reading.one(knows, made.id).series.id == made.id
    with pytest.raises(Missing):
        series_reading.one(create_actor(), made.id)
    with pytest.raises(Missing):
        series_changes.cancel(create_actor(), made.id, ALL, version=1, now=NOW)


def test_a_booking_knows_its_place_in_the_series(db, room):
    made = book(create_actor())
    _, second, _ = occurrences(db, made)

    assert series_reading.position(second) == series_reading.Position(2, 3)


def test_cancelling_this_and_following_frees_their_times_and_leaves_the_rest(db, staff, room):
    me = create_actor()
    made = book(me)
    part = Part(Scope.FOLLOWING, day=date(2026, 12, 1))

    series_changes.cancel(staff, made.id, part, version=1, now=NOW, reason="维修")

    assert starts(db, made) == weeks(15, 0)
    told = db.session.scalars(select(OutboxMessage)).one()
    assert (told.kind, told.params["count"], told.params["reason"]) == ("series_cancelled", 2, "维修")
    assert disagreements() == []


def test_what_is_over_and_what_was_changed_by_hand_stays(db, staff, room):
    me = create_actor()
    made = book(me)
    *_, third = occurrences(db, made)
    moving.reschedule(me, third.id, between(9, 11, days=15), version=1, now=NOW)
    later = at(16, day=MONDAY + timedelta(days=1))

    series_changes.move(me, made.id, ALL, TimeOfDay(18 * 60, 60), version=1, now=later)

    assert starts(db, made) == [*weeks(15, 0), *weeks(18, 1), *weeks(9, 2)]
    series_changes.cancel(me, made.id, Part(Scope.THIS, booking_id=third.id), version=2, now=later)
    assert starts(db, made) == [*weeks(15, 0), *weeks(18, 1)]


def test_a_daily_series_moves_onto_itself(db, staff, room):
    create_booking(room, between(11, 12, days=1))
    made = book(staff, plan(between(8, 11, days=1), "FREQ=DAILY;COUNT=5"))

    with pytest.raises(SlotTaken) as taken:
        series_changes.move(staff, made.id, ALL, TimeOfDay(8 * 60 + 30, 180), version=1, now=NOW)
    assert taken.value.params["days"] == [date(2026, 11, 24)]
    assert [one.hour for one in starts(db, made)] == [0] * 5, "nothing moved: 08:00 is 00:00 in UTC"

    part = Part(Scope.FOLLOWING, day=date(2026, 11, 25))
    series_changes.move(staff, made.id, part, TimeOfDay(8 * 60 + 30, 180), version=1, now=NOW)

    assert [one.minute for one in starts(db, made)] == [0, 30, 30, 30, 30]
    assert disagreements() == []


def test_nights_that_touch_each_other_swap_their_ticks(db, staff):
    create_space("tea-room", approval=Approval.NONE, opens=0, closes=24, max_minutes=1440)
    made = book(staff, plan(between(12, 36), "FREQ=DAILY;COUNT=4"))

    series_changes.move(staff, made.id, ALL, TimeOfDay(18 * 60, 1440), version=1, now=NOW)

    assert [one.hour for one in starts(db, made)] == [10] * 4
    assert disagreements() == []


def test_a_confirmed_series_that_needs_a_yes_keeps_its_time_until_staff_decide(db, staff, room):
    me = create_actor()
    room.approval = Approval.STAFF
    db.session.commit()
    made = book(me)
    first, second, _ = occurrences(db, made)
    decisions.approve(staff, first.id, version=1, now=NOW)

    series_changes.move(me, made.id, ALL, TimeOfDay(16 * 60, 120), version=1, now=NOW)

    first, second, _ = occurrences(db, made)
    assert (first.starts_at, first.proposed_starts_at) == (weeks(15, 0)[0], weeks(16, 0)[0])
    assert (second.status, second.starts_at) == (BookingStatus.PENDING, weeks(16, 1)[0])
    assert disagreements() == []
    decisions.approve(staff, first.id, version=first.version, now=NOW)
    assert starts(db, made) == weeks(16, 0, 1, 2)


def test_purpose_and_people_change_within_the_rules(db, room):
    me = create_actor()
    made = book(me)

    series_changes.edit(
        me, made.id, Part(Scope.FOLLOWING, day=date(2026, 12, 1)), Wish("下棋", 8), version=1, now=NOW
    )
    with pytest.raises(RuleViolation):
        series_changes.edit(me, made.id, ALL, Wish("下棋", 21), version=2, now=NOW)

    assert [(one.purpose, one.party_size) for one in occurrences(db, made)] == [
        ("合唱排练", 4),
        ("下棋", 8),
        ("下棋", 8),
    ]


def test_of_two_changes_the_second_sees_that_it_came_late(db, room):
    me = create_actor()
    made = book(me)
    series_changes.cancel(me, made.id, Part(Scope.THIS, day=date(2026, 12, 1)), version=1, now=NOW)

    with pytest.raises(Stale):
        series_changes.cancel(me, made.id, ALL, version=1, now=NOW)
    with pytest.raises(RuleViolation):
        series_changes.cancel(me, made.id, Part(Scope.THIS, day=date(2026, 12, 1)), version=2, now=NOW)
    with pytest.raises(BadInput):
        series_changes.cancel(me, made.id, Part(Scope.THIS), version=2, now=NOW)

    assert starts(db, made) == weeks(15, 0, 2)


def test_a_skipped_date_is_tried_again_at_the_time_of_the_series(db, room):
    me, other = create_actor(), create_actor()
    rival = create_booking(room, between(16, 18, days=8), booker_id=other.id)
    made = book(me, only_free=True)
    day = date(2026, 12, 1)

    with pytest.raises(SlotTaken):
        series.retry_skipped(me, made.id, day, now=NOW)
    booking.cancel(other, rival.id, version=1, now=NOW)
    series.retry_skipped(me, made.id, day, now=NOW)

    assert starts(db, made) == weeks(15, 0, 1, 2)
    assert skips(db, made) == {}
    with pytest.raises(Missing):
        series.retry_skipped(me, made.id, day, now=NOW)


def test_what_a_cancelled_series_frees_is_offered_to_those_in_line(db, room):
    me, waiting = create_actor(), create_actor()
    made = book(me)
    wish = between(15, 16, days=8)
    db.session.add(
        WaitlistEntry(
            space_id=room.id, starts_at=wish.starts_at, ends_at=wish.ends_at, person_id=waiting.id,
            created_by_id=waiting.id, created_at=NOW,
        )
    )  # fmt: skip
    db.session.commit()

    series_changes.cancel(me, made.id, ALL, version=1, now=NOW)

    offer = db.session.scalars(select(Booking).where(Booking.booker_id == waiting.id)).one()
    assert (offer.status, offer.starts_at) == (BookingStatus.OFFERED, wish.starts_at)
    assert disagreements() == []
