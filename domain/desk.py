"""Deciding at the desk: what was decided, and the kinds of request that reasons are written for."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

UNDO_GRACE = timedelta(seconds=2)
"""How long after its last second an undo may still arrive: the way through the network [default]."""
LONGEST_UNDO = timedelta(minutes=10)
"""No undo is longer, whatever the setting says: people wait for their answer [default]."""


class DecisionKind(StrEnum):
    """What staff did with a request."""

    APPROVED = "approved"
    FIRST_YES = "first_yes"
    DECLINED = "declined"
    PROPOSED = "proposed"


class ReasonKind(StrEnum):
    """Which requests a reason fits."""

    ROOM = "room"
    BOOTH = "booth"
