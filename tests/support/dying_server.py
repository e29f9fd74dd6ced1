"""The application, of which one process dies between a decision and its answer."""

import os
import signal
from pathlib import Path

from flask import Flask, Response, request

import app

DIES_ON = "DIES_ON"
"""The environment names a file; while it is there, the next POST kills the process that answers it."""


def create_app() -> Flask:
    """The house's application; it dies after the commit and before the answer, once for each file."""
    dying = app.create_app()
    sign = Path(os.environ[DIES_ON])

    @dying.after_request
    def die(response: Response) -> Response:
        if request.method == "POST" and sign.exists():
            sign.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    return dying
