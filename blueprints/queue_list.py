"""A queue of the desk as markup.

A hundred requests may wait. Their rows are joined here; a template that fills each of them takes six times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from markupsafe import Markup, escape


class Waiting(Protocol):
    """What a row says; its address leads to the same desk, which is the element #desk."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int | str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def when(self) -> str: ...
    @property
    def waiting_text(self) -> str: ...
    @property
    def waiting_tone(self) -> str | None: ...
    @property
    def who(self) -> str: ...
    @property
    def is_chosen(self) -> bool: ...


def queue_list(items: Iterable[Waiting], clock: Markup) -> Markup:
    """The rows of a queue, a link each, with the icon `clock` before how long it waits."""
    rows = "".join([_row(item, clock) for item in items])
    return Markup(f'<ul class="queue">{rows}</ul>')  # noqa: S704  every part is escaped


def _row(item: Waiting, clock: Markup) -> str:
    url = escape(item.url)
    current = ' aria-current="true"' if item.is_chosen else ""
    tone = f" chip-{item.waiting_tone}" if item.waiting_tone else ""
    return f"""
  <li><a class="queue-item" id="queue-{item.id}" data-version="{item.version}" href="{url}" hx-get="{url}" hx-target="#desk" hx-swap="outerHTML" hx-sync="#desk:replace" hx-push-url="true"{current}>
    <b>{escape(item.title)}&nbsp;· <span class="nowrap">{escape(item.when)}</span></b>
    <span class="queue-line"><span class="muted small">{escape(item.who)}</span><span class="chip{tone}">{clock}{escape(item.waiting_text)}</span></span>
  </a></li>"""  # noqa: E501  markup
