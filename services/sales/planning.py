"""What an order line would do to the sale of its key, and all that has a say in what of it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSale as AfterSaleWord
from domain.sales.lines import AfterSaleCase, Level, OrderLine, Platform
from domain.sales.refunds import counted, told_of
from domain.sales.updating import joined
from models import AfterSale, Sale, SaleDraft
from models.sales_imports import RowFate
from services.sales.bulk import among
from services.sales.chunks import CHUNK, chunks
from services.sales.lines import CASE_COLUMNS, Values, from_after_sale, from_sale, to_sale
from services.sales.matching import Match, Matcher, attribution_columns, keep_what_a_hand_chose

__all__ = ["CHUNK", "Values", "chunks"]

DRAFTS = cast(Table, SaleDraft.__table__)
CASES = cast(Table, AfterSale.__table__)
COLUMNS = tuple(c.name for c in DRAFTS.columns if c.name not in {"import_id", "position", "fate", "sale_id"})
"""Every column that a sale, its draft and its before-image have in common."""
BY_HAND = ("attributed_by_id", "attributed_at", "attribution_reason")
_NOT_BY_HAND: Values = {"attributed_by_id": None, "attributed_at": None, "attribution_reason": ""}


class Plan(NamedTuple):
    """The fate of a line and the columns that its sale then has."""

    fate: RowFate
    values: Values


@dataclass(slots=True)
class Heeded:
    """What has a say beside the orders: after-sales cases by the key of their line, orders that are replaced."""

    cases: Mapping[str, list[AfterSaleCase]] = field(default_factory=dict)
    replaced: Collection[str] = ()
    words: Mapping[str, AfterSaleWord] = field(default_factory=dict)

    def counted(self, line: OrderLine) -> Values:
        """The columns of what counts of a line."""
        replaced = line.level is Level.ORDER and line.order_no in self.replaced
        found = counted(told_of(line), self.cases.get(line.line_key, ()), replaced)
        return {
            "replaced": replaced,
            "paid": found.paid,
            "refunded_fen": found.refunded_fen,
            "refund_basis": found.refund_basis.value,
        }


def plan(line: OrderLine, stored: Mapping[str, Any] | None, matcher: Matcher, heeded: Heeded) -> Plan:
    """Lay a line over the stored sale of its key, or over its draft, if there is one."""
    if stored is None:
        values = to_sale(line)
        for columns in (match_columns(matcher.match(line)), _NOT_BY_HAND, heeded.counted(line)):
            values.update(columns)
        return Plan(RowFate.INSERTED, values)
    both = joined(from_sale(stored), line, heeded.words)
    values = to_sale(both) | match_columns(matcher.match(both, stored["product_id"])) | heeded.counted(both)
    values = keep_what_a_hand_chose(stored, values)
    changed = any(values[name] != stored[name] for name in values)
    by_hand = {name: stored[name] for name in BY_HAND}
    return Plan(RowFate.UPDATED if changed else RowFate.UNCHANGED, values | by_hand)


def draft_of(values: Values, position: int, fate: RowFate, sale_id: int | None) -> Values:
    """The columns of a draft, but for its import."""
    return {**values, "position": position, "fate": fate, "sale_id": sale_id}


def stored_sales(session: Session, platform: Platform, keys: Iterable[str]) -> dict[str, Values]:
    """The sales of these keys as they stand, by key, with their ids."""
    table = cast(Table, Sale.__table__)
    rows = session.execute(
        select(table.c.id, *(table.c[name] for name in COLUMNS)).where(
            table.c.platform == platform, among(session, table.c.line_key, keys)
        )
    ).mappings()
    return {row["line_key"]: dict(row) for row in rows}


def cases_of(session: Session, platform: Platform, keys: Iterable[str]) -> dict[str, list[AfterSaleCase]]:
    """The stored after-sales cases of these lines, by the key of the line."""
    rows = session.execute(
        select(*(CASES.c[name] for name in CASE_COLUMNS))
        .where(CASES.c.platform == platform, among(session, CASES.c.line_key, keys))
        .order_by(CASES.c.case_no)
    ).mappings()
    cases: dict[str, list[AfterSaleCase]] = defaultdict(list)
    for row in rows:
        cases[row["line_key"]].append(from_after_sale(dict(row)))
    return cases


def has_orders_and_lines(platform: Platform) -> bool:
    """Whether a platform exports both whole orders and their lines, so that one may replace the other."""
    return len({layout.level for layout in LAYOUTS if layout.platform is platform}) > 1


def match_columns(match: Match) -> Values:
    """The columns of a sale that matching fills."""
    return {"product_id": match.product_id, **attribution_columns(match.attribution)}
