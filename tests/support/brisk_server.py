"""The application in a server that gives clients up sooner or later than the house, with a large file to hand out."""

from __future__ import annotations

import os
from tempfile import SpooledTemporaryFile

from flask import Flask, Response, send_file

import app
from blueprints.access import public
from services import arrivals, patient_worker, turns

STALLED, UNREAD, LONG, ARRIVAL = "STALLED_SECONDS", "UNREAD_SECONDS", "LONG_SECONDS", "ARRIVAL_SECONDS"
LARGE = 16 * 1024 * 1024
"""Bytes, of which no system takes all off a thread."""
PAGE = b"0123456789" * 90_000


def create_app() -> Flask:
    """The house's application."""
    arrivals.STALLED_SECONDS = int(os.environ.get(STALLED, arrivals.STALLED_SECONDS))
    arrivals.UNREAD_SECONDS = int(os.environ.get(UNREAD, arrivals.UNREAD_SECONDS))
    turns.LONG_SECONDS = float(os.environ.get(LONG, turns.LONG_SECONDS))
    patient_worker.ARRIVAL_SECONDS = float(os.environ.get(ARRIVAL, patient_worker.ARRIVAL_SECONDS))
    house = app.create_app()
    house.add_url_rule("/large-file", view_func=public(large_file))
    house.add_url_rule("/large-page", view_func=public(large_page))
    return house


def large_file() -> Response:
    """As the house hands out what it has made for somebody."""
    file = SpooledTemporaryFile(max_size=1)  # noqa: SIM115  the answer closes it
    file.write(b"a" * LARGE)
    file.seek(0)
    return send_file(file, "application/octet-stream")


def large_page() -> bytes:
    """What a thread leaves to the loop."""
    return PAGE
