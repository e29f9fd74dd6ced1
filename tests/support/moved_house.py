"""Houses that are moved from one database to another, and what must be the same afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from click.testing import Result
from flask import Flask

from app import create_app
from blueprints.clock import now
from models import db
from services import doctor
from tests.support import row_digests, rundir
from tests.support.engines import disconnect, settings, throwaway


@contextmanager
def nowhere(engine: str) -> Iterator[str]:
    """Address of an empty database without tables, or with empty ones."""
    if engine != "sqlite":
        with throwaway(engine) as url:
            yield url
        return
    path = rundir.current() / f"elsewhere-{uuid4().hex[:8]}.sqlite"
    try:
        yield f"sqlite:///{path}"
    finally:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


@contextmanager
def house_at(url: str) -> Iterator[Flask]:
    """The application there; its context is open."""
    app = create_app(settings(url))
    with app.app_context():
        yield app
        db.session.rollback()
    disconnect(app)


def moved(source: str, target: str) -> Result:
    """What `flask move` says."""
    result: Result = create_app(settings("sqlite://")).test_cli_runner().invoke(args=["move", source, target])
    return result


def differences(source: str, target: str) -> list[str]:
    """The tables whose rows are not the same on both sides."""
    with house_at(source):
        before = row_digests.by_value()
    with house_at(target):
        after = row_digests.by_value()
    return [name for name in before if before[name] != after[name]]


def troubles(url: str) -> list[str]:
    """What the doctor finds in a house."""
    with house_at(url):
        return [finding.text for finding in doctor.data_findings(now())]
