"""What one order line would do to the stored sales, for the preview and the applying alike; and the count of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.sales.lines import OrderLine, Platform
from domain.sales.updating import joined
from models import Sale
from models.sales_imports import RowFate
from services.sales.lines import SALE_COLUMNS, from_sale, to_sale
from services.sales.matching import Match, Matcher

CHUNK = 1_000
MOST_UNKNOWN = 100

T = TypeVar("T")
Values = dict[str, Any]

_MATCH_COLUMNS = ("product_id", "tier", "show_id", "booth_booking_id", "rule_version", "evidence")


@dataclass(frozen=True, slots=True)
class Plan:
    """The fate of a line and the columns that its sale then has."""

    fate: RowFate
    values: Values


def plan(line: OrderLine, stored: Mapping[str, Any] | None, matcher: Matcher) -> Plan:
    """Lay a line over the stored sale of its key, if there is one."""
    if stored is None:
        return Plan(RowFate.INSERTED, _columns(line, matcher.match(line)))
    both = joined(from_sale(stored), line)
    values = _columns(both, matcher.match(both, stored["product_id"]))
    changed = any(values[name] != stored[name] for name in values)
    return Plan(RowFate.UPDATED if changed else RowFate.UNCHANGED, values)


def stored_sales(session: Session, platform: Platform, keys: Iterable[str]) -> dict[str, Values]:
    """The sales of these keys as they stand, by key, with their ids."""
    table = Sale.__table__
    names = ("id", *SALE_COLUMNS, *_MATCH_COLUMNS)
    rows = session.execute(
        select(*(table.c[name] for name in names)).where(
            table.c.platform == platform, table.c.line_key.in_(list(keys))
        )
    ).mappings()
    return {row["line_key"]: dict(row) for row in rows}


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """The things, a thousand at a time."""
    source = iter(things)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def match_columns(match: Match) -> Values:
    """The columns of a sale that matching fills."""
    found = match.attribution
    return {
        "product_id": match.product_id,
        "tier": found.tier,
        "show_id": found.show_id,
        "booth_booking_id": found.booth_slot_id,
        "rule_version": found.rule_version,
        "evidence": found.evidence,
    }


def _columns(line: OrderLine, match: Match) -> Values:
    return to_sale(line) | match_columns(match)


@dataclass(slots=True)
class Tally:
    """Counts of lines by fate, and the products among them that nobody knows yet."""

    fates: Counter[RowFate] = field(default_factory=Counter)
    unmatched: int = 0
    _unknown: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def add(self, planned: Plan) -> None:
        """Count a line that counts."""
        self.fates[planned.fate] += 1
        values = planned.values
        if values["product_id"] is None:
            self.unmatched += 1
            product = (values["platform_product_id"] or "", values["merchant_code"] or "", values["title"])
            sums = self._unknown.setdefault(product, [0, 0])
            sums[0] += 1
            sums[1] += values["amount_fen"] if values["paid"] else 0

    def counts(self) -> dict[str, int]:
        """The columns of an import that hold the counts; they reconcile by construction."""
        by_fate = {fate.value: self.fates[fate] for fate in RowFate}
        return by_fate | {"read_count": sum(self.fates.values()), "unmatched": self.unmatched}

    def unknown_products(self) -> list[dict[str, Any]]:
        """The unknown products with the most lines."""
        most = sorted(self._unknown.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_UNKNOWN]
        return [
            {"code": code, "merchant_code": own, "title": title, "lines": lines, "gmv_fen": gmv}
            for (code, own, title), (lines, gmv) in most
        ]
