"""Matching stored sales anew: with a product, a name or a time on air that was not known when they came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.sales.lines import Platform
from services.sales import totals
from services.sales.importing import SALES, rewrite_sales
from services.sales.lines import SALE_COLUMNS, Values, from_sale
from services.sales.matching import Matcher, keep_what_a_hand_chose
from services.sales.planning import CHUNK, match_columns
from services.sales.totals import Touched

MATCHED = (
    "product_id",
    "tier",
    "show_id",
    "booth_booking_id",
    "rule_version",
    "evidence",
    "attributed_by_id",
)


def rematch(
    session: Session,
    platform: Platform,
    chosen: ColumnElement[bool],
    now: datetime,
    *,
    forget_product: bool = False,
) -> int:
    """Match the chosen sales of a platform anew and bring the sums up to date; returns how many changed.

    The caller holds the platform. A sale that a person attributed keeps its tier, show and booth.
    `forget_product`: what the sales were found to be before counts no more.
    """
    matcher, touched, changed, last = Matcher(session, platform), Touched(), 0, 0
    while rows := _next(session, platform, chosen, last):
        last = rows[-1]["id"]
        updates: dict[int, Values] = {}
        matcher.expect([from_sale(row) for row in rows], [row["product_id"] for row in rows])
        for row in rows:
            known = None if forget_product else row["product_id"]
            fresh = keep_what_a_hand_chose(row, match_columns(matcher.match(from_sale(row), known)))
            if any(fresh[name] != row[name] for name in fresh):
                touched.note(row, row | fresh)
                updates[row["id"]] = fresh | {"updated_at": now}
        if updates:
            rewrite_sales(session, updates)
        changed += len(updates)
    if changed:
        totals.refresh(session, touched)
    return changed


def _next(
    session: Session, platform: Platform, chosen: ColumnElement[bool], last: int
) -> list[dict[str, Any]]:
    names = dict.fromkeys((*SALE_COLUMNS, *MATCHED))
    rows = session.execute(
        select(SALES.c.id, *(SALES.c[name] for name in names))
        .where(SALES.c.platform == platform, chosen, SALES.c.id > last)
        .order_by(SALES.c.id)
        .limit(CHUNK)
    )
    return [dict(row) for row in rows.mappings()]
