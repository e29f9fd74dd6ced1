"""Reported income of the demo: one report accepted and corrected since, one that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.interval import local_day
from domain.sales.income import IncomeFacts, IncomeKind, first_day
from services.merchants import files
from services.sales import income, income_ledger, income_review
from services.seed import scans
from services.seed.licences import Scans
from services.seed.people import Cast
from services.seed.shops import Stall

PROOF = "RECEIPT"


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
