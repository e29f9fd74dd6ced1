"""Reported income of the demo: one report accepted and corrected, one sent back, one waiting; what shops declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.interval import local_day
from domain.sales.declaring import Declared
from domain.sales.income import IncomeFacts, IncomeKind, first_day
from models import IncomeReport
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


SALES = (
    (6, 38_700, 9, IncomeKind.IN_SHOP, "核销 9 张直播间的券"),
    (4, 17_200, 4, IncomeKind.IN_SHOP, "核销 4 张直播间的券"),
    (2, 12_900, 3, IncomeKind.SELF_REPORTED, "看了直播来店里买的"),
)
"""Days ago, fen, pieces, kind and note of what the printed shop tells, the oldest first."""


def report_income(cast: Cast, stalls: Sequence[Stall], drawn: Scans, now: datetime) -> None:
    """By the very services that the pages use: staff accept the oldest, send one back, and the latest waits."""
    keeper, product = stalls[0].keeper, stalls[0].products[0]
    reports = []
    for days, amount_fen, quantity, kind, note in SALES:
        at = now - timedelta(days=days)
        sold_on = max(local_day(at) - timedelta(days=1), first_day(local_day(at)))
        facts = IncomeFacts(kind, sold_on, amount_fen, quantity, product.id, None, note)
        reports.append(income.submit(keeper, facts, [files.store(keeper, drawn[PROOF], now=at)], now=at))
    oldest, blurred, _latest = reports
    _accept(cast, oldest, oldest.created_at)
    income_review.send_back(
        cast.staff,
        blurred.id,
        version=blurred.version,
        reason="小票拍得看不清，请再拍一张",
        now=blurred.created_at + timedelta(hours=3),
    )


def _accept(cast: Cast, report: IncomeReport, told_at: datetime) -> None:
    """Accepted on the day, and corrected two days later."""
    accepted = income_review.accept(
        cast.staff, report.id, version=report.version, now=told_at + timedelta(hours=4)
    )
    income_ledger.correct(
        cast.staff,
        report.id,
        amount_fen=report.amount_fen - 4_300,
        reason="顾客退货",
        version=accepted.version,
        now=told_at + timedelta(days=2),
    )


def declare_baselines(stalls: Sequence[Stall], now: datetime) -> None:
    """Some shops tell what they sold before, beside the margin that they have."""
    for stall, baseline_fen in zip(stalls, BASELINES, strict=False):
        shop = standing.own(stall.keeper)
        declared = Declared(shop.margin_bp or None, baseline_fen, "2025 年收款码月均")
        standing.declare(stall.keeper, declared, on_leaderboard=True, version=shop.version, now=now)
