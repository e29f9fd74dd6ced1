"""Bots of WeCom, DingTalk and Feishu, by apprise: an extra that a house installs when it wants them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from domain.telling import WebhookKind
from services.telling.post import Letter, NotSent

SCHEMES = {
    WebhookKind.WECOM: "wecombot",
    WebhookKind.DINGTALK: "dingtalk",
    WebhookKind.FEISHU: "feishu",
}
QUIETLY = "redirect=no&cto=5&rto=10"
"""No redirects, and at most so many seconds to connect and to answer."""


def has_extension() -> bool:
    """Whether apprise is installed."""
    return find_spec("apprise") is not None


def send(letter: Letter) -> None:
    """Say a letter in a group; raises NotSent. Apprise tells whether it was taken, not why it wasn't."""
    if letter.bot is None or not has_extension():
        raise NotSent("extension_missing", is_final=True)
    apprise = import_module("apprise")
    group = apprise.Apprise()
    if not group.add(address_of(letter.bot, letter.to, letter.secret)):
        raise NotSent("bot_key_refused", is_final=True)
    text = f"{letter.text}\n{letter.url}" if letter.url else letter.text
    if not group.notify(body=text, title=letter.subject):
        raise NotSent("bot_refused")


def address_of(kind: WebhookKind, key: str, secret: str) -> str:
    """A bot in the manner of apprise; key and secret are letters, digits, - and _ only (domain/bots.py)."""
    signed = f"{secret}@" if secret and kind is WebhookKind.DINGTALK else ""
    return f"{SCHEMES[kind]}://{signed}{key}/?{QUIETLY}"
