"""The application as it should be after no hour: it keeps what it was asked, is slow, and a reader never ends."""

import os
import time
from functools import cache
from typing import Any

from flask import Flask, request
from sqlalchemy.engine import make_url

import app
from models import db
from models.engine import sqlite_module

KEPT, WRITTEN = 256 * 1024, 1024 * 1024
SLOW, SECONDS = ("/month", "/api/v1/bookings"), 0.4
_kept: list[tuple[bytes, int]] = []


def create_app() -> Flask:
    """The house's application; each request costs memory, a handle and a megabyte of the write-ahead log."""
    house = app.create_app()
    with house.app_context():
        file = str(make_url(str(db.engine.url)).database)

    @house.before_request
    def tire() -> None:
        _kept.append((os.urandom(KEPT), os.open(os.devnull, os.O_RDONLY)))
        _reader(file)
        _write(file)
        if request.path in SLOW:
            time.sleep(SECONDS)

    return house


@cache
def _reader(file: str) -> Any:
    """Somebody who goes on seeing what was there at the beginning, so that nothing of the log can be taken away."""
    reader = sqlite_module.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return reader


def _write(file: str) -> None:
    writer = sqlite_module.connect(file, timeout=60, isolation_level=None)
    writer.execute("CREATE TABLE IF NOT EXISTS scrap (number INTEGER PRIMARY KEY, what BLOB)")
    writer.execute("INSERT OR REPLACE INTO scrap VALUES (1, randomblob(?))", [WRITTEN])
    writer.close()
