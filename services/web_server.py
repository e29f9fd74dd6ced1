"""Answering requests: one process of gunicorn's, with an application that is loaded already."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gunicorn import sock
from gunicorn.app.base import Application


class Server(Application):  # type: ignore[misc]  # gunicorn says nothing of types
    """What all processes that answer requests share, to be made before they part."""

    def __init__(self, wsgi: Any, settings: Path, port: int) -> None:
        self._wsgi, self._settings = wsgi, settings
        self._bind = f"fd://{os.dup(port)}"  # it is closed as soon as it is read
        super().__init__()
        self._log = self.cfg.logger_class(self.cfg)
        self._worker_class = self.cfg.worker_class
        self._sockets = sock.create_sockets(self.cfg, self._log)

    def load_config(self) -> None:
        """See gunicorn."""
        self.load_config_from_file(str(self._settings))
        self.cfg.set("bind", self._bind)

    def load(self) -> Any:
        """See gunicorn."""
        return self._wsgi

    def answer(self) -> None:
        """Answer requests in this process until a signal comes or its parent is gone."""
        half = self.cfg.timeout / 2
        worker = self._worker_class(0, os.getppid(), self._sockets, self, half, self.cfg, self._log)
        worker.pid = os.getpid()
        try:
            worker.init_process()
        finally:
            self.cfg.worker_exit(self, worker)
