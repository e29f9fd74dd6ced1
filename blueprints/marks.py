"""The small marks of every page: icons, and states as colour, icon and word. A page holds dozens; each is made once."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from blueprints.static_files import asset
from blueprints.words.states import STATES


def icon(name: str) -> Markup:
    """A symbol of static/icons/sprite.svg, for the eye alone: a word always stands beside it."""
    return _icon(asset("icons/sprite.svg"), name)


def chip(text: object, tone: str | None = None, symbol: str | None = None) -> Markup:
    """A word in a tone: none, "jade", "amber" or "red"."""
    look = f" chip-{tone}" if tone else ""
    return Markup('<span class="chip{}">{}{}</span>').format(look, icon(symbol) if symbol else "", text)


def state(status: str) -> Markup:
    """The state of a booking or booth slot: always colour, icon and word."""
    return _state(asset("icons/sprite.svg"), str(get_locale()), str(status))


@lru_cache(maxsize=256)
def _icon(sprite: str, name: str) -> Markup:
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(sprite, name)


@lru_cache(maxsize=256)
def _state(_sprite: str, _locale: str, status: str) -> Markup:
    word, tone, symbol = STATES[status]
    return chip(word, tone, symbol)


def init_app(app: Flask) -> None:
    """Offer the marks to templates/_macros/ui.html, where templates find all such parts."""
    app.jinja_env.globals["marks"] = {"icon": icon, "chip": chip, "state": state}
