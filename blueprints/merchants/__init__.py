"""Shops: their people and papers, and what staff review."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("merchants", __name__)
