"""What became of the request on screen while somebody looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blueprints.desk import saying
from domain.people import Actor
from services import decisions, queue


@dataclass(frozen=True, slots=True)
class News:
    """One sentence for the card; `is_open` while the request can still be decided."""

    text: str
    is_open: bool


def news_of(actor: Actor, chosen: int | None, version: int | None, now: datetime) -> News | None:
    """What has changed about the request since the screen saw this version of it, None when nothing has."""
    if chosen is None or version is None:
        return None
    case = queue.changed_case(actor, chosen, version, now)
    if case is None:
        return None
    return News(saying.overtaken(case, now, None), decisions.can_be_decided(case.booking, now))
