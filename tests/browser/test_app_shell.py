"""The app on the tablet: its worker keeps files of ours and one page that knows nobody, and nothing else."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domain.bookings import BookingStatus
from tests.support.browser import OpenPage, assert_axe_clean, assert_fits_width, shot, wait_until
from tests.support.desk_day import CHEN, DeskDay, lay_desk_day, lose_the_network, open_case, wait_until_ahead
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.measure import small_targets, small_text
from tests.support.watch import Watch

pytestmark = pytest.mark.browser
KEPT = re.compile(r"/static/.+\?v=[0-9a-f]{12}$|/vendor/htmx-[\d.]+\.min\.js$|/offline$")
PERSONAL = re.compile(
    r"陈晓敏|吴小梅|1\d{2}\*{4}\d{4}|1[3-9]\d{9}|合唱排练|name=\"csrf_token\"|data-actor=\"\d"
)
WALK = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      found.push([request.url, await answer.text()]);
    }
  }
  return found;
}"""


@pytest.fixture
def day(live: Live) -> DeskDay:
    """Three requests of tomorrow."""
    return lay_desk_day(live.app)


@pytest.fixture
def app_page(open_page: OpenPage, day: DeskDay) -> Page:
    """陈晓敏 at a tablet on which the worker is at work."""
    page = open_page("tablet", service_workers="allow")
    enter(page, CHEN)
    wait_until(page, "navigator.serviceWorker.controller !== null")
    page.goto("/desk")
    wait_until_ahead(page, 2)
    return page


def faults(kept: list[list[str]]) -> list[str]:
    """What must not be kept: other addresses than ours by hash, and anything about anybody."""
    return [
        f"{url}: {found.group() if (found := PERSONAL.search(body)) else 'address'}"
        for url, body in kept
        if not KEPT.search(url) or PERSONAL.search(body)
    ]


def walked(page: Page) -> list[list[str]]:
    """Address and body of everything in the caches."""
    kept: Any = page.evaluate(WALK)
    return list(kept)


def test_after_a_day_of_staff_the_caches_hold_nothing_of_anybody(app_page: Page, day: DeskDay) -> None:
    for path in ("/", "/manage", "/me", "/spaces/tea-room", f"/bookings/{day.ids[9]}"):
        app_page.goto(path)
    app_page.goto("/desk")
    open_case(app_page, 11)
    app_page.get_by_role("button", name="看全名和电话").click()
    expect(app_page.get_by_text("这次查看已记录")).to_be_visible()
    app_page.get_by_role("button", name="通过").click()
    expect(app_page.get_by_text("已通过：楼院茶话室")).to_be_visible()

    kept = walked(app_page)

    assert any(url.endswith("/offline") for url, _body in kept)
    assert len([url for url, _body in kept if "/static/" in url]) > 8
    assert faults(kept) == []


@pytest.mark.mutant
def test_a_page_in_a_cache_would_be_found(app_page: Page) -> None:
    app_page.evaluate("async () => (await caches.open('control')).put('/desk', await fetch('/desk'))")

    assert len(faults(walked(app_page))) == 1


def test_a_page_that_cannot_be_fetched_shows_what_waits_and_opens_by_itself(
    app_page: Page, day: DeskDay, watch: Watch
) -> None:
    lose_the_network(app_page, watch)
    app_page.get_by_role("button", name="通过").click()
    expect(app_page.get_by_text("1 件待同步")).to_be_visible()

    app_page.goto("/manage")
    expect(app_page.get_by_role("heading", name="网络断开了")).to_be_visible()
    expect(app_page.get_by_text("陈晓敏 的 1 件待同步，网络通了会自己送出。")).to_be_visible()
    assert_fits_width(app_page)
    assert_axe_clean(app_page)
    shot(app_page, "offline-tablet")
    assert day.status(9) is BookingStatus.PENDING

    app_page.context.set_offline(False)
    expect(app_page.get_by_role("heading", name="管理", level=1)).to_be_visible()
    expect(app_page.locator("#unsent .unsent-row")).to_have_count(0)
    app_page.goto("/desk")
    expect(app_page.get_by_role("heading", name="2 件等您审核")).to_be_visible()
    assert day.status(9) is BookingStatus.CONFIRMED
    assert day.times_decided(9) == 1


@pytest.mark.mutant
def test_without_the_worker_the_browser_shows_its_own_error(
    open_page: OpenPage, day: DeskDay, watch: Watch
) -> None:
    page = open_page("tablet")
    enter(page, CHEN)
    lose_the_network(page, watch)

    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/manage")


def test_the_page_without_a_network_is_legible_in_large_letters(open_page: OpenPage, day: DeskDay) -> None:
    phone = open_page("phone")
    phone.goto("/")
    phone.locator("header").get_by_role("button", name="大字版").tap()
    expect(phone.locator("html.elder")).to_be_attached()

    phone.goto("/offline")

    assert_axe_clean(phone)
    assert_fits_width(phone)
    assert small_text(phone, 22) == []
    assert small_targets(phone, 60) == []
    shot(phone, "offline-elder")


def test_the_browser_takes_it_for_an_app(app_page: Page) -> None:
    session = app_page.context.new_cdp_session(app_page)

    manifest = session.send("Page.getAppManifest")
    problems = session.send("Page.getInstallabilityErrors")

    assert manifest["errors"] == []
    assert '"display": "standalone"' in manifest["data"] or '"display":"standalone"' in manifest["data"]
    ids = {problem["errorId"] for problem in problems["installabilityErrors"]}
    assert ids <= {"in-incognito"}  # the tests' windows are
