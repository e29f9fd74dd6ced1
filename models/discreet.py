"""What the driver says of an error names the values of the row; what reaches a log must not."""

from __future__ import annotations

from typing import Any


def without_values(error: Any, wrapped: Exception | None = None) -> None:
    """Leave of an error of PostgreSQL its first line; the details under it spell out keys and whole rows.

    `wrapped` is what was made of it already, and repeats it.
    """
    told = getattr(error, "diag", None)
    if told is None or not told.message_primary:
        return
    error.args = (told.message_primary,)
    if wrapped is not None:
        kind = type(error)
        wrapped.args = (f"({kind.__module__}.{kind.__name__}) {told.message_primary}",)
