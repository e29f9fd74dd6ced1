"""The tabs on top of the pages of sales that staff use."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _l

TABS = (
    ("sales.imports", _l("导入")),
    ("sales.lines", _l("明细")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `current` is the one that the page belongs to."""

    endpoint: str
    label: str
    current: bool


def sales_tabs() -> list[Tab]:
    """All tabs in order; a page below a tab's own belongs to it."""
    return [
        Tab(endpoint, str(label), (request.endpoint or "").startswith(endpoint)) for endpoint, label in TABS
    ]
