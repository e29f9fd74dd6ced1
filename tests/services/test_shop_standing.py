"""What a shop declares about itself: margin, sales before the programme, its place on the leaderboard."""

import pytest
from sqlalchemy import func, select

from domain.errors import Forbidden, Missing, StaleShop
from domain.people import Role
from domain.sales.declaring import Declared
from models import AuditEvent, Merchant, Notice, OutboxMessage
from services import outbox
from services.sales import shop_home, standing
from tests.support.builders import NOW, create_actor
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


@pytest.fixture
def keeper(shop):
    return shop[1]


def told(db, kind):
    """Who was told of it."""
    outbox.deliver_due(NOW)
    return db.session.scalars(select(Notice).where(Notice.kind == kind)).all()


def test_a_shop_declares_margin_and_baseline_and_it_is_written_down(db, keeper):
    declared = Declared(2500, 800_000, "2025 年收款码月均")

    shop = standing.declare(keeper, declared, on_leaderboard=False, version=1, now=NOW)

    assert (standing.declared_by(shop), shop.on_leaderboard, shop.version) == (declared, False, 2)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "merchant.declared")).one()
    assert event.detail == {
        "margin_bp": [3000, 2500], "baseline_fen": [None, 800_000], "on_leaderboard": [True, False],
    }  # fmt: skip
    again = standing.declare(keeper, declared, on_leaderboard=False, version=2, now=NOW)
    assert again.version == 2  # nothing changed, nothing is written
    with pytest.raises(StaleShop):
        standing.declare(keeper, Declared(1), on_leaderboard=True, version=1, now=NOW)


def test_staff_write_down_what_a_shop_tells_them_but_not_its_choice(db, shop, keeper, staff):
    standing.declare(keeper, Declared(None), on_leaderboard=False, version=1, now=NOW)
    assert shop_home.merchant_home(keeper, now=NOW).path.estimated_fen is None

    standing.declare_for(staff, shop[0].id, Declared(4000), version=2, now=NOW)

    db.session.rollback()
    changed = db.session.get_one(Merchant, shop[0].id, populate_existing=True)
    assert (changed.margin_bp, changed.on_leaderboard) == (4000, False)
    assert [notice.person_id for notice in told(db, "standing_changed")] == [keeper.id]
    with pytest.raises(Forbidden):
        standing.declare_for(keeper, shop[0].id, Declared(1), version=3, now=NOW)
    with pytest.raises(Missing):
        standing.declare_for(staff, 999_999, Declared(1), version=1, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
