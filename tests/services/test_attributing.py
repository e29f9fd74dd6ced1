"""Sales follow the times on air: recomputed where these or the rule changed, cheap where nothing did."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing, RuleViolation
from domain.interval import local_day
from domain.sales.attribution import Tier
from domain.sales.cells import Precision
from domain.studio.running import Action, SkipReason
from domain.studio.shows import ShowStatus
from models import AuditEvent, Booking, Sale, SalesTotal, Show, ShowAttribution, Space
from models import db as database
from models.sales_books import Band, Scope
from services.sales import attributing
from services.studio import wrapping
from tests.support.attributed_sales import by_the_rule, create_sale, stands
from tests.support.builders import MONDAY, NOW, at, create_actor
from tests.support.live_shows import START, change, create_live_show, create_ready_show, later
from tests.support.statements import statements
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_show,
)

pytestmark = pytest.mark.usefixtures("db")

AFTER = later(300)


@pytest.fixture
def stage():
    """A show with four confirmed booths of a quarter-hour each, its running order made."""
    return create_ready_show()


def tier_of(sale):
    return stands(sale)[0]


def tiers(*sales):
    return [tier_of(sale).value for sale in sales]


def recomputed(now=AFTER):
    return attributing.attribute_due(now)


def sums(db, scope, scope_id, band=Band.STUDIO):
    db.session.rollback()
    return db.session.scalar(
        select(func.sum(SalesTotal.gmv_fen)).where(
            SalesTotal.scope == scope, SalesTotal.scope_id == scope_id, SalesTotal.band == band
        )
    )


def test_an_order_follows_its_booth_when_the_show_runs_late(stage):
    second = stage.products[1]
    sold = create_sale(second, later(16))
    assert tiers(sold) == ["A"]

    stage.press(Action.START, START)
    stage.press(Action.NEXT, later(20))
    stage.press(Action.NEXT, later(36))
    assert recomputed() == 1
    assert tiers(sold) == ["C"]

    late = create_sale(second, later(37))
    assert tiers(sold, late) == ["C", "B"]


def test_what_changed_is_told_in_the_trail_and_kept_in_the_sums(stage, db):
    sold = [create_sale(stage.products[1], later(minute)) for minute in (16, 40)]
    community = sums(db, Scope.COMMUNITY, 0, Band.A), sums(db, Scope.COMMUNITY, 0, Band.B)
    assert community == (8_800, 8_800)

    stage.press(Action.START, START)
    stage.press(Action.NEXT, later(20))
    stage.press(Action.NEXT, later(36))
    recomputed()

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "show.attributed")).one()
    assert (event.object_id, event.detail) == (stage.show.id, {"moved": {"A>C": 1}})
    assert (sums(db, Scope.COMMUNITY, 0, Band.A), sums(db, Scope.COMMUNITY, 0, Band.C)) == (None, 8_800)
    assert sums(db, Scope.SHOW, stage.show.id) == 17_600
    assert tiers(*sold) == ["C", "B"]


def test_a_repeat_gives_a_booth_a_second_window(stage):
    first = stage.products[0]
    stage.press(Action.START, START)
    stage.press(Action.REPEAT, later(1), item=stage.item(1))
    for minute in (10, 20):
        stage.press(Action.NEXT, later(minute))
    sold = create_sale(first, later(55))
    recomputed()
    for minute in (30, 40, 50, 60):
        try:
            stage.press(Action.NEXT, later(minute))
        except RuleViolation:
            break
    recomputed()

    repeat = next(item for item in stage.order().items if item.repeat_of)
    window = (repeat.started_at, repeat.ended_at)
    inside = window[0] is not None and window[0] <= later(55) < (window[1] or later(999))
    assert (tier_of(sold) is Tier.IN_WINDOW) == inside
    assert by_the_rule(sold).tier is tier_of(sold)


def test_a_skipped_booth_loses_its_sales_and_undo_gives_them_back(stage):
    sold = create_sale(stage.products[1], later(20))
    recomputed(later(1))
    stage.press(Action.START, START)

    stage.press(Action.SKIP, later(2), item=stage.item(2), reason=SkipReason.NOT_READY)
    recomputed(later(3))
    assert stands(sold) == (Tier.NONE, None, None)

    stage.press(Action.UNDO, later(4))
    recomputed(later(5))
    assert tiers(sold) == ["A"]


def test_a_cancelled_show_sells_nothing(stage, db):
    sold = create_sale(stage.products[0], later(5))
    change(Show, Show.id == stage.show.id, status=ShowStatus.CANCELLED, cancel_reason="停电")

    assert recomputed() == 1

    assert stands(sold) == (Tier.NONE, None, None)
    assert sums(db, Scope.SHOW, stage.show.id) is None


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED, BookingStatus.NO_SHOW])
def test_a_booth_that_was_given_back_or_stayed_empty_sells_nothing(stage, status):
    gone, other = (create_sale(product, later(5)) for product in stage.products[:2])
    recomputed()
    change(Booking, Booking.id == stage.booths[0].id, status=status)

    assert recomputed() == 1

    assert tiers(gone, other) == ["none", "C"]


def test_a_booth_that_moved_takes_its_window_along():
    stage = create_live_show()
    sold = create_sale(stage.products[0], later(95))
    assert tiers(sold) == ["C"]

    interval = stage.show.plan.interval_of(7)
    change(
        Booking,
        Booking.id == stage.booths[0].id,
        place=7,
        starts_at=interval.starts_at,
        ends_at=interval.ends_at,
    )
    recomputed()

    assert tiers(sold) == ["A"]


def test_wrapping_up_settles_what_was_planned_only():
    stage = create_live_show()
    sold = create_sale(stage.products[0], later(5))
    recomputed()
    booth = stage.booths[0].id
    wrapping.wrap_up(stage.director, stage.show.id, {booth: wrapping.Outcome.ABSENT}, {}, now=AFTER)

    recomputed()

    assert stands(sold) == (Tier.NONE, None, None)


def test_another_show_of_the_same_product_takes_over():
    stage = create_live_show()
    sold = create_sale(stage.products[0], START + timedelta(hours=15), live_evidence=True)
    assert tiers(sold) == ["D"]
    recomputed()

    morning = create_show(studio_of(stage), at(10, day=MONDAY + timedelta(days=4)))
    booth = create_booth(morning, 3, stage.products[0], stage.director, status=BookingStatus.CONFIRMED)
    recomputed(AFTER + timedelta(days=1))

    assert stands(sold) == (Tier.IN_WINDOW, morning.id, booth.id)


def studio_of(stage):
    return database.session.get_one(Space, stage.show.space_id)


def test_a_show_across_midnight_and_times_to_the_minute():
    stage = create_live_show(at(22.5, day=MONDAY + timedelta(days=3)), places=(6, 7))
    begins = stage.booths[1].starts_at
    create_airing(stage.booths[1], begins + timedelta(seconds=20), begins + timedelta(minutes=12))
    exact = create_sale(stage.products[1], begins)
    minute = create_sale(stage.products[1], begins, ordered_precision=Precision.MINUTE)
    recomputed(AFTER + timedelta(hours=3))

    assert local_day(begins) != local_day(stage.show.starts_at)
    assert tiers(exact, minute) == ["C", "A"]


def test_a_second_round_finds_nothing_to_do_and_asks_little(stage, db):
    for minute in range(5):
        create_sale(stage.products[0], later(minute))
    for days in (7, 14, 21):
        create_live_show(START - timedelta(days=days), studio=studio_of(stage), named=False)
    assert recomputed() == 4

    with statements(db) as seen:
        assert recomputed() == 0

    questions = [one for one in seen if one.lstrip().upper().startswith("SELECT")]
    assert len(questions) <= 3
    assert not [one for one in questions if "FROM sale" in one]


@pytest.mark.mutant
def test_without_the_hash_the_job_would_find_nothing(stage, monkeypatch):
    sold = create_sale(stage.products[0], later(5))
    monkeypatch.setattr(attributing, "basis_of", lambda *_about: "always the same")
    recomputed()
    stage.press(Action.START, later(10))

    assert recomputed() == 0
    assert tiers(sold) == ["A"]

    monkeypatch.undo()
    assert recomputed() == 1
    assert tiers(sold) == ["C"]


def sold_by_hand(stage):
    sale = create_sale(stage.products[0], later(5))
    chosen = {
        "attributed_by_id": stage.director.id,
        "attributed_at": NOW,
        "attribution_reason": "主播口播了两次",
    }
    change(Sale, Sale.id == sale.id, **chosen)
    return sale


def test_what_a_person_chose_stays(stage, db):
    by_hand = sold_by_hand(stage)
    by_rule = create_sale(stage.products[0], later(5))
    stage.press(Action.START, later(10))

    recomputed()

    assert tiers(by_hand, by_rule) == ["A", "C"]


@pytest.mark.mutant
def test_without_the_guard_it_would_be_overwritten(stage, monkeypatch):
    by_hand = sold_by_hand(stage)
    monkeypatch.setattr(attributing, "by_rule_alone", lambda: Sale.id > 0)
    stage.press(Action.START, later(10))

    recomputed()

    assert tiers(by_hand) == ["C"]


def test_an_old_sealed_show_is_left_alone_and_a_batch_has_an_end(stage, db, monkeypatch):
    monkeypatch.setattr(attributing, "BATCH", 1)
    old = create_live_show(START - timedelta(days=90), studio=studio_of(stage), named=False)
    change(Show, Show.id == old.show.id, wrapped_up_at=START - timedelta(days=89))

    assert (recomputed(), recomputed(), recomputed()) == (1, 1, 0)

    change(ShowAttribution, ShowAttribution.show_id == old.show.id, basis="0" * 64)
    assert recomputed() == 0


def test_a_show_that_is_still_to_come_is_not_looked_at(stage):
    assert attributing.attribute_due(NOW) == 0


def test_staff_recompute_one_show_whatever_its_basis_says(stage):
    sold = create_sale(stage.products[0], later(5), tier=None)
    recomputed()
    change(Sale, Sale.id == sold.id, tier=None, show_id=None, booth_booking_id=None)

    (recount,) = attributing.recompute(stage.director, stage.show.id, now=AFTER)

    assert (recount.looked_at, dict(recount.moved)) == (1, {"->A": 1})
    assert attributing.recompute(stage.director, None, now=AFTER) == []
    with pytest.raises(Forbidden):
        attributing.recompute(create_actor(), None, now=AFTER)
    with pytest.raises(Missing):
        attributing.recompute(stage.director, 999, now=AFTER)
