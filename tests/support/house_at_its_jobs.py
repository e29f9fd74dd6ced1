"""The house's application with its jobs beside it in a process of its own, which dies with the server's."""

import os
import time
from typing import NoReturn

from flask import Flask

import app
from blueprints.clock import now
from models import db
from services import jobs

A_MOMENT = 0.25
"""Seconds between two rounds: much of what is killed is to be in the middle of one."""
OFTEN = [job for job in jobs.JOBS if job.every <= jobs.CYCLE]


def create_app() -> Flask:
    """The application; gunicorn loads it once, before it forks, so that there is one process for the jobs."""
    house, parent = app.create_app(), os.getpid()
    if os.fork() == 0:
        _work(house, parent)
    return house


def _work(house: Flask, parent: int) -> NoReturn:
    try:
        with house.app_context():
            while os.getppid() == parent:
                jobs.run_all(OFTEN, now())
                db.session.remove()
                time.sleep(A_MOMENT)
    finally:
        os._exit(0)
