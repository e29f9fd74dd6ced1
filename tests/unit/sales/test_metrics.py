"""The figures of sales: only what was paid counts, the long tail stands beside, the three lines are never mixed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales.attribution import Tier
from domain.sales.metrics import (
    IncomePath,
    SaleFacts,
    Totals,
    by_tier,
    headline,
    income_path,
    is_provisional,
    totals,
)

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
TARGET = 2_000_000


def sale(
    amount: int = 1000,
    *,
    refunded: int = 0,
    paid: bool = True,
    order: str = "1",
    quantity: int = 1,
    days_ago: int = 30,
    tier: Tier = Tier.IN_WINDOW,
) -> SaleFacts:
    return SaleFacts(order, quantity, amount, refunded, paid, NOW - timedelta(days=days_ago), tier)


def test_only_paid_lines_count() -> None:
    lines = [
        sale(1000, quantity=2),
        sale(500, refunded=200),
        sale(700, order="2"),
        sale(9999, paid=False, order="3"),
    ]
    assert totals(lines, NOW) == Totals(
        orders=2, items=4, gmv_fen=2200, refunded_fen=200, refunded_orders=1, provisional_fen=0
    )
    assert totals(lines, NOW).net_fen == 2000


def test_rates_and_averages_are_rounded_half_up() -> None:
    figures = Totals(orders=3, gmv_fen=1000, refunded_fen=335, refunded_orders=1)
    assert figures.refund_rate_by_amount_bp == 3350
    assert figures.refund_rate_by_count_bp == 3333
    assert figures.average_per_order_fen == 333
    assert figures.gpm_fen(3) == 333_333


def test_without_sales_there_are_no_rates() -> None:
    nothing = totals([], NOW)
    assert nothing == Totals()
    assert nothing.refund_rate_by_amount_bp is None
    assert nothing.refund_rate_by_count_bp is None
    assert nothing.average_per_order_fen is None


@pytest.mark.parametrize("views", [None, 0])
def test_without_views_there_is_no_gpm(views: int | None) -> None:
    assert Totals(orders=1, gmv_fen=1000).gpm_fen(views) is None


def test_a_net_is_provisional_until_fifteen_days_after_the_order() -> None:
    ordered = NOW - timedelta(days=15)
    assert not is_provisional(ordered, NOW)
    assert is_provisional(ordered + timedelta(seconds=1), NOW)
    lines = [sale(1000, refunded=100, days_ago=14), sale(500, days_ago=15)]
    assert totals(lines, NOW).provisional_fen == 900


def test_the_headline_is_a_b_and_c_with_d_beside_it() -> None:
    amounts = {Tier.IN_WINDOW: 1, Tier.TAIL: 10, Tier.SAME_SHOW: 100, Tier.LONG_TAIL: 1000, Tier.NONE: 10_000}
    lines = [sale(amount, tier=tier, order=tier.value) for tier, amount in amounts.items()]
    result = headline(lines, NOW)
    assert (result.studio.gmv_fen, result.long_tail.gmv_fen) == (111, 1000)
    assert {tier: figures.gmv_fen for tier, figures in by_tier(lines, NOW).items()} == amounts


def test_the_three_lines_of_the_path_are_never_mixed() -> None:
    path = income_path(
        net_fen=3_000_000, margin_bp=3_550, fees_fen=65_000, reported_fen=12_345, target_fen=TARGET
    )
    assert path == IncomePath(3_000_000, 1_000_000, 12_345, TARGET)
    assert (path.progress_bp, path.remaining_fen) == (5_000, 1_000_000)


def test_without_a_declared_margin_nothing_is_estimated() -> None:
    path = income_path(net_fen=3_000_000, margin_bp=None, fees_fen=0, reported_fen=0, target_fen=TARGET)
    assert (path.estimated_fen, path.progress_bp, path.remaining_fen) == (None, None, None)


@pytest.mark.parametrize(
    ("estimated", "progress", "remaining"),
    [(-500, 0, TARGET + 500), (TARGET - 1, 9_999, 1), (TARGET, 10_000, 0), (TARGET * 2, 20_000, 0)],
)
def test_the_bar_is_full_only_when_the_target_is_reached(
    estimated: int, progress: int, remaining: int
) -> None:
    path = IncomePath(net_fen=0, estimated_fen=estimated, reported_fen=0, target_fen=TARGET)
    assert (path.progress_bp, path.remaining_fen) == (progress, remaining)


sales = st.builds(
    lambda amount, share, paid, order, tier: sale(
        amount, refunded=amount * share // 100, paid=paid, order=order, tier=tier
    ),
    st.integers(0, 10**9),
    st.integers(0, 100),
    st.booleans(),
    st.sampled_from("12345"),
    st.sampled_from(Tier),
)


@given(st.lists(sales))
def test_the_tiers_add_up_to_the_whole(lines: list[SaleFacts]) -> None:
    whole, parts = totals(lines, NOW), by_tier(lines, NOW).values()
    assert whole.gmv_fen == sum(part.gmv_fen for part in parts)
    assert whole.net_fen == sum(part.net_fen for part in parts)
    assert whole.items == sum(part.items for part in parts)
    assert 0 <= whole.net_fen <= whole.gmv_fen
