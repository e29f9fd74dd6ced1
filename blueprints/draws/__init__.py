"""The fair draw of an oversubscribed show: apply, see the list, follow the draw."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("draws", __name__)
