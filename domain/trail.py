"""The trail of what was done: which actions only looked at something that is not everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEEN = frozenset(
    {
        "booking.parties_revealed",
        "income.proof_opened",
        "paper.scan_opened",
        "person.data_exported",
        "person.looked_at",
        "person.phone_revealed",
        "show.record_taken_out",
    }
)
"""Somebody was shown personal data or papers that are kept from others; each time is written down [PIPL]."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the trail is looked at; days are the community's, `person_id` acts or is what was done to."""

    actor_id: int | None = None
    person_id: int | None = None
    object_type: str | None = None
    object_id: int | None = None
    seen_only: bool = False
    first: date | None = None
    last: date | None = None
    before_id: int | None = None
