"""The application, which remembers who came with which session instead of asking each time."""

from typing import Any

from flask import Flask

import app
from services import acting


def create_app() -> Flask:
    """The house's application; who was known once is known for as long as the process lives."""
    presence_of, known = acting.presence_of, dict[str, Any]()

    def from_memory(token: str, *told: Any, **named: Any) -> Any:
        if known.get(token) is None:
            known[token] = presence_of(token, *told, **named)
        return known[token]

    acting.presence_of = from_memory
    return app.create_app()
