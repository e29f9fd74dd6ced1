"""A show while it is live, and after it: console, cue card, now/next, wrapping up."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("running", __name__)
