"""Whether the house has every key under which phones are sealed."""

from __future__ import annotations

from datetime import datetime

from services import data_keys
from services.doctor.findings import Finding


def findings(now: datetime) -> list[Finding]:
    """A key that is missing; empty when all is well."""
    lost = data_keys.missing()
    return [] if lost is None else [Finding("data_key_missing", lost)]
