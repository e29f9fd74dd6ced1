"""Sentences about statements of a merchant's month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {}
