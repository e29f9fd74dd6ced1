"""The running server of the browser tests: several processes, on the database that the test lays out."""

import psutil
import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from models.base import db
from tests.support.live import Live
from tests.support.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def live_engine(engine_name: str) -> str:
    """Both engines."""
    return engine_name


def status(page: Page, path: str) -> int:
    """What the server answers to the browser."""
    answer = page.goto(path)
    assert answer is not None
    return answer.status


def test_two_processes_serve_the_database_of_the_test(live: Live, phone: Page, watch: Watch) -> None:
    assert len(psutil.Process(live.server.process.pid).children()) == 2
    assert status(phone, "/readyz") == 200

    with live.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))

    watch.allow("503")
    assert status(phone, "/readyz") == 503
