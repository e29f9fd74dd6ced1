"""The bots of the staff's groups and programs that listen: what is kept of each, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from domain.errors import BadInput
from domain.telling import Topic, WebhookKind

LONGEST_NAME = 40
LONGEST_SECRET = 200
SHORTEST_SECRET = 16
KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")
DINGTALK_SECRET = re.compile(r"[A-Za-z0-9]{16,128}")
HOSTS = {
    WebhookKind.WECOM: "qyapi.weixin.qq.com",
    WebhookKind.DINGTALK: "oapi.dingtalk.com",
    WebhookKind.FEISHU: "open.feishu.cn",
}
"""Where a bot of a kind lives, fixed: of what people copy from there only the key is kept."""
NAMED = {WebhookKind.WECOM: "key", WebhookKind.DINGTALK: "access_token"}


@dataclass(frozen=True, slots=True)
class BotWords:
    """What an admin types about a bot; `address` is a bot's key (or what its group shows as address), or a URL."""

    kind: WebhookKind
    name: str
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    topics: tuple[Topic, ...] = ()

    def checked(self) -> BotWords:
        """The same, tidy; raises BadInput. A plain one's URL is looked at by services/telling/outbound.py."""
        name, secret = " ".join(self.name.split()), self.secret.strip()
        if not name:
            raise BadInput("bot_name_missing", field="name")
        if len(name) > LONGEST_NAME:
            raise BadInput("bot_name_long", field="name", maximum=LONGEST_NAME)
        plain = self.kind is WebhookKind.PLAIN
        address = self.address.strip() if plain else key_of(self.kind, self.address.strip())
        _check_secret(self.kind, secret)
        return BotWords(self.kind, name, address, secret, checked_topics(self.topics))


def key_of(kind: WebhookKind, typed: str) -> str:
    """A bot's key out of what was typed: the key, or the address that the group shows; raises BadInput."""
    found = typed
    if "/" in typed:
        parts = urlsplit(typed)
        if parts.hostname != HOSTS[kind]:
            raise BadInput("bot_of_another_kind", field="address", host=HOSTS[kind])
        named = parse_qs(parts.query).get(NAMED.get(kind, ""), [""])
        found = named[0] or parts.path.rstrip("/").rpartition("/")[2]
    if not KEY.fullmatch(found):
        raise BadInput("bot_key_malformed", field="address")
    return found


def checked_topics(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Each topic once, in our order; raises BadInput when there is none."""
    if not topics:
        raise BadInput("bot_topics_missing", field="topics")
    return tuple(topic for topic in Topic if topic in topics)


def _check_secret(kind: WebhookKind, secret: str) -> None:
    if not secret:
        return
    if kind is WebhookKind.DINGTALK and not DINGTALK_SECRET.fullmatch(secret):
        raise BadInput("bot_secret_malformed", field="secret")
    if kind is WebhookKind.PLAIN and not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
        raise BadInput("bot_secret_length", field="secret", minimum=SHORTEST_SECRET, maximum=LONGEST_SECRET)
    if kind in (WebhookKind.WECOM, WebhookKind.FEISHU):
        raise BadInput("bot_secret_unused", field="secret")


def masked_address(kind: WebhookKind, address: str) -> str:
    """Enough to tell a bot from another, too little to write to its group: abcd…, or the host of a plain one."""
    if kind is WebhookKind.PLAIN:
        return f"{urlsplit(address).hostname or ''}/…"
    return f"{address[:4]}…"


def masked_email(address: str) -> str:
    """l…@example.org."""
    local, _at, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"
