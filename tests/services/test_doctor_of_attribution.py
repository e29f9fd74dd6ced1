"""The doctor sees sales that count for what never sold them; on both engines."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.sales.attribution import Tier
from domain.studio.shows import ShowStatus
from models import Booking, Sale, Show, ShowAttribution
from services.doctor import attribution
from services.sales import attributing, judging
from services.sales.judging import Verdict
from tests.support.attributed_sales import create_sale
from tests.support.builders import NOW
from tests.support.live_shows import change, create_ready_show, later

pytestmark = pytest.mark.usefixtures("db")

LONG_AFTER = later(100 * 24 * 60)


@pytest.fixture
def stage():
    """A show with a sale, sealed and left alone for long."""
    made = create_ready_show()
    create_sale(made.products[0], later(5))
    attributing.attribute_due(later(300))
    change(Show, Show.id == made.show.id, wrapped_up_at=later(24 * 60))
    return made


def codes(now=LONG_AFTER):
    return [finding.code for finding in attribution.findings(now)]


def test_a_show_as_it_was_attributed_is_well(stage):
    assert codes() == []


def test_times_on_air_that_changed_behind_the_job_are_told_but_not_while_it_is_due(stage):
    change(Booking, Booking.id == stage.booths[1].id, status=BookingStatus.NO_SHOW)

    assert codes() == ["attribution_out_of_date"]
    assert codes(later(300)) == []


def test_sales_of_a_cancelled_show_and_of_a_silent_booth_are_told(stage):
    change(Show, Show.id == stage.show.id, status=ShowStatus.CANCELLED, cancel_reason="停电")

    assert codes() == ["attribution_out_of_date", "sales_of_cancelled_show", "sales_of_silent_booth"]
    attributing.recompute(stage.director, stage.show.id, now=LONG_AFTER)
    assert codes() == []


def test_a_rule_that_nobody_knows_and_a_tier_without_any_are_told(stage):
    change(Sale, Sale.id > 0, rule_version="1999-a")
    assert codes() == ["sale_of_unknown_rule"]

    change(Sale, Sale.id > 0, rule_version=None)
    assert codes() == ["sale_without_rule"]


def test_what_a_person_decided_is_no_fault(stage):
    sale = create_sale(stage.products[1], later(3_000))
    verdict = Verdict(Tier.TAIL, stage.booths[1].id, "主播也讲了")
    judging.attribute(stage.director, sale.id, verdict, seen=NOW, now=later(3_001))
    change(Booking, Booking.id == stage.booths[1].id, status=BookingStatus.NO_SHOW)
    attributing.recompute(stage.director, stage.show.id, now=LONG_AFTER)

    assert codes() == []


def test_a_show_that_was_never_attributed_is_due_and_no_fault(stage):
    change(ShowAttribution, ShowAttribution.show_id == stage.show.id, rule_version="2026-01-z")

    assert codes() == []
    assert attributing.due_shows(LONG_AFTER + timedelta(days=400)) == [stage.show.id]
