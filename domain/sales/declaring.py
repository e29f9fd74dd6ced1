"""What a shop declares about itself: its margin, and what it sold a month before the programme."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.errors import BadInput

MAX_NOTE = 200
MAX_BASELINE_FEN = 1_000_000_000
"""[default] ¥10,000,000 a month: more is a slip of the pen."""
WHOLE_BP = 10_000
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Declared:
    """Margin in basis points, None while it is not declared; baseline in fen a month with where it is known from."""

    margin_bp: int | None
    baseline_fen: int | None = None
    baseline_note: str = ""

    def checked(self) -> Declared:
        """The same, tidied; raises BadInput."""
        if self.margin_bp is not None and not 0 < self.margin_bp <= WHOLE_BP:
            raise BadInput("margin_range", field="margin")
        if self.baseline_fen is not None and not 0 <= self.baseline_fen <= MAX_BASELINE_FEN:
            raise BadInput("baseline_range", field="baseline", fen=MAX_BASELINE_FEN)
        note = " ".join((self.baseline_note or "").split())
        if len(note) > MAX_NOTE:
            raise BadInput("baseline_note_long", field="baseline_note", maximum=MAX_NOTE)
        if self.baseline_fen is not None and not note:
            raise BadInput("baseline_note_missing", field="baseline_note")
        return Declared(self.margin_bp, self.baseline_fen, note if self.baseline_fen is not None else "")


def parse_percent(text: str) -> int | None:
    """Read "30", "12.5 %" or "３０％" as basis points, nothing as None; raises BadInput."""
    bare = unicodedata.normalize("NFKC", text or "").strip().removesuffix("%").strip()
    if not bare:
        return None
    match = _PERCENT.fullmatch(bare)
    if match is None:
        raise BadInput("margin_malformed", field="margin")
    basis_points = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
    if not 0 < basis_points <= WHOLE_BP:
        raise BadInput("margin_range", field="margin")
    return basis_points
