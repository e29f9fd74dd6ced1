"""Moving booths, swapping them, giving them back late, and their samples, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing, SlotTaken, Stale, StaleSwap
from domain.people import Role
from domain.studio.booths import SwapStatus
from domain.studio.shows import Layout
from models import Booking, BoothSwap, MerchantMember, db
from services import booking, decisions, doctor, jobs, queueing
from services.studio import booth_moves, proposals, swaps
from services.unit_of_work import in_transaction
from tests.support.booth_builders import booth_of, codes, now_at
from tests.support.builders import NOW, create_actor, create_person, create_studio, saved
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import offer_of, told

pytestmark = pytest.mark.usefixtures("db")
CONFIRMED = {"status": BookingStatus.CONFIRMED}
SECOND = timedelta(seconds=1)


@pytest.fixture
def show(db):
    return create_show(create_studio())


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def swap_status(swap):
    return db.session.get_one(BoothSwap, swap.id, populate_existing=True).status


def move(actor, made, booth, *, version=1, now=NOW, **more):
    return booth_moves.move_booth(actor, made.id, booth, version=version, now=now, **more)


@pytest.mark.parametrize("status", [BookingStatus.PENDING, BookingStatus.CONFIRMED])
def test_a_booth_moves_with_its_state_and_what_it_had_goes_to_the_line(show, status):
    actor, made = booth_of(show, 3, status=status)
    waiting_shop, waiting = create_merchant()
    entry = queueing.join_for_booth(waiting, show.id, 3, create_product(waiting_shop).id, now=NOW)

    move(actor, made, 6)

    assert now_at(made) == (6, show.plan.interval_of(6).starts_at, status, 2)
    assert (offer_of(entry).place, offer_of(entry).interval) == (3, show.plan.interval_of(3))
    assert disagreements() == []


def test_a_booth_that_is_taken_stays_taken_and_the_mover_where_it_was(show):
    actor, made = booth_of(show, 3)
    booth_of(show, 4)

    with pytest.raises(SlotTaken) as refused:
        move(actor, made, 4)

    assert [one.place for one in refused.value.alternatives] == [5, 2, 6]
    assert now_at(made) == (3, show.plan.interval_of(3).starts_at, BookingStatus.PENDING, 1)
    assert disagreements() == []


def test_shops_move_until_the_lock_and_staff_until_the_start(show, staff):
    actor, made = booth_of(show, 3, **CONFIRMED)
    lock = show.starts_at - timedelta(hours=24)

    assert codes(lambda: move(actor, made, 4, now=lock)) == ["booth_change_locked"]
    assert move(staff, made, 4, now=show.starts_at - SECOND).place == 4
    assert codes(lambda: move(staff, made, 5, version=2, now=show.starts_at)) == ["show_began"]
    assert told("booth_moved") == [actor.id]


def test_everybody_of_the_shop_hears_of_what_staff_changed(show, staff):
    shop, actor = create_merchant()
    made = create_booth(show, 3, create_product(shop), actor)
    helper = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=shop.id, person_id=helper.id))

    move(staff, made, 4)

    assert told("booth_moved") == sorted([actor.id, helper.id])


def test_a_move_sees_what_others_changed_and_whose_booth_it_is(show):
    actor, made = booth_of(show, 3)
    stranger, gone = booth_of(show, 4, **CONFIRMED)
    booking.cancel(stranger, gone.id, version=1, now=NOW)

    with pytest.raises(Stale):
        move(actor, made, 5, version=9)
    with pytest.raises(Missing):
        move(stranger, made, 5)
    with pytest.raises(Stale):
        move(stranger, gone, 5, version=2)


def test_in_a_market_a_shop_moves_to_no_time_at_which_it_has_a_booth(staff):
    show = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=3)
    early, late, _ = (show.starts_at + timedelta(minutes=15 * number) for number in range(3))
    shop, actor = create_merchant()
    first = create_booth(show, 1, create_product(shop), actor, interval=show.plan.interval_of(1, early))
    create_booth(show, 2, create_product(shop, "浮粿"), actor, interval=show.plan.interval_of(2, late))

    assert codes(lambda: move(actor, first, 1, starts_at=late)) == ["merchant_twice_at_once"]
    assert move(actor, first, 3, starts_at=early).place == 3


def test_two_shops_change_booths_when_the_other_says_yes(show):
    (one, mine), (two, theirs) = booth_of(show, 3, **CONFIRMED), booth_of(show, 7)

    swap = swaps.propose(one, mine.id, theirs.id, now=NOW)
    assert told("swap_proposed") == [two.id]
    assert [found.swap.id for found in proposals.of_actor(two)] == [swap.id]
    swaps.accept(two, swap.id, now=NOW)

    third, seventh = show.plan.interval_of(3).starts_at, show.plan.interval_of(7).starts_at
    assert now_at(mine) == (7, seventh, BookingStatus.CONFIRMED, 2)
    assert now_at(theirs) == (3, third, BookingStatus.PENDING, 2)
    assert (swap_status(swap), told("booths_swapped")) == (SwapStatus.ACCEPTED, [one.id])
    assert disagreements() == []
    assert doctor.data_findings(NOW) == []


def test_a_proposal_is_answered_once_and_by_the_right_shop(show):
    (one, mine), (two, theirs) = booth_of(show, 3), booth_of(show, 7)
    stranger, _ = booth_of(show, 8)
    swap = swaps.propose(one, mine.id, theirs.id, now=NOW)

    for actor, settle in ((one, swaps.accept), (stranger, swaps.accept), (two, swaps.withdraw)):
        with pytest.raises(Missing):
            settle(actor, swap.id, now=NOW)
    swaps.decline(two, swap.id, now=NOW)
    for actor, settle in ((two, swaps.accept), (one, swaps.withdraw)):
        with pytest.raises(StaleSwap):
            settle(actor, swap.id, now=NOW)
    assert (swap_status(swap), told("swap_declined")) == (SwapStatus.DECLINED, [one.id])
    assert now_at(mine)[0] == 3


def test_one_question_at_a_time_and_none_of_the_own_booths(show):
    shop, one = create_merchant()
    mine = create_booth(show, 1, create_product(shop), one)
    second = create_booth(show, 2, create_product(shop, "浮粿"), one)
    two, theirs = booth_of(show, 3)
    swap = swaps.propose(one, mine.id, theirs.id, now=NOW)

    assert codes(lambda: swaps.propose(one, mine.id, theirs.id, now=NOW)) == ["swap_already_proposed"]
    assert codes(lambda: swaps.propose(two, theirs.id, mine.id, now=NOW)) == ["swap_already_proposed"]
    assert codes(lambda: swaps.propose(one, second.id, mine.id, now=NOW)) == ["swap_own_booth"]
    swaps.withdraw(one, swap.id, now=NOW)
    assert swaps.propose(two, theirs.id, mine.id, now=NOW).status is SwapStatus.PROPOSED
    with pytest.raises(Missing):
        swaps.propose(one, theirs.id, mine.id, now=NOW)
    with pytest.raises(Forbidden):
        swaps.propose(create_actor(Role.STAFF), mine.id, theirs.id, now=NOW)


def test_a_question_lapses_by_itself_and_is_too_late_before_the_job_has_come(show):
    (one, mine), (two, theirs) = booth_of(show, 3), booth_of(show, 7)
    swap = swaps.propose(one, mine.id, theirs.id, now=NOW)
    over = NOW + timedelta(minutes=120)
    assert swap.expires_at == over

    assert codes(lambda: swaps.accept(two, swap.id, now=over)) == ["swap_over"]
    assert swaps.lapse_due(over - SECOND) == 0
    jobs.Runner().run_due(over)

    assert (swap_status(swap), told("swap_lapsed")) == (SwapStatus.LAPSED, [one.id])


def test_a_question_never_stands_past_the_lock(show):
    (one, mine), (_, theirs) = booth_of(show, 3), booth_of(show, 7)
    lock = show.starts_at - timedelta(hours=24)

    assert swaps.propose(one, mine.id, theirs.id, now=lock - SECOND).expires_at == lock


def test_a_question_goes_with_either_booth(show, staff):
    for number, leave in enumerate(
        (
            lambda one, mine, two, theirs: booking.cancel(one, mine.id, version=1, now=NOW),
            lambda one, mine, two, theirs: booking.cancel(two, theirs.id, version=1, now=NOW),
            lambda one, mine, two, theirs: decisions.decline(
                staff, theirs.id, version=1, reason="改期", now=NOW
            ),
            lambda one, mine, two, theirs: move(two, theirs, 10),
        )
    ):
        (one, mine), (two, theirs) = booth_of(show, 2 * number + 1), booth_of(show, 2 * number + 2)
        swap = swaps.propose(one, mine.id, theirs.id, now=NOW)

        leave(one, mine, two, theirs)

        assert swap_status(swap) is SwapStatus.LAPSED


def test_a_booth_that_left_by_another_way_takes_the_question_along_with_the_job(show):
    (one, mine), (two, theirs) = booth_of(show, 3), booth_of(show, 7)
    swap = swaps.propose(one, mine.id, theirs.id, now=NOW)
    gone = update(Booking).where(Booking.id == theirs.id).values(status=BookingStatus.COMPLETED)
    in_transaction(lambda: db.session.execute(gone))

    with pytest.raises(StaleSwap):
        swaps.accept(two, swap.id, now=NOW)
    assert swaps.lapse_due(NOW) == 1


def test_a_swap_that_would_put_a_shop_at_two_booths_at_once_is_refused():
    show = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=2)
    early, late = show.starts_at, show.starts_at + timedelta(minutes=15)
    shop, one = create_merchant()
    first = create_booth(show, 1, create_product(shop), one, interval=show.plan.interval_of(1, early))
    create_booth(show, 1, create_product(shop, "浮粿"), one, interval=show.plan.interval_of(1, late))
    _, theirs = booth_of(show, 2, interval=show.plan.interval_of(2, late))

    assert codes(lambda: swaps.propose(one, first.id, theirs.id, now=NOW)) == ["merchant_twice_at_once"]


def test_staff_change_two_booths_directly_until_the_show_begins(show, staff):
    (one, mine), (two, theirs) = booth_of(show, 3, **CONFIRMED), booth_of(show, 7, **CONFIRMED)
    last = show.starts_at - SECOND

    with pytest.raises(Stale):
        swaps.swap_now(staff, mine.id, theirs.id, versions=(1, 2), now=last)
    swaps.swap_now(staff, mine.id, theirs.id, versions=(1, 1), now=last)

    assert (now_at(mine)[0], now_at(theirs)[0]) == (7, 3)
    assert told("booths_swapped") == sorted([one.id, two.id])
    assert codes(lambda: swaps.swap_now(staff, mine.id, theirs.id, versions=(2, 2), now=show.starts_at)) == [
        "show_began"
    ]
    with pytest.raises(Forbidden):
        swaps.swap_now(one, mine.id, theirs.id, versions=(2, 2), now=NOW)
    assert disagreements() == []
