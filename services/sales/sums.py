"""What an import comes to, summed up in the database over its drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import CaseState
from domain.sales.platforms import Kind, by_code
from models import AfterSaleDraft, SaleBefore, SaleDraft, SalesImport
from models.sales_imports import RowFate

MOST_UNKNOWN = 100
COUNTED = (RowFate.INSERTED, RowFate.UPDATED, RowFate.UNCHANGED)
CHANGING = (RowFate.INSERTED, RowFate.UPDATED)


def sum_up(session: Session, found: SalesImport) -> None:
    """Fill in money by fate, the time that the lines span, and the products that nobody knows.

    Each line counts once however often it is in the file, with what it comes to when applied; of an after-sales file
    the refunded cases are summed up.
    """
    orders = by_code(found.layout, LAYOUTS).kind is Kind.ORDERS
    lines = _of_lines(session, found)
    sums = {fate: line.money for fate, line in lines.items()} if orders else _of_cases(session, found.id)
    nothing = {"gmv_fen": 0, "refunded_fen": 0}
    found.money = {fate.value: sums.get(fate, nothing) for fate in COUNTED} | {
        "held": found.money.get("held", nothing)
    }
    found.gmv_fen = sum(found.money[fate]["gmv_fen"] for fate in COUNTED)
    found.refunded_fen = sum(found.money[fate]["refunded_fen"] for fate in COUNTED)
    found.first_ordered_at = min((line.first for line in lines.values()), default=None)
    found.last_ordered_at = max((line.last for line in lines.values()), default=None)
    found.unmatched = sum(line.unmatched for line in lines.values())
    found.unknown_products = _unknown(session, found.id) if found.unmatched else []


def books_change(session: Session, import_id: int) -> tuple[int, int]:
    """By how much applying changes what counts: paid and refunded, in fen, after less before."""
    after = session.execute(
        select(*_money(SaleDraft)).where(SaleDraft.import_id == import_id, SaleDraft.fate.in_(CHANGING))
    ).one()
    before = session.execute(select(*_money(SaleBefore)).where(SaleBefore.import_id == import_id)).one()
    return int(after[0]) - int(before[0]), int(after[1]) - int(before[1])


def _mine(import_id: int) -> list[ColumnElement[bool]]:
    """The lines of the file; sales that it touches besides have negative positions."""
    return [SaleDraft.import_id == import_id, SaleDraft.position > 0]


def _money(table: Any) -> list[ColumnElement[int]]:
    paid = case((table.paid, table.amount_fen), else_=0)
    return [func.coalesce(func.sum(paid), 0), func.coalesce(func.sum(table.refunded_fen), 0)]


class _Lines(NamedTuple):
    """What the lines of one fate come to."""

    money: dict[str, int]
    first: datetime
    last: datetime
    unmatched: int


def _of_lines(session: Session, found: SalesImport) -> dict[RowFate, _Lines]:
    # One by one: to group them the database would sort all drafts of the file.
    lines = {fate: _of_fate(session, found.id, fate) for fate in COUNTED if getattr(found, fate)}
    return {fate: some for fate, some in lines.items() if some is not None}


def _of_fate(session: Session, import_id: int, fate: RowFate) -> _Lines | None:
    gmv, refunded = _money(SaleDraft)
    unmatched = func.sum(case((SaleDraft.product_id.is_(None), 1), else_=0))
    span = (func.min(SaleDraft.ordered_at), func.max(SaleDraft.ordered_at))
    paid, back, first, last, unknown = session.execute(
        select(gmv, refunded, *span, unmatched).where(*_mine(import_id), SaleDraft.fate == fate)
    ).one()
    if first is None:
        return None
    return _Lines({"gmv_fen": int(paid), "refunded_fen": int(back)}, first, last, int(unknown))


def _of_cases(session: Session, import_id: int) -> dict[RowFate, dict[str, int]]:
    refunded = case((AfterSaleDraft.state == CaseState.REFUNDED, AfterSaleDraft.refund_fen), else_=0)
    rows = session.execute(
        select(AfterSaleDraft.fate, func.sum(refunded))
        .where(AfterSaleDraft.import_id == import_id)
        .group_by(AfterSaleDraft.fate)
    )
    return {fate: {"gmv_fen": 0, "refunded_fen": int(fen)} for fate, fen in rows}


def _unknown(session: Session, import_id: int) -> list[dict[str, Any]]:
    code = func.coalesce(SaleDraft.platform_product_id, "")
    own = func.coalesce(SaleDraft.merchant_code, "")
    lines = func.count()
    rows = session.execute(
        select(code, own, SaleDraft.title, lines, _money(SaleDraft)[0])
        .where(*_mine(import_id), SaleDraft.product_id.is_(None))
        .group_by(code, own, SaleDraft.title)
        .order_by(lines.desc(), code, own, SaleDraft.title)
        .limit(MOST_UNKNOWN)
    )
    return [
        {"code": code, "merchant_code": own, "title": title, "lines": lines, "gmv_fen": int(gmv)}
        for code, own, title, lines, gmv in rows
    ]
