"""The application, with trouble of its database that begins and ends with a file."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

import app
from models import db, engine, glance, hearing

HOARDS, READ_ONLY = "HOARDS_WHILE", "READ_ONLY_WHILE"
"""Each names a file: while the first is there all connections are held, while the second is no SQLite takes writes."""
DEAF = "DEAF"
"""Set for a house that waits for its database as long as it takes."""
A_MOMENT, FOR_EVER = 0.02, 300.0


def create_app() -> Flask:
    """The house's application, with the trouble that its environment names."""
    if os.environ.get(DEAF):
        engine.POOL_SECONDS = hearing.SILENT_SECONDS = FOR_EVER
    troubled = app.create_app()
    if READ_ONLY in os.environ:
        with troubled.app_context():
            _be_read_only_while(db.engine, Path(os.environ[READ_ONLY]))
    if HOARDS in os.environ:
        _hoard_in_each_process(troubled, Path(os.environ[HOARDS]))
    return troubled


def _be_read_only_while(of: Engine, sign: Path) -> None:
    @event.listens_for(of, "checkout")
    def say(connection: Any, _record: object, _borrowed: object) -> None:
        connection.execute(f"PRAGMA query_only = {int(sign.exists())}")


def _hoard_in_each_process(troubled: Flask, sign: Path) -> None:
    begun = threading.Lock()

    @troubled.before_request
    def begin() -> None:
        if begun.acquire(blocking=False):
            engines = {db.engine, glance.beside(db.engine)}
            for one in engines:
                threading.Thread(target=_hoard, args=(one, sign), daemon=True).start()


def _hoard(of: Engine, sign: Path) -> None:
    pool: Any = of.pool
    tick, there_are = threading.Event(), pool.size() + pool._max_overflow  # noqa: SLF001  nobody else tells
    while True:
        held = []
        while sign.exists() and len(held) < there_are:
            try:
                held.append(of.raw_connection())
            except PoolTimeout:  # somebody has one for long
                tick.wait(A_MOMENT)
        while sign.exists():
            tick.wait(A_MOMENT)
        for one in held:
            one.close()
        tick.wait(A_MOMENT)
