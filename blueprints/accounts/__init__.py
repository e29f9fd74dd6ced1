"""Pages: accounts."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@public
def log_in():
    return ""


@blueprint.get("/signup")
@public
def sign_up():
    return ""


@blueprint.get("/me")
@signed_in
def me():
    return ""
