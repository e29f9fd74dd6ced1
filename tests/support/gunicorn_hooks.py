"""Read by gunicorn when the tests start it."""

from typing import Any

READY = "Worker is ready"


def post_worker_init(worker: Any) -> None:
    """Tell in the log that this process has loaded the application."""
    worker.log.info(READY)
