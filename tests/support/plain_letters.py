"""Letters for channels alone: no database stands behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.telling import WebhookKind
from services.telling.post import Channel, Letter, NotSent
from tests.support.builders import NOW

LETTER = Letter(
    delivery_id=7,
    to="lin@example.org",
    subject="近邻晤福：预约",
    text="茶话室 11月24日 周二 15:00–17:00 的预约已确认。",
    url="https://jufu.example/bookings/7",
    locale="zh_Hans_CN",
    kind="booking_confirmed",
    made_at=NOW,
    tried_at=NOW,
)


def letter(**changes: Any) -> Letter:
    """A letter to somebody."""
    return replace(LETTER, **changes)


def letter_to(url: str, **changes: Any) -> Letter:
    """A letter to a program."""
    return letter(to=url, bot=WebhookKind.PLAIN, **changes)


def trouble_of(channel: Channel, sent: Letter) -> NotSent:
    """Why a channel did not send a letter."""
    with pytest.raises(NotSent) as caught:
        channel.send(sent)
    return caught.value
