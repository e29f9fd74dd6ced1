"""Shared tablets: enrolling and revoking them, PINs, the lock screen."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("tablet", __name__)

from blueprints.tablet import lock, pins, tablets  # noqa: E402,F401  they hang their routes in
