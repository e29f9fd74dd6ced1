"""The server is killed around a decision: before it arrives, and between its commit and its answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from domain.bookings import BookingStatus
from tests.support.browser import OpenPage
from tests.support.desk_day import CHEN, LOST, DeskDay, lay_desk_day, wait_until_ahead
from tests.support.dying_server import DIES_ON
from tests.support.engines import disconnect, settings, throwaway
from tests.support.entering import enter
from tests.support.server import Frail
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
BACK_MS = 60_000
"""Another process has to load the application first."""


@pytest.fixture
def engine() -> str:
    """SQLite; a test that wants both engines says so."""
    return "sqlite"


@pytest.fixture
def sign(tmp_path: Path) -> Path:
    """While this file is there, the next decision kills the process that answers it."""
    return tmp_path / "dies"


@pytest.fixture
def frail(engine: str, sign: Path) -> Iterator[Frail]:
    """A server of one's own."""
    with throwaway(engine) as database_url:
        frail = Frail(database_url, {DIES_ON: str(sign)}, "tests.support.dying_server:create_app()")
        frail.start()
        yield frail
        frail.stop()


@pytest.fixture
def day(frail: Frail) -> Iterator[DeskDay]:
    """Three requests of tomorrow."""
    app = create_app(settings(frail.database_url))
    yield lay_desk_day(app)
    disconnect(app)


@pytest.fixture
def desk(frail: Frail, day: DeskDay, open_page: OpenPage, watch: Watch) -> Page:
    """陈晓敏 at the tablet."""
    page = open_page("tablet", base_url=frail.server.url)
    enter(page, CHEN)
    page.goto("/desk")
    wait_until_ahead(page, 2)
    watch.allow(LOST)
    return page


def approve(page: Page) -> None:
    """Tap the green button, and see the decision wait or what became of it."""
    page.get_by_role("button", name="通过").click()
    # A process that comes back is asked again after three seconds: on a slow machine before anybody looks.
    expect(page.get_by_text(re.compile("1 件待同步|已通过|已经通过了")).first).to_be_visible()
    expect(page.get_by_role("heading", name="11:00–12:00")).to_be_focused()


def test_a_killed_server_and_a_dead_battery_together_lose_nothing(
    desk: Page, frail: Frail, day: DeskDay
) -> None:
    frail.kill()
    approve(desk)
    context = desk.context
    desk.close(run_before_unload=False)
    frail.start()

    again = context.new_page()
    again.goto("/manage")

    expect(again.locator("#unsent")).to_contain_text("已通过", timeout=BACK_MS)
    assert day.status(9) is BookingStatus.CONFIRMED
    assert day.times_decided(9) == 1


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_killed_between_the_decision_and_its_answer_it_counts_once(
    desk: Page, day: DeskDay, sign: Path
) -> None:
    sign.touch()

    approve(desk)

    assert not sign.exists()
    assert day.status(9) is BookingStatus.CONFIRMED
    expect(desk.locator("#unsent")).to_contain_text("已通过", timeout=BACK_MS)
    assert day.times_decided(9) == 1


@pytest.mark.mutant
def test_without_its_key_it_would_come_back_as_a_conflict(desk: Page, day: DeskDay, sign: Path) -> None:
    desk.evaluate(
        """() => {
          const put = unsentStore.put;
          const others = (fields) => fields.filter(([name]) => name !== 'idempotency_key');
          unsentStore.put = (entry) => put({ ...entry, fields: others(entry.fields) });
        }"""
    )
    sign.touch()

    approve(desk)

    expect(desk.locator("#unsent .is-conflict")).to_contain_text("已经通过了", timeout=BACK_MS)
