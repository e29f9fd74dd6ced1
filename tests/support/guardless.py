"""What holds a house together, taken away: for mutants."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from models import Booking, db
from services import arbiter
from tests.support.race_arena import Arena, let_everybody_book


@contextmanager
def served_here(app: Flask) -> Iterator[Arena]:
    """The application at hand, in front of a crowd, in threads of this process: no server starts for a mutant.

    Only for those that are found in whichever order things happen.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    running.start()
    try:
        with app.app_context():
            let_everybody_book()
            yield Arena(db.engine.dialect.name, f"http://127.0.0.1:{server.server_port}", app)
            db.session.rollback()
    finally:
        server.shutdown()
        running.join()
        server.server_close()


def change_anyway(session: Session, booking: Booking, version: int, values: dict[str, Any]) -> None:
    """The update without its guard on status and version."""
    session.execute(update(Booking).where(Booking.id == booking.id).values(version=version + 1, **values))
    session.refresh(booking, arbiter.BOOKING_COLUMNS)
