"""The tabs on top of the pages of sales that staff use."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _l

from blueprints.identity import current_actor
from services.sales import inbox

TABS = (
    ("sales.imports", _l("导入")),
    ("sales.inbox", _l("要处理的")),
    ("sales.lines", _l("明细")),
    ("sales.statements", _l("对账单")),
    ("sales.income", _l("线下收入")),
    ("sales.of_community", _l("全社区")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `current` is the one that the page belongs to, `count` how much waits there."""

    endpoint: str
    label: str
    current: bool
    count: int = 0


def sales_tabs() -> list[Tab]:
    """All tabs in order for staff; a page below a tab's own belongs to it."""
    actor = current_actor()
    if actor is None or not actor.is_staff:
        return []
    counts = {"sales.inbox": inbox.waiting(actor).total}
    here = request.endpoint or ""
    return [
        Tab(endpoint, str(label), here.startswith(endpoint), counts.get(endpoint, 0))
        for endpoint, label in TABS
    ]
