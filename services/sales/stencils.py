"""Drafts of new lines, hundreds of which are alike: only a line's own columns are written anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from domain.interval import local_day
from domain.sales.attribution import OrderFacts
from domain.sales.lines import OrderLine
from models.sales_imports import RowFate
from services.sales.bulk import Plain, iso_text, moment_text, plain
from services.sales.matching import Matcher
from services.sales.planning import DRAFTS, Heeded, draft_of, plan

_AT = {name: at for at, name in enumerate(DRAFTS.columns.keys())}
_POSITION, _IMPORT = _AT["position"], _AT["import_id"]
_KEY, _ORDER_NO = _AT["line_key"], _AT["order_no"]
_ORDERED_AT, _ORDERED_ON, _PRECISION = _AT["ordered_at"], _AT["ordered_on"], _AT["ordered_precision"]
_PAID_AT, _COMPLETED_AT = _AT["paid_at"], _AT["completed_at"]
_PRODUCT, _TIER, _SHOW, _BOOTH = (_AT[name] for name in ("product_id", "tier", "show_id", "booth_booking_id"))
_RULE, _EVIDENCE = _AT["rule_version"], _AT["evidence"]


@dataclass(slots=True)
class _Stencil:
    """The draft of goods without a booth, and its evidence by the precision of the time, cut where the time stands."""

    row: list[Any]
    cut: dict[str, tuple[str, str]] = field(default_factory=dict)


class Stencils:
    """One for each kind of goods that a reader came upon; as old as its words and its matching of products."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._made: dict[int, _Stencil] = {}

    def knows(self, line: OrderLine) -> bool:
        """Whether a line is like one that was drafted before."""
        return id(line.goods) in self._made

    def draft(self, line: OrderLine, import_id: int, position: int) -> Plain:
        """The draft, as it is written, of a line that is new to the books and that no case is about.

        The line must have `goods`; they are kept for as long as the reader that made both.
        """
        stencil = self._made.get(id(line.goods)) or self._make(line)
        row = stencil.row.copy()
        row[_IMPORT], row[_POSITION] = import_id, position
        row[_KEY], row[_ORDER_NO] = line.line_key, line.order_no
        row[_ORDERED_AT] = ordered_at = moment_text(line.ordered_at)
        row[_ORDERED_ON] = _day_of_hour(ordered_at[:13])
        row[_PRECISION] = precision = str(line.ordered_precision)
        row[_PAID_AT] = None if line.paid_at is None else moment_text(line.paid_at)
        row[_COMPLETED_AT] = None if line.completed_at is None else moment_text(line.completed_at)
        cut = stencil.cut.get(precision)
        maybe_sold = self._matcher.may_be_sold(row[_PRODUCT], line.ordered_at)
        if cut is None or maybe_sold:
            self._attribute(stencil, row, line, maybe_sold=maybe_sold)
        else:
            row[_EVIDENCE] = f"{cut[0]}{iso_text(ordered_at)}{cut[1]}"
        return tuple(row)

    def _attribute(self, stencil: _Stencil, row: list[Any], line: OrderLine, *, maybe_sold: bool) -> None:
        facts = OrderFacts(row[_PRODUCT], line.ordered_at, line.ordered_precision, line.live_evidence)
        found = self._matcher.attribute(facts)
        row[_TIER], row[_SHOW], row[_BOOTH] = found.tier.value, found.show_id, found.booth_slot_id
        row[_RULE], row[_EVIDENCE] = found.rule_version, json.dumps(found.evidence)
        if not maybe_sold:
            stencil.row = row.copy()
            before, _its_time, after = row[_EVIDENCE].partition(line.ordered_at.isoformat())
            stencil.cut[row[_PRECISION]] = before, after

    def _make(self, line: OrderLine) -> _Stencil:
        values = plan(line, None, self._matcher, Heeded()).values
        [row] = plain(DRAFTS, [draft_of(values, 0, RowFate.INSERTED, None) | {"import_id": 0}])
        made = self._made[id(line.goods)] = _Stencil(list(row))
        return made


@lru_cache(1_024)
def _day_of_hour(hour: str) -> str:
    """The community's day of an hour in UTC: its clock differs by whole hours."""
    return local_day(datetime.fromisoformat(f"{hour}:00:00+00:00")).isoformat()
