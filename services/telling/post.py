"""The one interface behind which every channel stands: a letter, who renders it, who sends it, what may go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from domain.telling import ChannelKind, WebhookKind


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in the words of its reader; `path` is the page of ours that it is about."""

    subject: str
    text: str
    path: str = "/"


Render = Callable[[str, Mapping[str, Any], str], Rendered]
"""Says a kind of message with its params in a locale; made by blueprints/words, for services know no words."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery as a channel gets it; `to` is an e-mail address, a phone, or a webhook's key or URL."""

    delivery_id: int
    to: str
    subject: str
    text: str
    url: str | None
    locale: str
    kind: str
    made_at: datetime
    tried_at: datetime
    bot: WebhookKind | None = None
    secret: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """The same at every try, and of no other delivery: ids may come again after a restore, moments don't."""
        return f"jufu-{self.delivery_id}-{int(self.made_at.timestamp() * 1000):x}"


class Channel(Protocol):
    """A way to reach somebody outside of the app; what it sends twice must be recognisable by the letter's key."""

    @property
    def kind(self) -> ChannelKind:
        """Which deliveries it takes."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over within half a minute, or raise NotSent; it is called outside of any transaction."""


class NotSent(Exception):
    """A letter did not leave.

    `code` has a word in blueprints/words/deliveries.py, `detail` is a number or a name of the trouble, never what the
    other side said: that may hold an address. `is_final`: it never will. `is_down`: nobody was reached, so the others
    for the same target need not try now.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        is_final: bool = False,
        is_down: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail
        self.is_final, self.is_down, self.retry_after = is_final, is_down, retry_after


@dataclass(frozen=True, slots=True)
class Post:
    """All channels of this house; `base_url` is where its pages are found from outside, empty: no links."""

    render: Render
    channels: Mapping[ChannelKind, Channel]
    base_url: str = ""

    @property
    def kinds(self) -> frozenset[ChannelKind]:
        """By what people can be reached here."""
        return frozenset(self.channels)


def post_of(render: Render, *channels: Channel, base_url: str = "") -> Post:
    """A post of these channels."""
    return Post(render, {channel.kind: channel for channel in channels}, base_url.rstrip("/"))
