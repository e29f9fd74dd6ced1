"""What a shop may say of its goods: words that a person has to look at, and words that may not be said."""

from __future__ import annotations

from enum import StrEnum


class WordKind(StrEnum):
    """Why a word is on the list: absolute claims are flagged for a person, disease claims on food are blocked."""

    ABSOLUTE = "absolute"
    DISEASE = "disease"


class ClaimsStatus(StrEnum):
    """Whether somebody of the staff has read what a product claims; any change of the text undoes it."""

    UNREVIEWED = "unreviewed"
    CLEARED = "cleared"
    REFUSED = "refused"
