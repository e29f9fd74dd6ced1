"""Every page that a role can reach by tapping, on the living demo: whole, legible, touchable, without a complaint."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, StorageState, expect

from domain.people import Role
from services.seed.people import ACCOUNTS
from tests.support.browser import OpenPage
from tests.support.demo import demo_running
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.measure import (
    axe_faults,
    skeleton_faults,
    small_targets,
    small_text,
    too_wide,
    ways_only_for_scripts,
)
from tests.support.walking import HOME, NOT_FOR, VISITOR, WHO, Walk, is_page, may_open, starts, who_looks

pytestmark = pytest.mark.browser

SCREENS = {"phone": (390, 844), "tablet_portrait": (810, 1080), "tablet": (1280, 800)}
ZOOMED = (278, 603)
"""A phone's screen at 1.4 times the size."""
TARGET, ELDER_TARGET, ELDER_TEXT = 48, 60, 22


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """One demo for all tests: they look and change nothing but the letter size of their browser."""
    with demo_running() as live:
        yield live


@pytest.fixture(params=WHO)
def who(request: pytest.FixtureRequest) -> str:
    """Everybody in turn."""
    return str(request.param)


@pytest.fixture
def cookies(who: str, open_page: OpenPage) -> StorageState | None:
    """The cookies of that person's log-in."""
    if who == VISITOR:
        return None
    page = open_page("phone")
    enter(page, next(account.phone for account in ACCOUNTS if account.role == who))
    return page.context.storage_state()


def test_every_page_can_be_read_touched_and_used(
    who: str, live: Live, open_page: OpenPage, cookies: StorageState | None
) -> None:
    device = "tablet" if who in (Role.STAFF, Role.ADMIN) else "phone"
    page, walk = open_page(device, storage_state=cookies), Walk(live.app, who, starts(live.app, who))
    faults: list[str] = []

    while (address := walk.next_address()) is not None:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        walk.add_links(page)
        faults += told(page, skeleton_faults(page) + too_wide(page))
        if who == who_looks(live.app, walk.endpoint(address)):
            faults += told(page, ways_only_for_scripts(page) + axe_faults(page))
            faults += faults_on_every_screen(page, device)

    mine = [found[0] for route, found in walk.found.items() if who == who_looks(live.app, route)]
    faults += look_again(mine, open_page("no_js", storage_state=cookies), without_scripts)
    faults += look_again(mine, in_elder_mode(open_page("phone", storage_state=cookies)), in_large_letters)
    dark = open_page(device, storage_state=cookies, color_scheme="dark")
    faults += look_again(mine[::3], dark, in_the_dark)
    assert not faults, "\n".join(["", *faults])
    routes = {rule.endpoint for rule in live.app.url_map.iter_rules() if is_page(rule)}
    missed = {route for route in routes if may_open(live.app, route, who)} - set(walk.found)
    assert missed <= {route for route, roles in NOT_FOR.items() if who in roles}


def in_elder_mode(page: Page) -> Page:
    """The same browser with the large letters switched on."""
    page.goto(HOME)
    page.get_by_role("button", name="大字版").tap()
    expect(page.get_by_role("button", name="标准版")).to_be_visible()
    return page


def told(page: Page, faults: list[str], how: str = "") -> list[str]:
    """The faults with the page that they are on."""
    parts = urlsplit(page.url)
    return [f"{parts.path}?{parts.query} {how}: {fault}" for fault in faults]


def look_again(addresses: list[str], page: Page, check: Callable[[Page], list[str]]) -> list[str]:
    """Open these pages once more in another way."""
    faults: list[str] = []
    for address in addresses:
        page.goto(address)
        faults += told(page, check(page), check.__name__)
    return faults


def faults_on_every_screen(page: Page, device: str) -> list[str]:
    """Nothing is too wide or too small to hit; ends on the screen of the device."""
    faults: list[str] = []
    for name in sorted(SCREENS, key=lambda name: name == device):
        width, height = SCREENS[name]
        page.set_viewport_size({"width": width, "height": height})
        faults += told(page, too_wide(page) + small_targets(page, TARGET), name)
    return faults


def without_scripts(page: Page) -> list[str]:
    """The same page from HTML alone."""
    return skeleton_faults(page) + too_wide(page)


def in_large_letters(page: Page) -> list[str]:
    """The tested contract of the elder mode, and once more at 1.4 times the size."""
    faults = (
        axe_faults(page) + small_targets(page, ELDER_TARGET) + small_text(page, ELDER_TEXT) + too_wide(page)
    )
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    faults += [f"zoomed: {fault}" for fault in too_wide(page)]
    page.set_viewport_size({"width": SCREENS["phone"][0], "height": SCREENS["phone"][1]})
    return faults


def in_the_dark(page: Page) -> list[str]:
    """With the colours of the night."""
    return axe_faults(page)


@pytest.mark.parametrize(
    ("body", "measure", "found"),
    [
        ("<h1>一</h1><h1>二</h1>", skeleton_faults, "2 h1"),
        ("<form method=post action=/x></form>", ways_only_for_scripts, "no token"),
        ("<button type=button hx-post=/x>做</button>", ways_only_for_scripts, "only for htmx"),
        ("<a href=/x>小</a>", lambda page: small_targets(page, TARGET), "A. 小"),
        ("<p>小字</p>", lambda page: small_text(page, ELDER_TEXT), "16 px"),
        ("<pre>" + "长" * 99 + "</pre>", too_wide, "wider"),
    ],
    ids=["skeleton", "token", "scripts only", "target", "text", "width"],
)
def test_what_is_measured_can_be_found_wrong(
    phone: Page, body: str, measure: Callable[[Page], list[str]], found: str
) -> None:
    meta = '<meta name="viewport" content="width=device-width">'
    phone.set_content(f"<!doctype html><title>页</title>{meta}<main>{body}</main>")

    assert any(found in fault for fault in measure(phone)), measure(phone)
