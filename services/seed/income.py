"""Reported income of the demo: one report accepted and corrected since, one that waits; and what shops declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.interval import local_day
from domain.sales.declaring import Declared
from domain.sales.income import IncomeFacts, IncomeKind, first_day
from services.merchants import files
from services.sales import income, income_ledger, income_review, standing
from services.seed import scans
from services.seed.licences import Scans
from services.seed.people import Cast
from services.seed.shops import Stall

PROOF = "RECEIPT"
BASELINES = (820_000, 1_260_000, 540_000)
"""Monthly sales before the programme, in fen; the other shops have not told theirs."""


def draw_proof() -> Scans:
    """A receipt by its name; it takes a moment, so it is drawn before the transaction."""
    return {PROOF: files.prepare(scans.draw((PROOF, "3 x VOUCHER", "SAMPLE")))}


def report_income(cast: Cast, stalls: Sequence[Stall], drawn: Scans, now: datetime) -> None:
    """By the very services that the pages use: the printed shop tells two sales, staff accept the older one."""
    keeper, product = stalls[0].keeper, stalls[0].products[0]
    for days, amount_fen, quantity, kind, note in (
        (6, 38_700, 9, IncomeKind.IN_SHOP, "核销 9 张直播间的券"),
        (2, 12_900, 3, IncomeKind.SELF_REPORTED, "看了直播来店里买的"),
    ):
        at = now - timedelta(days=days)
        sold_on = max(local_day(at) - timedelta(days=1), first_day(local_day(at)))
        facts = IncomeFacts(kind, sold_on, amount_fen, quantity, product.id, None, note)
        scan_id = files.store(keeper, drawn[PROOF], now=at)
        report = income.submit(keeper, facts, [scan_id], now=at)
        if days > 2:
            accepted = income_review.accept(
                cast.staff, report.id, version=report.version, now=at + timedelta(hours=4)
            )
            income_ledger.correct(
                cast.staff,
                report.id,
                amount_fen=amount_fen - 4_300,
                reason="顾客退货",
                version=accepted.version,
                now=at + timedelta(days=2),
            )


def declare_baselines(stalls: Sequence[Stall], now: datetime) -> None:
    """Some shops tell what they sold before, beside the margin that they have."""
    for stall, baseline_fen in zip(stalls, BASELINES, strict=False):
        shop = standing.own(stall.keeper)
        declared = Declared(shop.margin_bp or None, baseline_fen, "2025 年收款码月均")
        standing.declare(stall.keeper, declared, on_leaderboard=True, version=shop.version, now=now)
