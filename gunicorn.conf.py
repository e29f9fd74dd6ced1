"""How gunicorn serves this house: `flask serve`, a unit of systemd and the tests all read it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from click import ClickException

from blueprints.warming import connect
from cli_house import need_data_keys, need_durable_database
from config import ROOT, load
from domain.errors import Unavailable
from services.serving import keep_whole, lifeline

wsgi_app = "app:create_app()"
chdir = str(ROOT)
worker_class = "services.patient_worker.PatientWorker"
workers = load()["WEB_CONCURRENCY"]
threads = 4
preload_app = True
keepalive = 15
timeout = 60
graceful_timeout = 10
# Who is in front tells nothing by headers of its own names: with SCRIPT_NAME anybody could move the house elsewhere.
forwarder_headers = ""
# By itself the system waits for ever for whoever has stopped reading a file that it sends.
sendfile = False
accesslog = None
loglevel = "warning"
# On a disk, the heartbeat of a worker can hang for as long as the disk does.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a directory of the system, not a file


def on_starting(server: Any) -> None:
    """A server that is started without `flask serve` refuses what that refuses."""
    app = server.app.wsgi()
    if "sqlalchemy" not in app.extensions:
        return  # the bare view that benchmarks/ measures beside the house
    with app.app_context(), suppress(Unavailable):  # one whose database answers later looks no more
        try:
            need_durable_database()
            need_data_keys()
        except ClickException as refused:
            raise RuntimeError(refused.message) from refused  # which gunicorn says, and ends with status 1
    _forget_connections(app)


def when_ready(_server: Any) -> None:
    """Keep what is loaded in pages that all workers share; end when the parent is gone, even if it was killed."""
    keep_whole()
    descriptor = lifeline()
    if descriptor is not None:
        threading.Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()


def _end_with_parent(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def post_fork(server: Any, _worker: Any) -> None:
    """No connection to the database may be used by two processes."""
    app = server.app.wsgi()
    if "sqlalchemy" in app.extensions:
        _forget_connections(app, close=False)


def _forget_connections(app: Any, *, close: bool = True) -> None:
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=close)


def post_worker_init(worker: Any) -> None:
    """Whoever comes first does not wait until this process knows the database."""
    if "sqlalchemy" in worker.wsgi.extensions:
        connect(worker.wsgi, threads)


def worker_exit(_server: Any, worker: Any) -> None:
    """End at once: to take down all that is loaded would copy it first. One that never began says so by its status."""
    if worker.booted:
        logging.shutdown()
        os._exit(0)
