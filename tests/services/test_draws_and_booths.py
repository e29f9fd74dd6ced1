"""Where the draw meets the other rules of booths: who withdraws later, what is left over, what counts as a slot."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.studio.booths import OnAir
from domain.studio.draw import read_list
from domain.studio.running import SkipReason
from domain.studio.shows import ShowStatus
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry, db
from services import booking, queueing
from services.studio import applying, booths, closing_list, draw_reading
from tests.support.builders import MONDAY, NOW, at, create_studio
from tests.support.draw_builders import (
    CLOSES,
    LATER,
    apply_for,
    by_rank,
    close_and_draw,
    create_draw_show,
    create_stall,
    forge,
)
from tests.support.history import disagreements
from tests.support.studio_builders import create_airing, create_booth, create_show
from tests.support.waiting import offer_of, status_of

pytestmark = pytest.mark.usefixtures("db")
LAST_WEEK = MONDAY - timedelta(days=7)
FIVE_DAYS_AHEAD = at(19.5, day=MONDAY + timedelta(days=5))


def entry_of(application):
    """The place in line of a shop that got no booth."""
    return db.session.get_one(WaitlistEntry, application.entry_id)


def test_the_eleventh_gets_what_the_first_gives_back_and_the_twelfth_what_the_eleventh_lets_pass() -> None:
    show = create_draw_show(create_studio(), FIVE_DAYS_AHEAD, booths=10)
    actors = {application.id: actor for actor, application in apply_for(show, 12)}
    close_and_draw(show)
    first, *_, eleventh, twelfth = by_rank(show)
    assert [one.rank for one in (first, eleventh, twelfth)] == [1, 11, 12]
    given = db.session.get_one(Booking, first.booking_id)
    place, version = given.place, given.version

    booking.cancel(actors[first.id], given.id, version=version, now=LATER)

    offer = offer_of(entry_of(eleventh))
    assert (offer.place, offer.status) == (place, BookingStatus.OFFERED)
    assert status_of(entry_of(twelfth)) is EntryStatus.WAITING

    over = offer.expires_at
    assert queueing.lapse_due(over) == 1

    assert status_of(entry_of(eleventh)) is EntryStatus.LAPSED
    offer = offer_of(entry_of(twelfth))
    assert (offer.place, offer.status) == (place, BookingStatus.OFFERED)
    taken = queueing.accept(actors[twelfth.id], offer.id, now=over)
    assert (taken.place, taken.booth_slot.merchant_id) == (place, twelfth.merchant_id)
    assert draw_reading.faults(show.id) == disagreements() == []


def test_what_the_draw_left_over_is_taken_until_the_lock_and_not_before_the_draw() -> None:
    show = create_draw_show(create_studio())
    apply_for(show, 2)
    _, late, product = create_stall()

    for moment in (NOW, CLOSES):
        with pytest.raises(RuleViolation) as refused:
            booths.take_booth(late, show.id, 3, product.id, now=moment)
        assert "show_is_drawn" in [one.code for one in refused.value.violations]
    close_and_draw(show)
    lock = show.starts_at - timedelta(hours=24)
    with pytest.raises(RuleViolation) as refused:
        booths.take_booth(late, show.id, 3, product.id, now=lock)
    assert [one.code for one in refused.value.violations] == ["show_locked"]

    taken = booths.take_booth(late, show.id, 3, product.id, now=lock - timedelta(seconds=1))
    assert (taken.place, taken.status) == (3, BookingStatus.PENDING)


def test_who_takes_what_was_left_over_has_not_applied_for_it() -> None:
    show = create_draw_show(create_studio())
    close_and_draw(show)
    _, late, product = create_stall()

    booths.take_booth(late, show.id, 1, product.id, now=LATER)

    with pytest.raises(RuleViolation):
        applying.apply(late, show.id, product.id, now=LATER)
    assert draw_reading.faults(show.id) == []


@pytest.mark.parametrize(
    ("reason", "slots"),
    [
        (SkipReason.NO_TIME, 0),
        (SkipReason.NOT_READY, 0),
        (SkipReason.OTHER, 0),
        (SkipReason.ABSENT, 1),
        (None, 1),
    ],
    ids=["no time", "not ready", "other", "stayed away", "aired"],
)
def test_a_booth_skipped_through_no_fault_of_the_shop_is_no_slot_of_its_year(reason, slots) -> None:
    studio = create_studio()
    show, past = create_draw_show(studio), create_show(studio, at(10, day=LAST_WEEK))
    [(actor, application)] = apply_for(show, 1)
    stood = create_booth(past, 1, application.product, actor, status=BookingStatus.COMPLETED)
    if reason is None:
        create_airing(stood, past.starts_at, past.ends_at)
    else:
        create_airing(stood, None, past.ends_at, state=OnAir.SKIPPED, skip_reason=reason)

    closing_list.close_due(CLOSES)

    [listed] = read_list(draw_reading.public_draw(show.id).list_text).applicants
    assert listed.slots_this_year == slots


def test_a_booth_of_a_cancelled_show_is_no_slot_either() -> None:
    studio = create_studio()
    show, past = create_draw_show(studio), create_show(studio, at(10, day=LAST_WEEK))
    [(actor, application)] = apply_for(show, 1)
    create_booth(past, 1, application.product, actor, status=BookingStatus.CANCELLED)
    forge(past, status=ShowStatus.CANCELLED, cancel_reason="停电")

    closing_list.close_due(CLOSES)

    [listed] = read_list(draw_reading.public_draw(show.id).list_text).applicants
    assert listed.slots_this_year == 0
