"""Standing in line for whichever booth of a show becomes free, ranked or not, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.studio.shows import Layout
from domain.waitlist import EntryStatus
from models import Booking, Merchant, WaitlistEntry, db
from services import arbiter, booking, free_times, my_line, queueing
from services.doctor import offers
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_studio, saved
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import offer_of, status_of, told

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)


def full_show(booths=3, **more):
    """A show without a free booth, and its shops with their booths."""
    show = create_show(create_studio(), booths=booths, **more)
    return show, [holder(show, time.booth, time.interval) for time in show.plan.booth_times()]


def holder(show, booth, interval):
    shop, actor = create_merchant()
    return actor, create_booth(show, booth, create_product(shop), actor, interval=interval)


def joins(show, booth=None, *, now=NOW, **more):
    """A new shop stands in line."""
    shop, actor = create_merchant()
    return actor, queueing.join_for_booth(actor, show.id, booth, create_product(shop).id, now=now, **more)


def ranked(show, rank):
    """A shop that the draw left in line."""
    shop, actor = create_merchant()
    return saved(
        WaitlistEntry(
            space_id=show.space_id, person_id=actor.id, created_by_id=actor.id, show_id=show.id,
            product_id=create_product(shop).id, rank=rank, starts_at=show.starts_at, ends_at=show.ends_at,
            created_at=NOW,
        )
    )  # fmt: skip


def give_back(held, *, now=NOW):
    actor, made = held
    booking.cancel(actor, made.id, version=made.version, now=now)


def test_who_waits_for_any_booth_gets_the_one_that_was_freed_at_its_own_time():
    show, holders = full_show()
    _, entry = joins(show)

    give_back(holders[1])

    offer = offer_of(entry)
    assert (entry.place, entry.interval) == (None, show.interval)
    assert (offer.place, offer.interval, offer.status) == (
        2,
        show.plan.interval_of(2),
        BookingStatus.OFFERED,
    )
    assert disagreements() == []
    assert offers.findings(NOW) == []


def test_ranked_ones_come_first_by_their_rank_then_the_others_as_they_came():
    show, holders = full_show()
    _, early = joins(show)
    second, first = ranked(show, 2), ranked(show, 1)

    for held in holders:
        give_back(held)
        assert disagreements() == []

    assert [offer_of(entry).place for entry in (first, second, early)] == [1, 2, 3]


def test_the_place_in_line_counts_those_ranked_and_those_who_want_this_very_booth():
    show, _ = full_show()
    one, early = joins(show, 2)
    two, late = joins(show)
    three, elsewhere = joins(show, 3)
    assert [my_line.one(actor, entry.id).ahead for actor, entry in ((one, early), (two, late))] == [0, 1]
    assert my_line.one(three, elsewhere.id).ahead == 1

    ranked(show, 1)

    assert [my_line.one(actor, entry.id).ahead for actor, entry in ((one, early), (two, late))] == [1, 2]
    assert my_line.for_show(two, show.id) == late.id
    assert my_line.for_booth(two, show.id, 1, show.starts_at).entry.id == late.id


def test_a_booth_of_which_a_specific_wish_is_first_goes_there():
    show, holders = full_show()
    _, wish = joins(show, 2)
    _, any_booth = joins(show)

    give_back(holders[1])
    give_back(holders[0])

    assert (offer_of(wish).place, offer_of(any_booth).place) == (2, 1)


def test_an_offer_for_any_booth_that_is_turned_down_goes_to_the_next():
    show, holders = full_show()
    actor, entry = joins(show)
    _, later = joins(show)
    give_back(holders[0])

    queueing.decline(actor, offer_of(entry).id, now=NOW)

    assert (status_of(entry), offer_of(later).place) == (EntryStatus.WITHDRAWN, 1)


def test_nobody_waits_for_any_booth_while_one_is_free_nor_twice():
    show, holders = full_show()
    actor, _ = joins(show)
    with pytest.raises(RuleViolation) as twice:
        queueing.join_for_booth(actor, show.id, 2, create_product_of(actor), now=NOW)
    assert [one.code for one in twice.value.violations] == ["already_in_line"]

    give_back(holders[0])
    give_back(holders[1])
    with pytest.raises(RuleViolation) as free:
        joins(show)
    assert [one.code for one in free.value.violations] == ["time_is_free"]


def create_product_of(actor):
    """Another product of a shop."""
    return create_product(db.session.get_one(Merchant, actor.merchant_ids[0]), "浮粿").id


def test_in_a_market_a_shop_gets_a_booth_at_a_time_at_which_it_has_none():
    show, holders = full_show(booths=2, slots=2, layout=Layout.MARKET)
    (actor, _), *_ = holders
    entry = queueing.join_for_booth(actor, show.id, None, create_product_of(actor), now=NOW)

    give_back(holders[1])
    assert status_of(entry) is EntryStatus.WAITING
    give_back(holders[3])

    assert offer_of(entry).interval == show.plan.booth_times()[3].interval


def test_hope_ends_at_the_lock_and_everybody_in_line_is_told():
    show, _ = full_show()
    (one, specific), (two, any_booth) = joins(show, 3), joins(show)
    lock = show.starts_at - timedelta(hours=24)

    assert queueing.end_hopes(lock - timedelta(seconds=1)) == 0
    assert queueing.end_hopes(lock) == 2

    assert {status_of(entry) for entry in (specific, any_booth)} == {EntryStatus.LAPSED}
    assert told("waitlist_over") == sorted([one.id, two.id])


def test_an_offer_ends_before_its_own_booth_and_the_lock():
    show, holders = full_show()
    lock = show.starts_at - timedelta(hours=24)
    _, entry = joins(show)

    give_back(holders[2], now=lock - HOUR)

    assert offer_of(entry).expires_at == lock


def test_a_booth_that_became_free_without_anybodys_giving_it_back_is_found():
    show, holders = full_show()
    _, entry = joins(show)
    assert free_times.serve_free_times(NOW) == 0

    def vanish():
        made = db.session.get_one(Booking, holders[1][1].id)
        arbiter.release(db.session(), made)
        gone = update(Booking).where(Booking.id == made.id).values(status=BookingStatus.CANCELLED)
        db.session.execute(gone)

    in_transaction(vanish)

    assert free_times.serve_free_times(NOW) == 1
    assert offer_of(entry).place == 2
