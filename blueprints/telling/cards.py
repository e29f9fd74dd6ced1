"""Notices as they stand in the inbox, on other pages and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from blueprints.words import about, notices
from models import Notice


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as a sentence, with the page of what it is about."""

    id: int
    kind: str
    text: str
    tone: str
    at: datetime
    is_unread: bool
    booking_id: int | None
    url: str | None


def notice_lines(found: Iterable[Notice]) -> list[NoticeLine]:
    """The sentences of notices."""
    return [
        NoticeLine(
            id=notice.outbox_id,
            kind=notice.kind,
            text=notices.sentence(notice.kind, notice.params),
            tone=notices.tone(notice.kind),
            at=notice.created_at,
            is_unread=notice.read_at is None,
            booking_id=notice.params.get("booking_id"),
            url=about.path_of(notice.kind, notice.params),
        )
        for notice in found
    ]
