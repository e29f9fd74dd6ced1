"""Read by gunicorn when the tests start it: what the house says, and a word in the log."""

import os
from pathlib import Path
from runpy import run_path
from typing import Any

from tests.support import patience

_HOUSE = run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))
worker_class = _HOUSE["worker_class"]
worker_tmp_dir = _HOUSE["worker_tmp_dir"]
preload_app = _HOUSE["preload_app"]
keepalive = _HOUSE["keepalive"]
timeout = _HOUSE["timeout"]
forwarder_headers = _HOUSE["forwarder_headers"]
sendfile = _HOUSE["sendfile"]
when_ready = _HOUSE["when_ready"]
post_fork = _HOUSE["post_fork"]
worker_exit = _HOUSE["worker_exit"]
READY = "Worker is ready"

if patience.ASKED_FOR in os.environ:
    patience.of_a_server()


def post_worker_init(worker: Any) -> None:
    """Tell in the log that this process has loaded the application."""
    worker.log.info(READY)


def on_exit(_server: Any) -> None:
    """End at once when the processes are gone: to take down all that is loaded takes a second of work for nothing."""
    os._exit(0)
