"""Words that a page says again and again."""

from __future__ import annotations

from typing import Any

import flask_babel
from flask import g


def gettext(message: str, **variables: Any) -> str:
    """As Flask-Babel's, but a message is looked up once a request: it takes as long as drawing ten cells."""
    known: dict[str, str] = g.setdefault("phrases", {})
    said = known.get(message)
    if said is None:
        said = known[message] = flask_babel.gettext(message)
    return said % variables if variables else said
