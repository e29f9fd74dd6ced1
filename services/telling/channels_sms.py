"""Text messages: what a provider must offer, and the one of the demo, which only writes into the log."""

from __future__ import annotations

import logging
from typing import Protocol

from domain.people import mask_phone
from domain.telling import ChannelKind
from services.telling.post import Letter

log = logging.getLogger(__name__)


class SmsProvider(Protocol):
    """Somebody who sends text messages; `key` is the same at every try of one message."""

    def send(self, phone: str, text: str, key: str) -> None:
        """Take over one message, or raise NotSent."""


class LogProvider:
    """Says in the log that a message would leave, with neither its number nor its text: logs are kept and read."""

    def send(self, phone: str, text: str, key: str) -> None:
        """Write one line."""
        log.info("SMS %s to %s, %s characters", key, mask_phone(phone), len(text))


class SmsChannel:
    """Text messages by a provider."""

    kind = ChannelKind.SMS

    def __init__(self, provider: SmsProvider) -> None:
        self._provider = provider

    def send(self, letter: Letter) -> None:
        """Send the sentence, and the address of its page where there is one; raises NotSent."""
        text = f"{letter.text} {letter.url}" if letter.url else letter.text
        self._provider.send(letter.to, text, letter.key)
