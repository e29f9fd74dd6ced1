"""Reminders: the evening before and shortly before, once, and only of what stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Role
from models import OutboxMessage, ReminderSent
from services import booking, moving
from services.telling import reminders
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
    set_figure,
)
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
EVENING = at(19)
EARLY = NOW - timedelta(days=3)


@pytest.fixture
def room():
    return create_space("tea-room")


def booked(room, interval, **changes):
    return create_booking(room, interval, **{"created_at": EARLY} | changes)


def told(db):
    """Every reminder so far: whom and what, in order."""
    db.session.rollback()
    rows = db.session.execute(
        select(OutboxMessage.recipient_id, OutboxMessage.kind)
        .where(
            OutboxMessage.kind.like("%\\_tomorrow", escape="\\")
            | OutboxMessage.kind.like("%\\_soon", escape="\\")
        )
        .order_by(OutboxMessage.id)
    )
    return [tuple(row) for row in rows]


def test_the_evening_before_and_an_hour_before_each_once(room, db):
    made = booked(room, between(15, 17, days=1))
    booked(room, between(9, 10, days=2))

    assert reminders.remind_due(EVENING) == 1
    assert reminders.remind_due(EVENING + timedelta(minutes=1)) == 0
    assert reminders.remind_due(at(24 + 13.9)) == 0
    assert reminders.remind_due(at(24 + 14)) == 1
    assert reminders.remind_due(at(24 + 14.1)) == 0
    assert told(db) == [(made.booker_id, "booking_tomorrow"), (made.booker_id, "booking_soon")]


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.CONFIRMED}))
def test_only_what_is_confirmed_is_reminded_of(room, status):
    more = {"decision_reason": "停用"} if status is BookingStatus.DECLINED else {}
    more |= {"expires_at": at(40)} if status is BookingStatus.OFFERED else {}
    booked(room, between(15, 17, days=1), status=status, **more)

    assert reminders.remind_due(EVENING) == 0


def test_a_late_evening_is_left_out_and_so_is_the_night(room, db):
    booked(room, between(15, 17, days=1))

    assert reminders.remind_due(at(21)) == 0
    assert reminders.remind_due(at(27)) == 0
    assert reminders.remind_due(at(20.9)) == 1


def test_jobs_that_were_down_remind_as_long_as_it_helps(room, db):
    booked(room, between(9, 10), booker_id=create_person().id)
    late = booked(room, between(10.5, 11))

    assert reminders.remind_due(at(10.25)) == 1
    assert told(db) == [(late.booker_id, "booking_soon")]


def test_what_was_booked_decided_or_moved_after_the_reminder_was_due_needs_none(room, db):
    booker, late = create_actor(), EVENING + timedelta(minutes=1)
    booked(room, between(9, 10, days=1), created_at=late)
    booked(room, between(10, 11, days=1), decided_at=late)
    moved = booked(room, between(9, 10, days=5), booker_id=booker.id)
    staff = create_actor(Role.STAFF)
    moving.reschedule(staff, moved.id, between(12, 13, days=1), version=1, now=late)

    assert reminders.remind_due(late) == 0
    assert reminders.remind_due(at(24 + 11)) == 1
    assert told(db) == [(booker.id, "booking_soon")]


def test_the_wish_for_another_time_leaves_the_reminder_of_the_own_one(room, db):
    booker = create_actor()
    made = booked(room, between(15, 16, days=1), booker_id=booker.id)
    moving.reschedule(booker, made.id, between(15, 16, days=3), version=1, now=NOW)

    assert reminders.remind_due(EVENING) == 1


def test_a_moved_booking_is_reminded_of_its_new_time_too(room, db):
    made = booked(room, between(15, 16, days=1))
    assert reminders.remind_due(EVENING) == 1
    moving.reschedule(create_actor(Role.STAFF), made.id, between(15, 16, days=3), version=1, now=EVENING)

    assert reminders.remind_due(at(24 + 14)) == 0
    assert reminders.remind_due(at(48 + 19)) == 1
    assert len(db.session.scalars(select(ReminderSent)).all()) == 2


def test_a_cancelled_booking_gets_none_even_when_it_goes_at_the_last_moment(room, db, monkeypatch):
    booker = create_actor()
    made = booked(room, between(15, 16, days=1), booker_id=booker.id)
    found = reminders._due(EVENING)  # noqa: SLF001  what a runner has seen before the booking went
    booking.cancel(booker, made.id, version=1, now=EVENING)
    monkeypatch.setattr(reminders, "_due", lambda _now: found)

    assert reminders.remind_due(EVENING) == 0


def test_two_runners_that_saw_the_same_remind_once(room, db, monkeypatch):
    booked(room, between(15, 16, days=1))
    found = reminders._due(EVENING)  # noqa: SLF001  what both have seen
    monkeypatch.setattr(reminders, "_due", lambda _now: found)

    assert [reminders.remind_due(EVENING), reminders.remind_due(EVENING)] == [1, 0]
    monkeypatch.setattr(reminders, "_claim", lambda *_: True)
    assert reminders.remind_due(EVENING) == 1, "without the claim they would remind twice"


def test_a_reminder_and_that_it_was_sent_come_together_or_not_at_all(room, db, monkeypatch):
    booked(room, between(15, 16, days=1))

    def power_cut(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(reminders.records, "tell_each", power_cut)
        with pytest.raises(SystemExit):
            reminders.remind_due(EVENING)

    assert reminders.remind_due(EVENING) == 1


def test_who_booked_for_a_neighbour_without_phone_is_reminded_too(room, db):
    captain, neighbour = create_actor(Role.CAPTAIN, captain_of=7), create_person(phone=None)
    booked(room, between(15, 16, days=1), booker_id=neighbour.id, created_by_id=captain.id)
    with_phone = booked(room, between(17, 18, days=1), created_by_id=captain.id)

    reminders.remind_due(EVENING)

    assert told(db) == [
        (neighbour.id, "booking_tomorrow"),
        (captain.id, "neighbour_tomorrow"),
        (with_phone.booker_id, "booking_tomorrow"),
    ]


def test_a_closed_account_is_left_alone(room, db):
    booked(room, between(15, 16, days=1), booker_id=create_person(disabled_at=NOW).id)

    reminders.remind_due(EVENING)

    assert told(db) == []


def test_everybody_of_a_shop_is_reminded_of_its_booth(db):
    shop, owner = create_merchant("山腰茶行")
    show = create_show(create_studio(), at(43.5), title="金秋专场")
    made = create_booth(
        show, 3, create_product(shop), owner, created_at=EARLY, status=BookingStatus.CONFIRMED
    )

    reminders.remind_due(EVENING)
    reminders.remind_due(made.starts_at - timedelta(hours=1))

    assert told(db) == [(owner.id, "booth_tomorrow"), (owner.id, "booth_soon")]
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "booth_soon")).one()
    assert (message.params["show"], message.params["booth"]) == ("金秋专场", 3)


def test_a_seat_taken_on_the_spot_needs_no_reminder():
    seat = create_pool(code="rest-station", opens=0, closes=24)
    create_booking(seat, between(9.5, 10), created_at=at(9.1))

    assert reminders.remind_due(at(9.2)) == 0


def test_the_house_says_when(room, db):
    def set_both():
        set_figure("evening_reminder_minute", 18 * 60)
        set_figure("hour_reminder_minutes", 0)

    in_transaction(set_both)
    booked(room, between(15, 16, days=1))

    assert reminders.remind_due(at(18)) == 1
    assert reminders.remind_due(at(24 + 14)) == 0
