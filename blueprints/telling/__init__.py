"""The inbox, what reaches whom how, bots, deliveries and templates."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("telling", __name__)
