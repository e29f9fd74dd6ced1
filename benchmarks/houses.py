"""Houses to measure in: communities of given sizes, laid once a day on an engine, and measured in copies."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy.engine import make_url

from app import create_app
from benchmarks.servers import PASSWORD, ROOT, SECRET
from blueprints.clock import now
from config import database_url
from domain.interval import at_local, local_day
from models import db
from services import settings as figures
from services.passwords import hash_password
from services.seed import demo, large

SQLITE, POSTGRESQL = ENGINES = ("sqlite", "postgresql")
OURS = r"SELECT datname FROM pg_database WHERE datname ~ '^(draft\.)?house(-\d+){6}'"
FREE_OF_QUOTAS = {"max_upcoming_bookings": 10_000, "max_week_minutes": 1_000_000}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a house is made of; its name says all of it, so that one that was kept can be found again."""

    spaces: int
    bookings: int
    sales: int
    people: int = 2_000
    a_day: int = 18
    a_show: int = 120

    @property
    def name(self) -> str:
        """Names a file or a database."""
        parts = (self.spaces, self.people, self.bookings, self.sales, self.a_day, self.a_show)
        return "house-" + "-".join(map(str, parts))

    @property
    def size(self) -> large.Size:
        """As the seed takes it; five spaces are the demo's own, which fills the days on show itself."""
        a_day = self.a_day if self.spaces > 5 else 0
        return large.Size(self.spaces, self.people, self.bookings, self.sales, a_day, self.a_show)


def this_morning() -> datetime:
    """The midnight at which every house of a day is laid: two of them then show the same."""
    return at_local(local_day(now()), 0)


def application(url: str) -> Flask:
    """The house's application on this database, in this process."""
    os.environ.setdefault("SECRET_KEY", SECRET)
    os.environ.setdefault("DEMO_PASSWORD", PASSWORD)
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": SECRET, "HTMX_SOURCE": "local"})


@contextmanager
def inside(app: Flask) -> Iterator[Flask]:
    """The application's context; nothing stays connected afterwards."""
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def lay(url: str, plan: Plan) -> None:
    """Fill a database, be it empty or with the demo in it."""
    with inside(application(url)):
        flask_migrate.upgrade()
        password_hash = hash_password(PASSWORD)
        if plan.bookings:
            large.lay_large(password_hash=password_hash, now=this_morning(), size=plan.size)
        else:
            demo.lay_demo(password_hash=password_hash, now=this_morning())
        for name, value in FREE_OF_QUOTAS.items():
            figures.change(name, value, now=now())


def empty(file: Path) -> str:
    """A new SQLite database with its tables; returns its address."""
    discard(file)
    url = f"sqlite:///{file}"
    with inside(application(url)):
        flask_migrate.upgrade()
    return url


def kept_sqlite(folder: Path, plan: Plan) -> Path:
    """The file of a house, laid unless it was today by the same seed and tables; others of this plan go."""
    file = folder / f"{plan.name}.{_laid_as()}.sqlite"
    for old in folder.glob(f"{plan.name}.*.sqlite"):
        if old != file:
            discard(old)
    if not file.exists():
        draft = folder / f"draft.{plan.name}.sqlite"
        discard(draft)
        if plan.bookings:
            copy_sqlite(kept_sqlite(folder, Plan(0, 0, 0)), draft)
        lay(f"sqlite:///{draft}", plan)
        draft.rename(file)
    return file


def _laid_as() -> str:
    """The day and the makings of a house that is laid now."""
    return f"{local_day(now()):%Y%m%d}.{_made_by()}"


@cache
def _made_by() -> str:
    """A short hash of what lays a house: an older one has other tables, or other things in them."""
    digest = hashlib.sha256()
    for source in sorted([*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("services/seed/*.py")]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]


def copy_sqlite(file: Path, copy: Path) -> str:
    """A copy to measure in; returns its address."""
    discard(copy)
    shutil.copyfile(file, copy)
    return f"sqlite:///{copy}"


def discard(file: Path) -> None:
    """Remove a database file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def postgresql(server: str, plan: Plan, use: str) -> str:
    """A database of this plan for one use; returns its address."""
    laid, draft = f"{plan.name}.{_laid_as()}", f"draft.{plan.name}"
    with psycopg.connect(_of(server, "postgres"), autocommit=True) as connection:
        if laid not in _known(connection):
            _create(connection, draft)
            lay(_on(server, draft), plan)
            with psycopg.connect(_of(server, draft), autocommit=True) as inside_it:
                inside_it.execute("VACUUM ANALYZE")
            renamed = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(renamed.format(sql.Identifier(draft), sql.Identifier(laid)))
        name = f"{plan.name}-{use}"
        if name not in _known(connection):
            _create(connection, name, template=laid)
    return _on(server, name)


def only_kept(server: str) -> None:
    """Drop every house that was used, is half laid, or was laid on another day or by something else."""
    with psycopg.connect(_of(server, "postgres"), autocommit=True) as connection:
        for name in _known(connection):
            if not name.endswith(_laid_as()):
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _known(connection: psycopg.Connection[tuple[str]]) -> list[str]:
    return [name for (name,) in connection.execute(OURS)]


def _create(connection: psycopg.Connection[tuple[str]], name: str, template: str = "template1") -> None:
    wanted = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(wanted.format(sql.Identifier(name), sql.Identifier(template)))


def _of(server: str, name: str) -> str:
    """The address of a database of a server, as psycopg itself takes it."""
    return make_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def _on(server: str, name: str) -> str:
    """The same as the house takes it."""
    return database_url({"DATABASE_URL": _of(server, name)})
