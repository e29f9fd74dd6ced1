"""Staff decide by hand where an order line counts, and give it back to the rule; on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing, StaleSale
from domain.people import Role
from domain.sales.attribution import RULE_VERSION, Tier
from domain.studio.running import Action
from models import AuditEvent, Sale, SalesTotal
from models.sales_books import Band, Scope
from services.sales import attributing, explaining, judging
from services.sales.judging import Verdict
from services.sales.matching import attribution_columns, keep_what_a_hand_chose
from tests.support.attributed_sales import create_sale, stands
from tests.support.builders import NOW, create_actor
from tests.support.live_shows import START, change, create_ready_show, later
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")

AFTER = later(300)


@pytest.fixture
def stage():
    """A show with four confirmed booths of a quarter-hour each, its running order made."""
    return create_ready_show()


@pytest.fixture
def sold(stage):
    """An order of the first product that came long after the show: no tier."""
    return create_sale(stage.products[0], later(3_000))


def decide(stage, sale, tier=Tier.TAIL, booth=None, reason="主播在别的展位也讲了", seen=None, actor=None):
    booth = stage.booths[0].id if booth is None else booth
    return judging.attribute(
        actor or stage.director,
        sale.id,
        Verdict(tier, booth, reason),
        seen=seen or sale.updated_at,
        now=AFTER,
    )


def in_band(db, band):
    db.session.rollback()
    rows = select(func.sum(SalesTotal.gmv_fen)).where(
        SalesTotal.scope == Scope.COMMUNITY, SalesTotal.band == band
    )
    return db.session.scalar(rows) or 0


def test_a_person_gives_a_line_a_booth_and_says_why(stage, sold, db):
    assert stands(sold) == (Tier.NONE, None, None)

    done = decide(stage, sold, reason="  主播在别的\n展位也讲了 ")

    assert stands(sold) == (Tier.TAIL, stage.show.id, stage.booths[0].id)
    assert (done.attributed_by_id, done.attributed_at) == (stage.director.id, AFTER)
    assert (done.attribution_reason, done.rule_version, done.evidence) == (
        "主播在别的 展位也讲了",
        None,
        None,
    )
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "sale.attributed")).one()
    assert event.detail["before"] == {"tier": "none", "show": None, "booth": None}
    assert event.detail["after"]["tier"] == "B"
    assert (in_band(db, Band.B), in_band(db, Band.NONE)) == (8_800, 0)


def test_a_line_can_be_taken_out_of_every_booth(stage, db):
    sold = create_sale(stage.products[0], later(5))

    decide(stage, sold, tier=Tier.NONE)

    assert stands(sold) == (Tier.NONE, None, None)
    assert (in_band(db, Band.A), in_band(db, Band.NONE)) == (0, 8_800)


def test_given_back_the_rule_decides_at_once_and_from_then_on(stage, db):
    sold = create_sale(stage.products[0], later(5))
    done = decide(stage, sold, tier=Tier.NONE)

    back = judging.release(stage.director, sold.id, seen=done.updated_at, now=AFTER + timedelta(minutes=1))

    assert stands(sold) == (Tier.IN_WINDOW, stage.show.id, stage.booths[0].id)
    assert (back.attributed_by_id, back.attribution_reason, back.rule_version) == (None, "", RULE_VERSION)
    assert (in_band(db, Band.A), in_band(db, Band.NONE)) == (8_800, 0)
    stage.press(Action.START, later(10))
    attributing.attribute_due(AFTER)
    assert stands(sold)[0] is Tier.SAME_SHOW
    told = [one.action for one in explaining.story(stage.director, sold.id).judgements]
    assert told == ["sale.released", "sale.attributed"]


def test_giving_back_what_the_rule_has_changes_nothing(stage, sold, db):
    judging.release(stage.director, sold.id, seen=sold.updated_at, now=AFTER)

    db.session.rollback()
    assert db.session.get_one(Sale, sold.id).updated_at == NOW
    assert not db.session.scalars(select(AuditEvent).where(AuditEvent.action == "sale.released")).all()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"tier": None}, "attribution_tier_missing", "tier"),
        ({"booth": 999_999}, "attribution_booth_missing", "booth"),
        ({"reason": " \n"}, "attribution_reason_missing", "reason"),
        ({"reason": "长" * 201}, "attribution_reason_long", "reason"),
    ],
)
def test_what_can_not_be_decided_is_refused_at_its_field(stage, sold, changes, code, field):
    with pytest.raises(BadInput) as refusal:
        decide(stage, sold, **changes)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert stands(sold)[0] is Tier.NONE


def test_only_a_booth_where_the_product_was_shown_can_be_chosen(stage, sold):
    with pytest.raises(BadInput) as refusal:
        decide(stage, sold, booth=stage.booths[1].id)

    assert refusal.value.code == "attribution_booth_missing"


def test_two_people_who_decide_at_once_do_not_overwrite_each_other(stage, sold):
    seen = sold.updated_at
    decide(stage, sold, seen=seen)

    with pytest.raises(StaleSale) as refusal:
        decide(stage, sold, tier=Tier.NONE, seen=seen)

    assert refusal.value.object_id == sold.id
    assert stands(sold)[0] is Tier.TAIL


@pytest.mark.mutant
def test_without_looking_the_second_would_overwrite_the_first(stage, sold, monkeypatch):
    seen = sold.updated_at
    decide(stage, sold, seen=seen)
    monkeypatch.setattr(judging, "_unchanged", lambda _sale, _seen: True)

    decide(stage, sold, tier=Tier.NONE, seen=seen)

    assert stands(sold)[0] is Tier.NONE


def test_only_staff_decide_and_a_line_that_is_not_there_is_missing(stage, sold):
    _shop, owner = create_merchant()
    with pytest.raises(Forbidden):
        decide(stage, sold, actor=owner)
    with pytest.raises(Forbidden):
        judging.release(create_actor(), sold.id, seen=NOW, now=NOW)
    with pytest.raises(Missing):
        judging.release(stage.director, 999, seen=NOW, now=NOW)


def test_a_merchant_reads_the_story_of_own_lines_alone(stage, sold):
    rival = create_merchant()
    mine = create_sale(create_product(rival[0]), later(5))
    unknown = create_sale(None, later(5))

    assert explaining.story(rival[1], mine.id).product.merchant_id == rival[0].id
    for foreign in (sold, unknown):
        with pytest.raises(Missing):
            explaining.story(rival[1], foreign.id)
    with pytest.raises(Missing):
        explaining.story(create_actor(Role.RESIDENT), mine.id)


def test_what_a_hand_chose_outlasts_new_columns(stage, sold):
    done = decide(stage, sold)
    stored = {name: getattr(done, name) for name in ("attributed_by_id", "product_id", "tier", "show_id")}
    stored |= {"booth_booking_id": done.booth_booking_id, "rule_version": None, "evidence": None}
    fresh = {
        "amount_fen": 1,
        "product_id": 77,
        **attribution_columns(judging.by_the_rule(db_session(), done)),
    }

    kept = keep_what_a_hand_chose(stored, fresh)

    assert (kept["tier"], kept["product_id"], kept["amount_fen"]) == (Tier.TAIL, sold.product_id, 1)
    assert keep_what_a_hand_chose(stored | {"attributed_by_id": None}, fresh) == fresh


def db_session():
    from models import db

    return db.session()


def test_a_booth_that_is_skipped_later_keeps_what_a_person_gave_it(stage):
    sold = create_sale(stage.products[1], later(3_000))
    decide(stage, sold, booth=stage.booths[1].id)
    change(Sale, Sale.id == sold.id, updated_at=NOW)
    stage.press(Action.START, START)
    from domain.studio.running import SkipReason

    stage.press(Action.SKIP, later(1), item=stage.item(2), reason=SkipReason.NO_TIME)
    attributing.attribute_due(AFTER)

    story = explaining.story(stage.director, sold.id)
    assert stands(sold)[0] is Tier.TAIL
    assert (story.booth.booking_id, story.booth.windows) == (stage.booths[1].id, ())
