"""The figures of sales in integer fen: what was paid, what came back, how far it is to the year's target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.interval import require_aware
from domain.money import divide_half_up, share_bp
from domain.sales.attribution import HEADLINE_TIERS, Tier

PROVISIONAL_FOR = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What the figures need to know of one order line; a line that is not `paid` counts for nothing."""

    order_no: str
    quantity: int
    amount_fen: int
    refunded_fen: int
    paid: bool
    ordered_at: datetime
    tier: Tier = Tier.NONE


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over order lines, from `totals` or from the database; the derived figures need nothing else.

    `orders` and `refunded_orders` count distinct orders: totals of parts that share an order can't be added.
    `provisional_fen` is the part of the net whose fifteen days are not over.
    """

    orders: int = 0
    items: int = 0
    gmv_fen: int = 0
    refunded_fen: int = 0
    refunded_orders: int = 0
    provisional_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Paid less refunded."""
        return self.gmv_fen - self.refunded_fen

    @property
    def refund_rate_by_amount_bp(self) -> int | None:
        """Refunded share of what was paid, in basis points; None without sales."""
        return share_bp(self.refunded_fen, self.gmv_fen)

    @property
    def refund_rate_by_count_bp(self) -> int | None:
        """Share of paid orders with any refund, in basis points; None without sales."""
        return share_bp(self.refunded_orders, self.orders)

    @property
    def average_per_order_fen(self) -> int | None:
        """单均价: GMV per paid order; None without sales."""
        return divide_half_up(self.gmv_fen, self.orders) if self.orders else None

    def gpm_fen(self, views: int | None) -> int | None:
        """GMV per thousand views; None where nobody typed the views in."""
        return divide_half_up(self.gmv_fen * 1000, views) if views else None


@dataclass(frozen=True, slots=True)
class Headline:
    """What the studio brought (A + B + C), and beside it, never within it, the long tail (D)."""

    studio: Totals
    long_tail: Totals


@dataclass(frozen=True, slots=True)
class IncomePath:
    """The way to the year's target in three lines that are never mixed; the bar shows the estimate.

    ① `net_fen`: net sales that the studio brought. ② `estimated_fen`: extra income estimated from ① by the
    declared margin less the fees, None while no margin is declared. ③ `reported_fen`: what the merchant
    reported with proof and a reviewer accepted.
    """

    net_fen: int
    estimated_fen: int | None
    reported_fen: int
    target_fen: int

    @property
    def progress_bp(self) -> int | None:
        """② as a share of the target in basis points, not below 0 and cut off rather than rounded up."""
        if self.estimated_fen is None or self.target_fen <= 0:
            return None
        return max(0, self.estimated_fen * 10_000 // self.target_fen)

    @property
    def remaining_fen(self) -> int | None:
        """What ② still lacks to the target, 0 once it is reached."""
        return None if self.estimated_fen is None else max(0, self.target_fen - self.estimated_fen)


def is_provisional(ordered_at: datetime, now: datetime) -> bool:
    """Whether a line's net is still 暂估: until fifteen days after the order."""
    return require_aware(now) < require_aware(ordered_at) + PROVISIONAL_FOR


def totals(lines: Iterable[SaleFacts], now: datetime) -> Totals:
    """Sum up the paid lines among these."""
    paid = [line for line in lines if line.paid]
    return Totals(
        orders=len({line.order_no for line in paid}),
        items=sum(line.quantity for line in paid),
        gmv_fen=sum(line.amount_fen for line in paid),
        refunded_fen=sum(line.refunded_fen for line in paid),
        refunded_orders=len({line.order_no for line in paid if line.refunded_fen > 0}),
        provisional_fen=sum(_net(line) for line in paid if is_provisional(line.ordered_at, now)),
    )


def by_tier(lines: Iterable[SaleFacts], now: datetime) -> dict[Tier, Totals]:
    """The totals of every tier, the empty ones included."""
    known = list(lines)
    return {tier: totals((line for line in known if line.tier is tier), now) for tier in Tier}


def headline(lines: Iterable[SaleFacts], now: datetime) -> Headline:
    """A + B + C, with D beside it."""
    known = list(lines)
    return Headline(
        studio=totals((line for line in known if line.tier in HEADLINE_TIERS), now),
        long_tail=totals((line for line in known if line.tier is Tier.LONG_TAIL), now),
    )


def income_path(
    *, net_fen: int, margin_bp: int | None, fees_fen: int, reported_fen: int, target_fen: int
) -> IncomePath:
    """The three lines, out of net sales, the merchant's declared margin in basis points, fees and reports."""
    estimated = None if margin_bp is None else divide_half_up(net_fen * margin_bp, 10_000) - fees_fen
    return IncomePath(net_fen, estimated, reported_fen, target_fen)


def _net(line: SaleFacts) -> int:
    return line.amount_fen - line.refunded_fen
