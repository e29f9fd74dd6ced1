"""Sentences about order lines and the booth they are counted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {}
