"""The application of somebody who takes the clock of the machine for that of the community."""

import os
from zoneinfo import ZoneInfo

from flask import Flask

import app
from domain import interval


def create_app() -> Flask:
    """The house's application, wherever it stands."""
    interval.ZONE = ZoneInfo(os.environ["TZ"])
    return app.create_app()
