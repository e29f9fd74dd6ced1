"""What the doctor has to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken invariant: a stable code, and a sentence for the person who looks after the house."""

    code: str
    text: str
