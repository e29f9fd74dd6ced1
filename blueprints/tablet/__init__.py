"""Shared tablets: enrolling and revoking them, PINs, the lock screen."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("tablet", __name__)
