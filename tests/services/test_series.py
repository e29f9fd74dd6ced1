"""Series of bookings, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken
from domain.people import Role
from domain.policies import Override
from domain.recurrence import Scope, parse
from domain.spaces import Approval
from models import AuditEvent, OutboxMessage, Series, SeriesSkip
from services import series, series_changes, series_reading
from services.making import Wish
from services.series import Plan
from services.series_changes import Part
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_pool,
    create_space,
)
from tests.support.history import disagreements
from tests.support.planning import WEEKLY, book, count_of, occurrences, plan, skips, starts, weeks

pytestmark = pytest.mark.usefixtures("db")

ALL = Part(Scope.ALL)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE)


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
