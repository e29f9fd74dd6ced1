"""A broken rule as it is kept in JSON, so that its sentence can still be said later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.errors import Params, Violation

MOMENT, DAY = "moment", "day"


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def _known(value: Any) -> Any:
    if isinstance(value, Mapping) and MOMENT in value:
        return datetime.fromisoformat(value[MOMENT])
    if isinstance(value, Mapping) and DAY in value:
        return date.fromisoformat(value[DAY])
    return value


def remember(violation: Violation) -> dict[str, Any]:
    """Code and params of a broken rule as JSON can hold them: days and moments are marked as such."""
    return {
        "code": violation.code,
        "params": {name: _kept(value) for name, value in violation.params.items()},
    }


def recall(kept: Mapping[str, Any]) -> Violation:
    """The broken rule that was kept; raises KeyError where none was."""
    params: Params = {name: _known(value) for name, value in kept["params"].items()}
    return Violation(kept["code"], params)
