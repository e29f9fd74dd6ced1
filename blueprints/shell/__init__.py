"""The installable app around the desk: its manifest, its service worker, and what it says without a network."""

from flask import Blueprint

blueprint = Blueprint("shell", __name__)

from blueprints.shell import routes, senders  # noqa: E402, F401  they hang themselves into the blueprint
