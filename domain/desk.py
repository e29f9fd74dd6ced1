"""Deciding at the desk: what was decided, and the kinds of request that reasons are written for."""

from __future__ import annotations

from enum import StrEnum


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
