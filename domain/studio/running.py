"""The running order of a show while it is live."""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    """What an item of the running order is: one or, in a market, several booths; or something put in between."""

    BOOTHS = "booths"
    BREAK = "break"


class Overrun(StrEnum):
    """What becomes of the rest when an item takes longer: shift it, squeeze it, or leave it to the next item."""

    SHIFT = "shift"
    SQUEEZE = "squeeze"
    LEAVE = "leave"


class SkipReason(StrEnum):
    """Why something was not aired; only the first is the shop's own doing."""

    ABSENT = "absent"
    NO_TIME = "no_time"
    NOT_READY = "not_ready"
    OTHER = "other"
