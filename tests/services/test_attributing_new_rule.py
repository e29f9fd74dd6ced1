"""A new rule reaches every stored line, show by show; lines of a person's choice apart. On both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.sales.attribution import RULE_VERSION
from models import Sale, ShowAttribution, Space
from services.sales import attributing
from tests.support.attributed_sales import create_sale, stands
from tests.support.live_shows import START, change, create_live_show, create_ready_show, later

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths of a quarter-hour each, its running order made."""
    return create_ready_show()


def test_a_new_rule_reaches_every_line_but_those_by_hand(stage, db):
    before, during, long_after = (
        create_sale(stage.products[0], later(minute)) for minute in (-5_000, 5, 50_000)
    )
    unknown = create_sale(None, later(5))
    attributing.attribute_due(later(300))
    change(Sale, Sale.id > 0, rule_version="2026-01-z")
    change(ShowAttribution, ShowAttribution.show_id > 0, rule_version="2026-01-z")

    assert attributing.attribute_due(later(300)) == 1

    db.session.rollback()
    versions = db.session.scalars(select(Sale.rule_version).distinct()).all()
    assert versions == [RULE_VERSION]
    assert [stands(one)[0].value for one in (before, during, long_after, unknown)] == [
        "none",
        "A",
        "none",
        "none",
    ]


def test_a_new_rule_goes_show_by_show_through_the_stretches_between_them(stage, db):
    earlier = create_live_show(
        START - timedelta(days=100), studio=db.session.get_one(Space, stage.show.space_id), named=False
    )
    lines = [create_sale(None, START + timedelta(days=days)) for days in (-200, -100, -50, -1, 0, 3)]
    attributing.attribute_due(later(300))
    change(Sale, Sale.id > 0, rule_version=None)

    attributing.recompute(stage.director, earlier.show.id, now=later(300))
    assert set(versions_of(db, lines)) == {None}  # the same rule: only what the show may have

    change(ShowAttribution, ShowAttribution.show_id == earlier.show.id, rule_version="2026-01-z")
    attributing.recompute(stage.director, earlier.show.id, now=later(300))
    assert versions_of(db, lines) == [RULE_VERSION] * 4 + [None] * 2


def versions_of(db, lines):
    db.session.rollback()
    return [db.session.scalar(select(Sale.rule_version).where(Sale.id == line.id)) for line in lines]
