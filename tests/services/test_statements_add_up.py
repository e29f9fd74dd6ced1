"""Whatever happens to the books, what is locked and what is added later sums up to them."""

from datetime import timedelta
from random import Random

import pytest

from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.statements import locks_at, month_after
from services.sales.statement_locking import lock_due
from tests.support.shop_books import Shop, locked, truth, written
from tests.support.statement_builders import (
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    on,
    sell,
    strike,
    write,
)
from tests.support.studio_builders import create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def shop(db):
    """A shop with a product that was on air on 12 October."""
    return Shop()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_statements_add_up_to_the_books(shop, seed):
    """A year of sales, refunds, moves, undone imports and late finds, with locks in between that may be missed."""
    dice = Random(seed)
    shops = [shop, Shop()]
    goods = [product for one in shops for product in (one.tea, create_product(one.merchant, "佛手"))]
    shows = [
        create_show(shop.studio, on(day, month)) for month in (SEPTEMBER, OCTOBER, NOVEMBER) for day in (3, 9)
    ]
    sales = []
    for month in (SEPTEMBER, OCTOBER, NOVEMBER, month_after(NOVEMBER)):
        for _ in range(14):
            happens(dice, sales, goods, shows)
        if dice.random() < 0.8:
            lock_due(locks_at(month))
    lock_due(locks_at(month_after(NOVEMBER)))

    assert written() == truth(month_after(month_after(NOVEMBER)))
    rows = [row for one in shops for row in locked(one.merchant)]
    net = sum(
        row.gmv_fen + row.adjusted_gmv_fen - row.refunded_fen - row.adjusted_refunded_fen for row in rows
    )
    assert net == sum(sums.net_fen for sums in truth(month_after(NOVEMBER)).values())
    assert len(rows) > 2
    assert lock_due(locks_at(month_after(NOVEMBER))) == 0


def happens(dice, sales, goods, shows):
    """One thing that may happen to the books."""
    roll = dice.random()
    if roll < 0.5 or not sales:
        show = dice.choice(shows)
        moment = show.starts_at + timedelta(minutes=dice.randint(1, 60))
        product = dice.choice([*goods, None])
        tier = dice.choice([*sorted(HEADLINE_TIERS), Tier.LONG_TAIL]) if product else Tier.NONE
        place = {"tier": tier, "order_no": str(dice.randint(1, 30))}
        sales.append(sell(product, show if product else None, moment, dice.randint(1, 99_999), **place))
        return
    sale = sales[dice.randrange(len(sales))]
    if roll < 0.7:
        write(sale, refunded_fen=dice.randint(0, sale.amount_fen))
    elif roll < 0.9:
        product, show, tier = dice.choice(goods), dice.choice(shows), dice.choice(sorted(HEADLINE_TIERS))
        write(sale, product_id=product.id, show_id=show.id, tier=tier)
    else:
        sales.remove(sale)
        strike(sale)
