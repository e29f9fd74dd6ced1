"""What the driver says of an error names the values of the row; what reaches a log must not."""

from __future__ import annotations

from typing import Any


def without_values(error: Any) -> None:
    """Leave of an error of PostgreSQL its first line; the details under it spell out keys and whole rows."""
    told = getattr(error, "diag", None)
    if told is not None and told.message_primary:
        error.args = (told.message_primary,)
