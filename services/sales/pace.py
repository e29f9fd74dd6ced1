"""A shop's way to the year's target: the three lines, and where the year will probably end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from domain.money import divide_half_up
from domain.sales.forecast import Forecast, year_end
from domain.sales.metrics import IncomePath, income_path
from domain.settings import HouseSettings
from models import IncomeEntry, Merchant
from models.rows import core


def path_of(merchant: Merchant, house: HouseSettings, net_fen: int, reported_fen: int) -> IncomePath:
    """The three lines of a shop; a margin of 0 is one that was never declared."""
    return income_path(
        net_fen=net_fen,
        margin_bp=merchant.margin_bp or None,
        fees_fen=divide_half_up(net_fen * house.platform_fee_bp, 10_000),
        reported_fen=reported_fen,
        target_fen=house.yearly_target_fen,
    )


def forecast(
    merchant: Merchant, house: HouseSettings, net_fen: int, weekly_fen: Sequence[int], today: date
) -> Forecast | None:
    """Where ② will probably end this year; None while no margin is declared or too little is known."""
    net = year_end(net_fen, weekly_fen, today)
    if net is None:
        return None
    parts = [
        path_of(merchant, house, fen, 0).estimated_fen for fen in (net.low_fen, net.likely_fen, net.high_fen)
    ]
    low, likely, high = parts
    return None if low is None or likely is None or high is None else Forecast(low, likely, high)


def reported(session: Session, days: tuple[date, date], merchant_id: int | None = None) -> dict[int, int]:
    """③ by shop, of all or of one: the ledger's entries of sales on these days."""
    asked: dict[str, Any] = {"first": days[0], "end": days[1]}
    if merchant_id is not None:
        asked["merchant"] = merchant_id
    rows = core(session).execute(_reported(merchant_id is not None), asked)
    return {shop: int(fen) for shop, fen in rows}


@cache
def _reported(of_one: bool) -> Select[int, int]:
    wanted = [IncomeEntry.sold_on >= bindparam("first"), IncomeEntry.sold_on < bindparam("end")]
    if of_one:
        wanted.append(IncomeEntry.merchant_id == bindparam("merchant"))
    fen = func.sum(IncomeEntry.amount_fen)
    return select(IncomeEntry.merchant_id, fen).where(*wanted).group_by(IncomeEntry.merchant_id)
