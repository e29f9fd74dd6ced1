"""An order line as JSON in a staged import, and as the columns of a sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from domain.interval import local_day
from domain.sales.cells import Precision
from domain.sales.lines import LineStatus, OrderLine, Platform, RefundBasis

_FIELDS = tuple(field.name for field in fields(OrderLine))
_MOMENTS = frozenset({"ordered_at", "paid_at", "completed_at"})
# The staged import knows the line of the file; what one piece cost follows from amount and quantity.
_NOT_KEPT = frozenset({"source_line", "unit_price_fen"})

_TOLD = {"paid": "told_paid", "refunded_fen": "told_refunded_fen", "refund_basis": "told_basis"}

SALE_COLUMNS = (*(name for name in _FIELDS if name not in _NOT_KEPT), *_TOLD.values(), "ordered_on")
"""The columns of `sale` that come from the export; their names are those of OrderLine, and what it told beside them."""


def to_json(line: OrderLine) -> dict[str, Any]:
    """The line as JSON can hold it, empty cells left out."""
    values: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(line, name)
        if value is not None:
            values[name] = value.astimezone(UTC).isoformat() if name in _MOMENTS else value
    return values


def from_json(values: Mapping[str, Any]) -> OrderLine:
    """The line that `to_json` wrote."""
    known: dict[str, Any] = {name: values.get(name) for name in _FIELDS}
    known |= {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if name in values}
    return _line(known)


def from_sale(values: Mapping[str, Any]) -> OrderLine:
    """The line that the columns of a sale hold, as its exports told it."""
    known = {name: values[_TOLD.get(name, name)] for name in _FIELDS if name not in _NOT_KEPT}
    return _line({**known, "unit_price_fen": None, "source_line": 0})


def to_sale(line: OrderLine) -> dict[str, Any]:
    """The columns of a sale that this line fills."""
    values = {name: getattr(line, name) for name in _FIELDS if name not in _NOT_KEPT}
    values |= {column: values[name] for name, column in _TOLD.items()}
    bases = dict.fromkeys(("refund_basis", _TOLD["refund_basis"]), line.refund_basis.value)
    return values | bases | {"ordered_on": local_day(line.ordered_at)}


def _line(values: dict[str, Any]) -> OrderLine:
    return OrderLine(
        **values
        | {
            "platform": Platform(values["platform"]),
            "status": LineStatus(values["status"]),
            "refund_basis": RefundBasis(values["refund_basis"]),
            "ordered_precision": Precision(values["ordered_precision"]),
        }
    )
