"""An approved paper counts until the newer one is approved: who renews early loses nothing by it."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import StaleShop
from domain.interval import local_day
from domain.merchants.papers import PaperStatus
from domain.merchants.steps import Step
from domain.people import Role
from domain.studio.compliance import Light
from models import OutboxMessage, Paper, db
from services import mine as my_bookings
from services.merchants import own_shop, papers, reminders, review
from services.studio import booth_states
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.live_shows import change
from tests.support.merchant_builders import hand_in, words
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def shop():
    """A verified shop with a confirmed booth, who acts for it, and its approved licence."""
    merchant, actor = create_merchant()
    booth = create_booth(
        create_show(create_studio()), 1, create_product(merchant), actor, status=BookingStatus.CONFIRMED
    )
    return actor, booth, db.session.query(Paper).filter_by(merchant_id=merchant.id).one()


def stands(paper):
    """How a paper stands in the database."""
    return db.session.get_one(Paper, paper.id, populate_existing=True).status


def light(actor, booth):
    """The light of the papers of a booth."""
    db.session.rollback()
    return booth_states.of_booking(actor, my_bookings.booking(actor, booth.id)).compliance.papers


def renewed(actor, old, number="JY2"):
    """A newer one in the place of an old one."""
    version = db.session.get_one(Paper, old.id, populate_existing=True).version
    return papers.replace(actor, old.id, words(number=number), None, version=version, now=NOW)


def approved(staff, paper):
    return review.approve_paper(staff, paper.id, version=paper.version, now=NOW)


def test_the_light_of_a_confirmed_booth_stays_green_while_the_newer_one_waits(shop, staff):
    actor, booth, old = shop
    newer = renewed(actor, old)
    assert (stands(old), stands(newer)) == (PaperStatus.APPROVED, PaperStatus.SUBMITTED)
    assert light(actor, booth) is Light.OK

    approved(staff, newer)

    assert (stands(old), stands(newer)) == (PaperStatus.WITHDRAWN, PaperStatus.APPROVED)
    assert light(actor, booth) is Light.OK


@pytest.mark.mutant
def test_without_the_old_one_the_light_would_turn(shop):
    actor, booth, old = shop
    renewed(actor, old)
    change(Paper, Paper.id == old.id, status=PaperStatus.WITHDRAWN)

    assert light(actor, booth) is Light.WAITING


def test_a_newer_one_that_is_returned_leaves_the_old_one_and_its_correction_still_takes_its_place(
    shop, staff
):
    actor, _, old = shop
    newer = renewed(actor, old)
    returned = review.return_paper(staff, newer.id, version=newer.version, reason="看不清", now=NOW)
    assert stands(old) is PaperStatus.APPROVED

    third = renewed(actor, returned, "JY3")
    assert (stands(old), stands(newer)) == (PaperStatus.APPROVED, PaperStatus.WITHDRAWN)
    approved(staff, third)

    assert (stands(old), stands(third)) == (PaperStatus.WITHDRAWN, PaperStatus.APPROVED)


def test_of_two_handed_in_for_the_same_one_the_later_stands(shop, staff):
    actor, _, old = shop
    second, third = renewed(actor, old), renewed(actor, old, "JY3")

    assert (stands(second), stands(third)) == (PaperStatus.WITHDRAWN, PaperStatus.SUBMITTED)
    with pytest.raises(StaleShop):
        approved(staff, second)


def test_a_second_paper_of_the_same_kind_takes_nobodys_place(shop, staff):
    actor, _, old = shop

    approved(staff, hand_in(actor))

    assert stands(old) is PaperStatus.APPROVED


def test_who_has_handed_in_a_newer_one_is_not_reminded_of_the_old_one(shop):
    actor, _, old = shop
    change(Paper, Paper.id == old.id, expires_on=local_day(NOW) + timedelta(days=5))
    assert own_shop.home(actor, now=NOW).step is Step.RENEW_PAPER
    newer = renewed(actor, old)

    assert reminders.remind_due(NOW) == 0
    assert own_shop.home(actor, now=NOW).step is not Step.RENEW_PAPER
    papers.withdraw(actor, newer.id, version=newer.version, now=NOW)
    assert reminders.remind_due(NOW) == 1
    assert db.session.query(OutboxMessage).filter_by(kind="paper_ends").count() == 1
