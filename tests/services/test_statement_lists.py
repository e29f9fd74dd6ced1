"""Who reads which statements, and lists that say what the statements say."""

from datetime import date

import pytest
from sqlalchemy import event

from domain.errors import Forbidden, Missing
from domain.people import Role
from domain.sales.attribution import Tier
from domain.sales.statements import month_after
from services.sales import statements
from services.sales.statement_lists import list_of, of_all
from services.sales.statement_locking import lock_due
from tests.support.builders import NOW, create_actor
from tests.support.shop_books import Shop
from tests.support.statement_builders import (
    AFTER_NOVEMBER,
    AFTER_OCTOBER,
    NOVEMBER,
    OCTOBER,
    on,
    report_income,
    sell,
    write,
)
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def shop(db):
    """A shop with a product that was on air on 12 October."""
    return Shop()


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def test_merchants_read_their_own_alone_and_staff_all(shop, staff):
    rival = Shop("阿嬷海味")
    sell(shop.tea, shop.show, on(12), 10_000)
    sell(rival.tea, rival.show, on(12), 70_000)
    lock_due(AFTER_OCTOBER)

    with pytest.raises(Missing):
        shop.of(OCTOBER, actor=rival.owner)
    with pytest.raises(Missing):
        list_of(rival.owner, merchant_id=shop.merchant.id, now=NOW)
    for stranger in (create_actor(), create_actor(Role.CAPTAIN)):
        with pytest.raises(Forbidden):
            shop.of(OCTOBER, actor=stranger)
        with pytest.raises(Forbidden):
            list_of(stranger, now=NOW)
    with pytest.raises(Forbidden):
        of_all(shop.owner, OCTOBER, now=NOW)
    assert shop.of(OCTOBER, actor=staff).net_fen == 10_000
    assert [row.net_fen for row in list_of(shop.owner, now=NOW)] == [10_000]
    assert [row.net_fen for row in of_all(staff, OCTOBER, now=NOW).rows] == [70_000, 10_000]
    with pytest.raises(Missing):
        statements.of_month(staff, rival.merchant.id + 1_000, OCTOBER, now=NOW)
    for ahead in (month_after(NOVEMBER), date(2200, 1, 1)):
        with pytest.raises(Missing):
            shop.of(ahead, NOW)
        with pytest.raises(Missing):
            of_all(staff, ahead, now=NOW)


def test_lists_say_what_the_statements_say_open_or_locked(shop, staff):
    sale = sell(shop.tea, shop.show, on(12), 10_000)
    sell(shop.tea, shop.show, on(12), 3_000, tier=Tier.LONG_TAIL)
    lock_due(AFTER_OCTOBER)
    write(sale, refunded_fen=8_600)
    report_income(shop.merchant, on(5, NOVEMBER).date(), 1_000, on(6, NOVEMBER))
    sell(shop.tea, create_show(shop.studio, on(18, NOVEMBER)), on(18, NOVEMBER), 20_000)

    for moment in (NOW, AFTER_NOVEMBER):
        rows = list_of(shop.owner, now=moment)
        assert [row.month for row in rows] == [NOVEMBER, OCTOBER]
        for row in rows:
            whole = shop.of(row.month, moment)
            assert (row.own, row.adjusted.net_fen, row.net_fen) == (
                whole.own,
                whole.adjusted.net_fen,
                whole.net_fen,
            )
            assert (row.lines, row.locked_at) == (whole.lines, whole.locked_at)
            assert row.long_tail_net_fen == whole.long_tail_net_fen
        lock_due(moment)
    assert of_all(staff, None, now=NOW).month == OCTOBER
    assert (of_all(staff, NOVEMBER, now=NOW).net_fen, of_all(staff, NOVEMBER, now=NOW).adjusted_fen) == (
        11_400,
        -8_600,
    )


def test_without_any_statement_staff_see_the_current_month(shop, staff):
    assert of_all(staff, None, now=NOW).month == NOVEMBER
    assert of_all(staff, None, now=NOW).rows == ()
    assert shop.of(NOVEMBER, NOW).net_fen == 0


def test_the_pages_ask_no_more_of_a_long_history(shop, staff, queries_of):
    sell(shop.tea, shop.show, on(12), 10_000)
    looks = [
        lambda: of_all(staff, NOVEMBER, now=NOW),
        lambda: list_of(shop.owner, now=NOW),
        lambda: shop.of(OCTOBER, AFTER_OCTOBER),
    ]
    few = [queries_of(look) for look in looks]
    for day in range(1, 9):
        rival = Shop()
        sell(rival.tea, create_show(shop.studio, on(day)), on(day), 500)

    assert [queries_of(look) for look in looks] == few


@pytest.fixture
def queries_of(db):
    def count(look):
        db.session.rollback()
        ran = []

        def note(*_):
            ran.append(1)

        event.listen(db.engine, "before_cursor_execute", note)
        look()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(ran)

    return count
