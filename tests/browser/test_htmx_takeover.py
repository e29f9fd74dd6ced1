"""htmx comes from the CDN, or the identical local copy takes over; never both, never none."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, StorageState, expect

from blueprints.clock import now
from tests.support.browser import OpenPage
from tests.support.builders import create_captain, create_person
from tests.support.entering import enter, with_password
from tests.support.live import Live, running
from tests.support.watch import CDN, Watch, htmx

pytestmark = pytest.mark.browser

APP_JS = Path(__file__).parents[2] / "static/js/app.js"
BUILDINGS = count(1)
CORS = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/javascript"}
# Writes on the page how often a copy of htmx has started, and that one has read the page.
COUNT_STARTS = """
let current; let starts = 0;
const tell = (name, what) => { document.documentElement.dataset[name] = what; };
Object.defineProperty(window, 'htmx', {
  configurable: true, get: () => current, set: (value) => { current = value; tell('htmxStarts', ++starts); },
});
document.addEventListener('htmx:load', () => { tell('htmxReady', 'yes'); });
"""

# The page's own clock stands still, and the moment in which it gives the CDN up comes when the test says so.
HOLD_PATIENCE = """
const later = window.setTimeout;
performance.now = () => 0;
window.setTimeout = (work, wait, ...more) => {
  if (wait !== 1500) return later(work, wait, ...more);
  window.losePatience = work;
  return 0;
};
"""


class Door:
    """A captain's browser before the page of neighbours to verify, and what it asks the network for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[Request] = []
        page.on("request", lambda request: self.asked.append(request))

    def local_copies(self) -> int:
        """How often the copy of the own server was asked for."""
        return sum("/vendor/htmx" in request.url for request in self.asked)

    def verify_somebody(self) -> list[Request]:
        """Tap the first button once; the POSTs that this sends."""
        before, waiting = len(self.asked), self.page.locator("#to-verify li")
        many = waiting.count()
        waiting.first.get_by_role("button", name="核实通过").tap()
        expect(waiting).to_have_count(many - 1)
        return [request for request in self.asked[before:] if request.method == "POST"]

    def htmx_works_once(self) -> None:
        """One copy has started, and one tap is one request that htmx sends."""
        expect(self.page.locator("html")).to_have_attribute("data-htmx-ready", "yes")
        sent = self.verify_somebody()
        assert [request.headers.get("hx-request") for request in sent] == ["true"]
        self.has_started(times=1)

    def has_started(self, *, times: int) -> None:
        """So many copies of htmx have started."""
        expect(self.page.locator("html")).to_have_attribute("data-htmx-starts", str(times))


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """One server for all of these tests: they look at the browser, and each lays out its own neighbours."""
    with running("sqlite") as live:
        yield live


@pytest.fixture
def captain_entered(live: Live, open_page: OpenPage) -> StorageState:
    """The cookies of a captain, with three neighbours to verify."""
    building = next(BUILDINGS)
    with live.app.app_context():
        phone = with_password(create_captain(building).id)
        for _ in range(3):
            create_person(building=building, verified_at=None, created_at=now())
    page = open_page("phone")
    enter(page, phone)
    return page.context.storage_state()


@pytest.fixture
def door(open_page: OpenPage, captain_entered: StorageState) -> Callable[[str], Door]:
    """A captain's browser with the CDN in this state, before the page is opened."""

    def make(cdn: str) -> Door:
        page = open_page("phone", cdn=cdn, storage_state=captain_entered)
        page.add_init_script(COUNT_STARTS)
        return Door(page)

    return make


def test_the_cdn_s_copy_is_enough(door: Callable[[str], Door]) -> None:
    captain = door("ok")
    captain.page.add_init_script(HOLD_PATIENCE)  # a slow machine is no silent CDN

    captain.page.goto("/people")

    captain.htmx_works_once()
    assert captain.local_copies() == 0


def test_the_local_copy_takes_over_at_once_when_the_cdn_is_down(door: Callable[[str], Door]) -> None:
    captain = door("down")

    captain.page.goto("/people")

    captain.htmx_works_once()
    assert captain.local_copies() == 1


def test_the_local_copy_takes_over_after_a_second_and_a_half_of_silence(door: Callable[[str], Door]) -> None:
    captain = door("silent")
    captain.page.add_init_script(HOLD_PATIENCE)
    captain.page.goto("/people", wait_until="domcontentloaded")
    assert captain.page.evaluate("typeof window.losePatience") == "function"
    assert captain.local_copies() == 0

    captain.page.evaluate("window.losePatience()")

    captain.htmx_works_once()
    assert captain.local_copies() == 1


def test_a_tampered_copy_of_the_cdn_never_runs(door: Callable[[str], Door], watch: Watch) -> None:
    watch.allow("integrity")
    captain = door("ok")
    captain.page.route(CDN, lambda route: route.fulfill(body=htmx() + b"\n", headers=CORS))

    captain.page.goto("/people")

    captain.htmx_works_once()
    assert captain.local_copies() == 1


def late_answer(captain: Door, watch: Watch) -> None:
    """Open the page, let the local copy take over, and only then let the CDN answer."""
    captain.page.goto("/people", wait_until="domcontentloaded")
    captain.has_started(times=1)
    with captain.page.expect_event("requestfinished", lambda request: request.url == CDN):
        watch.release_cdn()
    captain.page.wait_for_load_state()


def test_a_late_answer_of_the_cdn_doubles_nothing(door: Callable[[str], Door], watch: Watch) -> None:
    captain = door("silent")

    late_answer(captain, watch)

    captain.htmx_works_once()


@pytest.mark.mutant
def test_without_the_guard_a_late_answer_would_start_a_second_copy(
    door: Callable[[str], Door], watch: Watch
) -> None:
    def unguarded(route: Route) -> None:
        guard = "adoptNode(remote);"
        lines = APP_JS.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if guard not in line]
        assert len(kept) == len(lines) - 1
        route.fulfill(body="".join(kept), content_type="text/javascript; charset=utf-8")

    captain = door("silent")
    captain.page.route("**/static/js/app.js*", unguarded)

    late_answer(captain, watch)

    captain.has_started(times=2)


def test_without_javascript_the_same_button_is_a_form(
    open_page: OpenPage, captain_entered: StorageState
) -> None:
    page = open_page("no_js", storage_state=captain_entered)
    page.goto("/people")

    page.get_by_role("button", name="核实通过").first.click()

    expect(page.get_by_role("status")).to_contain_text("已核实：")
    expect(page.locator("#to-verify li")).to_have_count(2)
