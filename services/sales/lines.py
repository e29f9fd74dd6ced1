"""An order line or an after-sales case as JSON, and as the columns of its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from domain.interval import local_day
from domain.sales.cells import Precision
from domain.sales.lines import AfterSaleCase, CaseState, LineStatus, OrderLine, Platform, RefundBasis

Values = dict[str, Any]
Told = OrderLine | AfterSaleCase

_FIELDS = tuple(field.name for field in fields(OrderLine) if field.init)
_CASE_FIELDS = tuple(field.name for field in fields(AfterSaleCase))
_MOMENTS = frozenset({"ordered_at", "paid_at", "completed_at", "requested_at", "refunded_at"})
# The staged import knows the line of the file; what one piece cost follows from amount and quantity.
_NOT_KEPT = frozenset({"source_line", "unit_price_fen"})

_TOLD = {"paid": "told_paid", "refunded_fen": "told_refunded_fen", "refund_basis": "told_basis"}

_KEPT = tuple(name for name in _FIELDS if name not in _NOT_KEPT)
_kept_of = attrgetter(*_KEPT)

SALE_COLUMNS = (*_KEPT, *_TOLD.values(), "ordered_on", "level")
"""The columns of `sale` that come from the export; their names are those of OrderLine, and what it told beside them."""
CASE_COLUMNS = tuple(name for name in _CASE_FIELDS if name not in _NOT_KEPT)
CASE_KEY = "case|"


def held_key(order: Told) -> str:
    """Under which key a held row waits: that of its line, or one of its own for a case."""
    return order.line_key if isinstance(order, OrderLine) else CASE_KEY + order.case_no


def to_json(told: Told) -> Values:
    """The line or case as JSON can hold it, empty cells left out."""
    values: Values = {}
    for name in _FIELDS if isinstance(told, OrderLine) else _CASE_FIELDS:
        value = getattr(told, name)
        if value is not None:
            values[name] = value.astimezone(UTC).isoformat() if name in _MOMENTS else value
    return values


def from_json(values: Mapping[str, Any]) -> Told:
    """The line or case that `to_json` wrote."""
    names = _CASE_FIELDS if "case_no" in values else _FIELDS
    known: Values = {name: values.get(name) for name in names}
    known |= {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if name in values}
    return _case(known) if "case_no" in values else _line(known)


def from_sale(values: Mapping[str, Any]) -> OrderLine:
    """The line that the columns of a sale hold, as its exports told it."""
    known = {name: values[_TOLD.get(name, name)] for name in _KEPT}
    return _line({**known, "unit_price_fen": None, "source_line": 0})


def to_sale(line: OrderLine) -> Values:
    """The columns of a sale that this line fills."""
    values: Values = dict(zip(_KEPT, _kept_of(line), strict=True))
    values["refund_basis"] = line.refund_basis.value
    for name, column in _TOLD.items():
        values[column] = values[name]
    values["ordered_on"], values["level"] = local_day(line.ordered_at), line.level
    return values


def from_after_sale(values: Mapping[str, Any]) -> AfterSaleCase:
    """The case that the columns of `after_sale` hold."""
    known = {name: values[name] for name in CASE_COLUMNS}
    return _case({**known, "order_no": known["order_no"] or "", "source_line": 0})


def to_after_sale(case: AfterSaleCase) -> Values:
    """The columns of `after_sale` that this case fills."""
    return {name: getattr(case, name) for name in CASE_COLUMNS}


def _line(values: Values) -> OrderLine:
    return OrderLine(
        **values
        | {
            "platform": Platform(values["platform"]),
            "status": LineStatus(values["status"]),
            "refund_basis": RefundBasis(values["refund_basis"]),
            "ordered_precision": Precision(values["ordered_precision"]),
        }
    )


def _case(values: Values) -> AfterSaleCase:
    return AfterSaleCase(
        **values | {"platform": Platform(values["platform"]), "state": CaseState(values["state"])}
    )
