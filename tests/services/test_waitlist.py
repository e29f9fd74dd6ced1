"""The waiting line, on both engines: who comes next, and what an answer does."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.people import Role
from domain.spaces import Approval
from domain.waitlist import EntryStatus
from services import booking, decisions, moving, passing, queueing
from tests.support.builders import NOW, between, create_actor, create_booking, create_pool, create_space
from tests.support.history import disagreements
from tests.support.waiting import (
    ELSEWHEN,
    TIME,
    booker_of,
    given_back,
    in_line,
    offer_of,
    refused,
    status_of,
    told,
    waits,
)

pytestmark = pytest.mark.usefixtures("db")


def test_the_first_in_line_gets_an_offer_that_holds_the_time():
    room = create_space(buffer_minutes=15)
    held, [first, _second], entries = in_line(2, room)

    given_back(held)

    offer = offer_of(entries[0])
    assert (offer.status, offer.booker_id, offer.interval) == (BookingStatus.OFFERED, first.id, TIME)
    assert offer.expires_at == NOW + timedelta(hours=2)
    assert [status_of(entry) for entry in entries] == [EntryStatus.OFFERED, EntryStatus.WAITING]
    assert told("offer_made") == [first.id]
    with pytest.raises(SlotTaken):
        booking.request_booking(create_actor(), room.code, TIME, purpose="喝茶", party_size=1, now=NOW)
    assert disagreements() == []


@pytest.mark.parametrize(
    ("approval", "expected"),
    [(Approval.STAFF, BookingStatus.PENDING), (Approval.NONE, BookingStatus.CONFIRMED)],
)
def test_an_accepted_offer_stands_where_a_request_would(approval, expected):
    held, [waiting], [entry] = in_line(1, create_space(approval=approval))
    given_back(held)

    taken = queueing.accept(waiting, offer_of(entry).id, now=NOW)

    assert (taken.status, status_of(entry)) == (expected, EntryStatus.FULFILLED)
    with pytest.raises(Stale):
        queueing.accept(waiting, taken.id, now=NOW)


def test_an_offer_may_be_taken_until_the_last_second_and_then_goes_to_the_next():
    held, [late, following], entries = in_line(2, create_space())
    given_back(held)
    offer = offer_of(entries[0])
    last = offer.expires_at - timedelta(seconds=1)

    assert queueing.lapse_due(last) == 0
    with pytest.raises(RuleViolation) as no:
        queueing.accept(late, offer.id, now=offer.expires_at)
    assert queueing.lapse_due(offer.expires_at) == 1

    assert [violation.code for violation in no.value.violations] == ["offer_over"]
    assert [status_of(entry) for entry in entries] == [EntryStatus.LAPSED, EntryStatus.OFFERED]
    assert told("offer_lapsed") == [late.id]
    second = offer_of(entries[1])
    last = second.expires_at - timedelta(seconds=1)
    assert queueing.accept(following, second.id, now=last).status is BookingStatus.PENDING
    assert disagreements() == []


@pytest.mark.parametrize(
    ("before", "stands"),
    [
        (timedelta(hours=24), timedelta(hours=2)),
        (timedelta(hours=6), timedelta(minutes=15)),
        (timedelta(minutes=6), timedelta(minutes=6)),
    ],
    ids=str,
)
def test_an_offer_stands_two_hours_a_quarter_on_the_day_and_never_past_the_start(before, stands):
    held, _people, [entry] = in_line(1, create_space())
    now = TIME.starts_at - before

    given_back(held, now=now)

    assert offer_of(entry).expires_at == now + stands


def proposed(held, room):
    """The confirmed booking asks for another time, which it holds beside its own until staff decide."""
    moving.reschedule(booker_of(held), held.id, ELSEWHEN, version=1, now=NOW)


def turned_down(held, room):
    """The time went to somebody in line already, who does not want it any more."""
    entry = waits(early := create_actor(), room)
    given_back(held)
    return lambda: queueing.decline(early, offer_of(entry).id, now=NOW)


def lapsed(held, room):
    """The time went to somebody in line already, who does not answer."""
    waits(create_actor(), room)
    given_back(held)
    return lambda: queueing.lapse_due(NOW + timedelta(hours=2))


def decided(yes, held):
    staff = create_actor(Role.STAFF)
    if yes:
        return decisions.approve(staff, held.id, version=2, now=NOW)
    return decisions.decline(staff, held.id, version=2, reason="场地检修", now=NOW)


WAYS = {
    "cancelled": (TIME, None, given_back),
    "moved by staff": (
        TIME,
        None,
        lambda held: moving.reschedule(create_actor(Role.STAFF), held.id, ELSEWHEN, version=1, now=NOW),
    ),
    "move approved": (TIME, proposed, lambda held: decided(True, held)),
    "move declined": (ELSEWHEN, proposed, lambda held: decided(False, held)),
    "move given up": (
        ELSEWHEN,
        proposed,
        lambda held: moving.drop_proposal(booker_of(held), held.id, version=2, now=NOW),
    ),
    "offer turned down": (TIME, turned_down, None),
    "offer lapsed": (TIME, lapsed, None),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_freeing_a_time_passes_it_on(way):
    waited_for, prepare, free = WAYS[way]
    room = create_space()
    held = create_booking(room, TIME)
    later = prepare(held, room) if prepare else None
    entry = waits(create_actor(), room, waited_for)

    if free:
        free(held)
    else:
        later()

    assert offer_of(entry).status is BookingStatus.OFFERED
    assert disagreements() == []


@pytest.mark.parametrize("way", ["declined", "expired"])
def test_a_request_that_comes_to_nothing_passes_its_time_on(way):
    room = create_space()
    held = create_booking(room, TIME, status=BookingStatus.PENDING)
    # Still ahead when the request expires at its start.
    entry = waits(create_actor(), room, between(15.5, 17, days=1))

    if way == "declined":
        decisions.decline(create_actor(Role.STAFF), held.id, version=1, reason="场地检修", now=NOW)
    else:
        passing.expire_due(held.starts_at)

    assert offer_of(entry).status is BookingStatus.OFFERED


def test_whom_a_rule_stops_keeps_the_place_and_the_next_one_gets_the_offer():
    room = create_space()
    held, [busy, free], entries = in_line(2, room)
    create_booking(create_space(), between(16, 18, days=1), booker_id=busy.id)

    given_back(held)

    assert [status_of(entry) for entry in entries] == [EntryStatus.WAITING, EntryStatus.OFFERED]
    assert offer_of(entries[1]).booker_id == free.id


def test_an_offer_of_a_part_leaves_the_rest_to_who_fits():
    room = create_space()
    held = create_booking(room, TIME)
    early, long, late = (
        waits(create_actor(), room, wish) for wish in (between(15, 16, days=1), TIME, between(16, 17, days=1))
    )

    given_back(held)

    assert [status_of(one) for one in (early, long, late)] == [
        EntryStatus.OFFERED,
        EntryStatus.WAITING,
        EntryStatus.OFFERED,
    ]


def test_a_freed_seat_of_a_pool_goes_to_who_waits_for_a_full_quarter_hour():
    pool = create_pool(places=2)
    time = between(10, 11, days=1)
    held = [create_booking(pool, time) for _ in range(2)]
    assert refused(create_actor(), pool, between(11, 12, days=1)) == ["time_is_free"]
    entry = waits(waiting := create_actor(), pool, between(10.5, 11.5, days=1))

    given_back(held[0])

    assert queueing.accept(waiting, offer_of(entry).id, now=NOW).status is BookingStatus.CONFIRMED
    assert disagreements() == []
