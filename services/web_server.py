"""Answering requests: gunicorn with an application that is loaded already, so that all its processes share it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gunicorn.app.base import Application


class _Loaded(Application):  # type: ignore[misc]  # gunicorn says nothing of types
    def __init__(self, wsgi: Any, settings: Path, bind: str) -> None:
        self._wsgi, self._settings, self._bind = wsgi, settings, bind
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_file(str(self._settings))
        self.cfg.set("bind", self._bind)

    def load(self) -> Any:
        return self._wsgi


def serve(wsgi: Any, settings: Path, bind: str) -> None:
    """Answer requests by this WSGI application until a signal comes."""
    _Loaded(wsgi, settings, bind).run()
