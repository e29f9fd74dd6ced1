"""The application on a day on which argon2 takes for ever, or until somebody takes a file away."""

import os
import time
from pathlib import Path

from argon2.exceptions import VerifyMismatchError
from flask import Flask

import app
from services import passwords

SIGN = "JUFU_STUCK_HASH"
"""Names the file."""


class Stuck:
    """Looks at a password until the file is gone, and then says no."""

    def verify(self, *_told: object) -> bool:
        """Wait."""
        sign = Path(os.environ[SIGN])
        while sign.exists():
            time.sleep(0.02)
        raise VerifyMismatchError


def create_app() -> Flask:
    """The house's application."""
    passwords.HASHER = Stuck()  # type: ignore[assignment]  # one that never ends
    return app.create_app()


def without_turns() -> Flask:
    """The same, of which the server does not know what takes long, and which bounds nothing by itself."""
    passwords.at_most = lambda _hashes: None
    house = create_app()
    del house.extensions["jufu_hashing"]
    return house
