"""Who may press when, and what may go on air at all."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.studio.presses import Press
from domain.studio.running import Action, SkipReason
from domain.studio.shows import ShowStatus
from models import (
    Booking,
    Merchant,
    Paper,
    Product,
    Show,
)
from services.studio import console, running
from tests.support.builders import MONDAY, at, create_actor
from tests.support.live_shows import START, broken, change, create_live_show, create_ready_show, later
from tests.support.studio_builders import create_booth, create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths, its running order made."""
    return create_ready_show()


@pytest.mark.parametrize("action", list(Action))
def test_only_staff_press(stage, action):
    for role in (Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT):
        with pytest.raises(Forbidden):
            running.press(create_actor(role), stage.show.id, Press(action), version=1, now=START)


def test_a_show_goes_on_air_half_an_hour_early_at_most(stage):
    with pytest.raises(RuleViolation) as refusal:
        stage.press(Action.START, later(-31))
    assert broken(refusal) == "run_too_early"

    stage.press(Action.START, later(-30))
    assert stage.order().current is not None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"status": ShowStatus.CANCELLED, "cancel_reason": "停电"}, "show_not_open"),
        ({"wrapped_up_at": START + timedelta(days=1)}, "show_wrapped_up"),
    ],
)
def test_a_cancelled_or_wrapped_up_show_is_not_run(stage, values, code):
    change(Show, Show.id == stage.show.id, **values)

    with pytest.raises(RuleViolation) as refusal:
        stage.press(Action.START, START)
    assert broken(refusal) == code


YESTERDAY = START.date() - timedelta(days=1)
REFUSED = {"claims_status": ClaimsStatus.REFUSED, "claims_reason": "治病"}


@pytest.mark.parametrize(
    ("model", "values", "code"),
    [
        (Paper, {"status": PaperStatus.WITHDRAWN}, "air_papers_missing"),
        (Paper, {"expires_on": YESTERDAY}, "air_papers_missing"),
        (Paper, {"status": PaperStatus.SUBMITTED}, "air_papers_unreviewed"),
        (Merchant, {"status": MerchantStatus.SUBMITTED}, "air_papers_unreviewed"),
        (Merchant, {"status": MerchantStatus.SUSPENDED, "review_reason": "投诉"}, "air_shop_stopped"),
        (Merchant, {"status": MerchantStatus.RETURNED, "review_reason": "地址"}, "air_shop_stopped"),
        (Product, {"claims_status": ClaimsStatus.UNREVIEWED}, "air_claims_unreviewed"),
        (Product, REFUSED, "air_claims_refused"),
        (Booking, {"status": BookingStatus.CANCELLED}, "booth_withdrawn"),
    ],
)
def test_what_nobody_has_checked_does_not_go_on_air(stage, model, values, code):
    first = {
        Paper: Paper.merchant_id == stage.products[0].merchant_id,
        Merchant: Merchant.id == stage.products[0].merchant_id,
        Product: Product.id == stage.products[0].id,
        Booking: Booking.id == stage.booths[0].id,
    }
    change(model, first[model], **values)

    with pytest.raises(RuleViolation) as refusal:
        stage.press(Action.START, START)

    assert broken(refusal) == code
    assert refusal.value.violations[0].params == {"shop": "山腰茶行", "product": "铁观音 250g"}
    stage.press(Action.SKIP, START, item=stage.item(1), reason=SkipReason.NOT_READY)
    stage.press(Action.START, START)
    assert stage.titles()[:2] == [("1", "skipped"), ("2", "on_air")]


def test_a_paper_that_runs_out_at_midnight_does_not_count_after_it():
    begin = at(23.75, day=MONDAY + timedelta(days=5))
    late = create_live_show(begin, places=(1, 2), booths=2)
    day = MONDAY + timedelta(days=5)
    change(Paper, Paper.merchant_id == late.products[1].merchant_id, expires_on=day)
    late.press(Action.START, begin)

    with pytest.raises(RuleViolation) as refusal:
        late.press(Action.NEXT, begin + timedelta(minutes=15))

    assert broken(refusal) == "air_papers_missing"


def test_sample_stock_and_link_are_lights_and_nothing_more(stage):
    change(Product, Product.id == stage.products[0].id, stock=0)
    stage.press(Action.START, START)

    lights = console.console(stage.director, stage.show.id, now=START).lights[stage.booths[0].id]

    assert (lights.sample.value, lights.stock.value, lights.link.value) == ("missing", "missing", "missing")
    assert lights.may_air


def test_booths_confirmed_or_withdrawn_later_come_in_with_a_press_of_their_own(stage):
    shop, owner = create_merchant()
    late = create_booth(stage.show, 6, create_product(shop), owner, status=BookingStatus.CONFIRMED)
    change(Booking, Booking.id == stage.booths[1].id, status=BookingStatus.CANCELLED)
    stage.press(Action.START, START)
    seen = console.console(stage.director, stage.show.id, now=START)
    assert (len(seen.changes.standing), seen.changes.gone) == (1, frozenset({stage.booths[1].id}))

    stage.press(Action.CATCH_UP, later(1))

    assert [one.state.value for one in stage.order().items] == [
        "on_air",
        "skipped",
        "waiting",
        "waiting",
        "waiting",
    ]
    assert stage.order().items[-1].booths == (late.id,)
    assert not console.console(stage.director, stage.show.id, now=START).changes.any


def test_a_booth_that_passed_its_planned_time_or_was_marked_absent_stays_in_the_order(stage):
    change(Booking, Booking.id == stage.booths[0].id, status=BookingStatus.COMPLETED)
    change(Booking, Booking.id == stage.booths[1].id, status=BookingStatus.NO_SHOW)

    assert not console.console(stage.director, stage.show.id, now=START).changes.any
