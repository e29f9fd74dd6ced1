"""The waiting line, on both engines: who may stand in it, who comes next, and what an answer does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Missing, RuleViolation, SlotTaken, Stale, StaleEntry
from domain.people import Role
from domain.shows import Layout
from domain.spaces import Approval
from domain.waitlist import EntryStatus
from models import Booking, Closure, OutboxMessage, Person, WaitlistEntry, db
from services import booking, booths, decisions, free_times, moving, my_line, passing, queueing
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_merchant,
    create_person,
    create_pool,
    create_product,
    create_show,
    create_space,
    create_studio,
)
from tests.support.history import disagreements

pytestmark = pytest.mark.usefixtures("db")

TIME = between(15, 17, days=1)
ELSEWHEN = between(10, 11, days=1)


def waits(actor, space, interval=TIME, *, now=NOW, **more):
    return queueing.join(actor, space.code, interval, purpose="合唱排练", party_size=1, now=now, **more)


def refused(actor, space, interval=TIME, *, now=NOW, **more):
    with pytest.raises(RuleViolation) as no:
        waits(actor, space, interval, now=now, **more)
    return [violation.code for violation in no.value.violations]


def booker_of(booked):
    return db.session.get_one(Person, booked.booker_id).as_actor()


def waiter(entry):
    return db.session.get_one(Person, entry.person_id).as_actor()


def given_back(booked, *, now=NOW):
    return booking.cancel(booker_of(booked), booked.id, version=booked.version, now=now)


def offer_of(entry):
    offered = select(Booking).join(WaitlistEntry, WaitlistEntry.booking_id == Booking.id)
    return db.session.scalars(
        offered.where(WaitlistEntry.id == entry.id).execution_options(populate_existing=True)
    ).one_or_none()


def status_of(entry):
    return db.session.get_one(WaitlistEntry, entry.id, populate_existing=True).status


def told(kind):
    return sorted(db.session.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == kind)))


def in_line(count, space):
    """So many who wait for the time of somebody; returns that booking, the people and their places."""
    held, people = create_booking(space, TIME), [create_actor() for _ in range(count)]
    return held, people, [waits(one, space) for one in people]


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


def test_nobody_stands_in_line_for_what_could_not_be_booked():
    room, resident = create_space(lead_minutes=30), create_actor()
    create_booking(room, TIME)
    shut = between(18, 20, days=1)
    closure = Closure(
        space_id=room.id, starts_at=shut.starts_at, ends_at=shut.ends_at, reason="检修",
        created_by_id=resident.id, created_at=NOW,
    )  # fmt: skip
    in_transaction(lambda: db.session.add(closure))

    assert refused(resident, room, now=TIME.starts_at - timedelta(minutes=20)) == ["too_soon"]
    assert refused(resident, room, now=TIME.ends_at) == ["in_the_past"]
    assert refused(resident, room, shut) == ["closed"]
    assert refused(resident, room, ELSEWHEN) == ["time_is_free"]
    assert refused(create_merchant()[1], room) == ["role_may_not_book"]
    assert refused(create_actor(verified_at=None), room) == ["not_verified"]
    with pytest.raises(BadInput):
        waits(resident, create_studio())
    with pytest.raises(Missing):
        queueing.join(resident, "nowhere", TIME, purpose="", party_size=1, now=NOW)


def test_who_has_used_up_the_quota_may_hope_that_something_falls_through():
    room, resident = create_space(), create_actor()
    create_booking(room, TIME)
    for days in (3, 4, 5):
        create_booking(room, between(9, 10, days=days), booker_id=resident.id)

    assert waits(resident, room).status is EntryStatus.WAITING


def test_the_same_time_twice_and_a_sixth_time_are_too_much():
    room, resident = create_space(), create_actor()
    for days in range(1, 8):
        create_booking(room, between(15, 17, days=days))

    waits(resident, room)
    assert refused(resident, room, between(16, 17, days=1)) == ["already_in_line"]
    for days in range(2, 6):
        waits(resident, room, between(15, 17, days=days))
    assert refused(resident, room, between(15, 17, days=6)) == ["line_quota"]


def test_a_captain_waits_for_a_neighbour_and_answers_for_them():
    held = create_booking(room := create_space(approval=Approval.CAPTAINS_AT_ONCE), TIME)
    captain, neighbour = create_captain(), create_person(phone=None)
    private = create_space(is_private=True)
    create_booking(private, TIME)

    entry = waits(captain, room, on_behalf_of=neighbour.id)
    assert refused(captain, private, on_behalf_of=neighbour.id) == ["private_space"]
    with pytest.raises(Missing):
        waits(captain, room, on_behalf_of=create_person(building=9).id)
    given_back(held)
    taken = queueing.accept(captain, offer_of(entry).id, now=NOW)

    assert (taken.booker_id, taken.created_by_id) == (neighbour.id, captain.id)
    assert told("offer_made") == sorted([captain.id, neighbour.id])
    assert told("booking_made_for_you") == [neighbour.id]


def test_what_staff_wait_for_is_offered_by_the_rules_for_staff():
    room = create_space(advance_days=7)
    far = between(15, 17, days=20)
    held = create_booking(room, far)
    resident = create_person()

    entry = waits(create_actor(Role.STAFF), room, far, on_behalf_of=resident.id)
    given_back(held)

    assert offer_of(entry).booker_id == resident.id


def test_what_is_somebody_elses_is_not_there():
    held, [waiting], [entry] = in_line(1, create_space())
    stranger = create_actor()
    with pytest.raises(Missing):
        queueing.leave(stranger, entry.id, now=NOW)
    with pytest.raises(Missing):
        my_line.one(stranger, entry.id)

    given_back(held)

    for answer in (queueing.accept, queueing.decline):
        with pytest.raises(Missing):
            answer(stranger, offer_of(entry).id, now=NOW)
    assert my_line.of_person(stranger) == []
    assert [one.entry.id for one in my_line.of_person(waiting)] == [entry.id]


def test_a_place_is_left_once_and_an_offer_is_no_place_any_more():
    held, [gone, _second], entries = in_line(2, create_space())

    assert [my_line.one(gone, entries[0].id).ahead, my_line.one(waiter(entries[1]), entries[1].id).ahead] == [
        0,
        1,
    ]
    queueing.leave(gone, entries[0].id, now=NOW)
    assert my_line.one(waiter(entries[1]), entries[1].id).ahead == 0
    given_back(held)

    assert offer_of(entries[0]) is None
    for actor, entry in ((gone, entries[0]), (waiter(entries[1]), entries[1])):
        with pytest.raises(StaleEntry):
            queueing.leave(actor, entry.id, now=NOW)


def test_whose_time_begins_without_becoming_free_is_told():
    _held, [waiting], [entry] = in_line(1, create_space())

    assert queueing.end_hopes(TIME.starts_at - timedelta(seconds=1)) == 0
    assert queueing.end_hopes(TIME.starts_at) == 1

    assert (status_of(entry), told("waitlist_over")) == (EntryStatus.LAPSED, [waiting.id])


def test_what_became_free_by_itself_is_found():
    """A rule stood in the way when the time was given back, and does not any more."""
    held, [busy], [entry] = in_line(1, create_space())
    other = create_booking(create_space(), TIME, booker_id=busy.id)
    given_back(held)
    assert free_times.serve_free_times(NOW) == 0

    given_back(other)

    assert free_times.serve_free_times(NOW) == 1
    assert status_of(entry) is EntryStatus.OFFERED


def test_a_booth_goes_to_the_shop_that_waits_and_its_offer_ends_at_the_lock():
    show = create_show(create_studio())
    _shop, rival = create_merchant()
    held = booths.take_booth(rival, show.id, 3, create_product(_shop).id, now=NOW)
    shop, merchant = create_merchant()
    tea = create_product(shop)
    with pytest.raises(RuleViolation) as no:
        queueing.join_for_booth(merchant, show.id, 4, tea.id, now=NOW)
    assert [violation.code for violation in no.value.violations] == ["time_is_free"]

    entry = queueing.join_for_booth(merchant, show.id, 3, tea.id, now=NOW)
    assert my_line.for_booth(merchant, show.id, 3, entry.starts_at).ahead == 0
    lock = show.starts_at - timedelta(hours=24)
    booking.cancel(rival, held.id, version=1, now=lock - timedelta(minutes=30))

    offer = offer_of(entry)
    assert (offer.place, offer.booker_id, offer.expires_at) == (3, merchant.id, lock)
    taken = queueing.accept(merchant, offer.id, now=lock - timedelta(seconds=1))
    assert taken.status is BookingStatus.PENDING


def test_a_shop_waits_beyond_its_quota_but_gets_no_offer_beyond_it_or_after_the_lock():
    show = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=3)
    slots = [show.starts_at + n * timedelta(minutes=15) for n in range(3)]
    other, rival = create_merchant()
    held = booths.take_booth(rival, show.id, 1, create_product(other).id, starts_at=slots[2], now=NOW)
    shop, merchant = create_merchant()
    tea, cakes, weed = (create_product(shop, name).id for name in ("铁观音", "浮粿", "紫菜"))
    mine = [
        booths.take_booth(merchant, show.id, 2, product, starts_at=slot, now=NOW)
        for product, slot in ((tea, slots[0]), (cakes, slots[1]))
    ]

    entry = queueing.join_for_booth(merchant, show.id, 1, weed, starts_at=slots[2], now=NOW)
    booking.cancel(rival, held.id, version=1, now=NOW)
    assert status_of(entry) is EntryStatus.WAITING
    booking.cancel(merchant, mine[0].id, version=1, now=NOW)
    locked = show.starts_at - timedelta(hours=24)
    assert free_times.serve_free_times(locked) == 0
    assert free_times.serve_free_times(locked - timedelta(minutes=1)) == 1
    assert disagreements() == []
