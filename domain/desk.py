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


LONGEST_REASON, LONGEST_REASON_EN = 60, 120

REASONS: dict[ReasonKind, tuple[tuple[str, str], ...]] = {
    ReasonKind.ROOM: (
        ("场地维修", "Under repair"),
        ("人数超出", "Too many people"),
        ("社区活动要用", "Needed for a community event"),
        ("请写清用途再约", "Please say what it is for"),
        ("请换个时间", "Please choose another time"),
    ),
    ReasonKind.BOOTH: (
        ("资质材料不全", "Papers incomplete"),
        ("商品不适合这场直播", "The product does not fit this show"),
        ("展位有调整", "The booths are being rearranged"),
        ("请换一场直播", "Please choose another show"),
    ),
}
"""What is offered until admins write a list of their own, in Chinese and in English [default]."""
