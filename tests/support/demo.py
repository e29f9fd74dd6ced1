"""A running server on the living demo: seeded once per test run and day, copied for everybody who wants it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from app import create_app
from blueprints.clock import now
from domain.interval import local_day
from services.passwords import hash_password
from services.seed.demo import lay_demo
from tests.support import rundir
from tests.support.engines import SqliteDatabase, disconnect, settings
from tests.support.live import Live, running_on
from tests.support.visits import PASSWORD


@contextmanager
def demo_running(environment: dict[str, str] | None = None) -> Iterator[Live]:
    """Two server processes on a demo of one's own, whose accounts share the password of the tests."""
    with demo_file() as path, running_on(f"sqlite:///{path}", environment) as live:
        yield live


@contextmanager
def demo_file() -> Iterator[Path]:
    """The database of a demo of one's own."""
    path = rundir.current() / f"demo-{uuid4().hex[:8]}.sqlite"
    shutil.copyfile(_template(), path)
    yield path
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def _template() -> Path:
    name = f"demo-{local_day(now())}"  # a run over midnight has tomorrow where the next demo has today
    with rundir.locked(name) as run:
        done = run / f"{name}.ready"
        if not done.exists():
            database = SqliteDatabase(name)
            app = create_app(settings(database.url))
            with app.app_context():
                lay_demo(password_hash=hash_password(PASSWORD), now=now())
            disconnect(app)
            done.touch()
    return run / f"{name}.sqlite"
