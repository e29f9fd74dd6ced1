"""The application, which takes its time before it answers anybody."""

import os
import time

from flask import Flask

import app

SECONDS = "LATE_SECONDS"
"""Names how much of it."""


def create_app() -> Flask:
    """The house's application."""
    time.sleep(float(os.environ[SECONDS]))
    return app.create_app()
