"""Shops: their people and papers, and what staff review."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("merchants", __name__)

from blueprints.merchants import (  # noqa: E402, F401  the routes
    facts,
    joining,
    members,
    papers,
    reviewing,
    shop,
)
from blueprints.words.merchants import lack_word, paper_word  # noqa: E402  after them

blueprint.add_app_template_filter(paper_word)
blueprint.add_app_template_filter(lack_word)
