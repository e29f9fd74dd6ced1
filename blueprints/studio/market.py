"""The grid of a market as markup: a hundred and more cells, drawn like the lanes of a board (blueprints/lanes.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.formats import clock
from blueprints.static_files import asset

if TYPE_CHECKING:
    from blueprints.studio.views import BoothView

ICONS = {"free": "plus", "mine": "star", "pending": "clock", "taken": "lock"}


def cells(booths: Iterable[BoothView]) -> Markup:
    """The booths of one slot or of several, as items of a list."""
    sprite = asset("icons/sprite.svg")
    words = {"free": _("空"), "mine": _("我的"), "pending": _("待审"), "taken": _("已订")}
    named = _("展位 %(number)s")
    icons = {
        look: f'<svg class="icon" viewBox="0 0 24 24"><use href="{sprite}#{name}"/></svg>'
        for look, name in ICONS.items()
    }
    return Markup("".join(_cell(booth, words, icons, named) for booth in booths))  # noqa: S704  escaped below


def _cell(booth: BoothView, words: dict[str, str], icons: dict[str, str], named: str) -> str:
    look = _look(booth)
    product = f" {booth.product}" if booth.product else ""
    said = escape(f"{named % {'number': booth.number}} {clock(booth.starts_at)} {words[look]}{product}")
    seen = (
        f'<span aria-hidden="true">{icons[look]} <span class="cell-no">{booth.number}</span></span>'
        f'<span aria-hidden="true">{words[look]}</span>'
    )
    if booth.url:
        link = f'<a class="cell cell-{look}" href="{escape(booth.url)}" title="{said}">{seen}</a>'
        return f'<li id="{booth.anchor}">{link}</li>'
    heard = f'<span class="hidden-visually">{said}</span>'
    return f'<li id="{booth.anchor}"><div class="cell cell-{look}" title="{said}">{heard}{seen}</div></li>'


def _look(booth: BoothView) -> str:
    if booth.status == "free":
        return "free"
    if booth.is_mine:
        return "mine"
    return "pending" if booth.status == "asked" else "taken"
