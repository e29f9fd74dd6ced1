"""Sentences about what waits for a person in the inbox of sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Params = Mapping[str, Any]

SENTENCES: dict[str, Callable[[Params], str]] = {}
