"""How gunicorn serves this house: `flask serve`, a unit of systemd and the tests all read it."""

from __future__ import annotations

import gc
import os
import signal
import threading
from pathlib import Path
from typing import Any

from config import ROOT, load
from services.serving import lifeline

wsgi_app = "app:create_app()"
chdir = str(ROOT)
worker_class = "gthread"
workers = load()["WEB_CONCURRENCY"]
threads = 8
preload_app = True
keepalive = 5
timeout = 60
graceful_timeout = 10
accesslog = None
loglevel = "warning"
# On a disk, the heartbeat of a worker can hang for as long as the disk does.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a directory of the system, not a file


def when_ready(_server: Any) -> None:
    """Keep what is loaded in pages that all workers share; end when the parent is gone, even if it was killed."""
    gc.freeze()
    descriptor = lifeline()
    if descriptor is not None:
        threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()


def _end_with_parent(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def post_fork(server: Any, _worker: Any) -> None:
    """No connection to the database may be used by two processes."""
    app = server.app.wsgi()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)
