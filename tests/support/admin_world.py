"""What admins keep, one of each: for sweeps over all routes."""

from __future__ import annotations

from typing import Any

from domain.desk import ReasonKind
from domain.merchants.claims import WordKind
from domain.people import Actor
from domain.telling import DeliveryState
from models import ClaimWord, DeclineReason
from tests.support.builders import NOW, saved
from tests.support.letters import create_bot, create_letter
from tests.support.tablets import create_tablet

NAMES = {"action": "extend", "step": "log-out", "booth": 4, "filename": "css/base.css", "kind": "room"}
"""What routes name without an id."""


def kept_by_admins(admin: Actor) -> dict[str, Any]:
    """The ids of a word of claims, a reason for saying no, a shared tablet, a bot and a dead letter."""
    word = ClaimWord(word="第一", kind=WordKind.ABSOLUTE, reason="要有依据", created_at=NOW)
    return {
        "word_id": int(saved(word).id),
        "reason_id": saved(DeclineReason(kind=ReasonKind.ROOM, text="场地维修")).id,
        "device_id": create_tablet(admin).device.id,
        "hook_id": create_bot().id,
        "delivery_id": create_letter(state=DeliveryState.DEAD).id,
    }
