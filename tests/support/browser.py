"""Chromium for tests: phones and tablets on which every complaint fails the test."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.chromium import HOW_TO_INSTALL, find_chromium
from tests.support.measure import axe_faults, measured
from tests.support.watch import Cdn, Watch

ARTIFACTS = Path(__file__).parents[2] / "test-artifacts"
LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "tablet": {"viewport": {"width": 1280, "height": 800}, "has_touch": True},
    "tablet_portrait": {"viewport": {"width": 810, "height": 1080}, "has_touch": True},
    "no_js": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
}
PATIENCE_MS = 30_000
"""What a page may take on a machine that does much beside; who finds what it looks for does not wait for it."""
expect.set_options(timeout=PATIENCE_MS)
REPORT = pytest.StashKey[pytest.TestReport]()

OpenPage = Callable[..., Page]


def shot(page: Page, name: str, *, full_page: bool = False) -> Path:
    """Picture of the page as test-artifacts/NAME.png."""
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / (re.sub(r"[^\w.-]+", "-", name) + ".png")
    # Hiding the caret leaves empty style attributes, which htmx would copy in its next swap and the CSP complain of.
    page.screenshot(path=path, full_page=full_page, caret="initial")
    return path


def wait_until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression holds; playwright's own way evaluates text later, which the CSP forbids."""
    page.evaluate(
        f"""() => new Promise((done, give_up) => {{
            const until = performance.now() + {PATIENCE_MS}
            const look = () => ({condition}) ? done(true)
                : performance.now() > until ? give_up(new Error({condition!r} + " did not come true"))
                : setTimeout(look, 20)
            look()
        }})"""
    )


def assert_axe_clean(page: Page) -> None:
    """AssertionError with what axe finds on the page, if it is anything at all."""
    faults = axe_faults(page)
    assert not faults, "\n".join([page.url, *faults])


def assert_fits_width(page: Page) -> None:
    """AssertionError when the page has to be scrolled sideways."""
    wide, screen = measured(page, "[document.documentElement.scrollWidth, window.screen.width]")
    assert wide <= screen, f"{page.url} is {wide} px wide on a screen of {screen} px"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know how the test ended."""
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser per worker."""
    path = find_chromium()
    if path is None:
        pytest.fail(HOW_TO_INSTALL, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What went wrong in the browser during the test; `watch.allow(regex)` names what the test provokes."""
    watch = Watch()
    yield watch
    problems = watch.problems()
    assert not problems, "The browser complained:\n" + "\n".join(problems)


@pytest.fixture
def open_page(chromium: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """`open_page("phone", cdn="down", **context_options)`: the page of one more person, with cookies of its own.

    Where the test uses `live`, paths are taken from that server. Service workers stay out unless the test says
    `service_workers="allow"`: what they fetch goes past `page.route`.
    """
    contexts: list[BrowserContext] = []
    base_url = request.getfixturevalue("live").url if "live" in request.fixturenames else None

    def open_page(device: str, *, cdn: Cdn = "ok", **options: Any) -> Page:
        context = chromium.new_context(
            **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
            | {"service_workers": "block"}
            | {"base_url": base_url}
            | DEVICES[device]
            | options
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watch.attach(context, cdn)
        return context.new_page()

    yield open_page
    report = request.node.stash.get(REPORT, None)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if report is not None and report.failed:
            shot(page, f"failed-{request.node.name}-{number}")
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone, 390×844, touch."""
    return open_page("phone")


@pytest.fixture
def tablet(open_page: OpenPage) -> Page:
    """A page on a tablet held landscape, 1280×800, touch."""
    return open_page("tablet")


@pytest.fixture
def tablet_portrait(open_page: OpenPage) -> Page:
    """A page on a tablet held upright, 810×1080, touch."""
    return open_page("tablet_portrait")


@pytest.fixture
def no_js(open_page: OpenPage) -> Page:
    """A page on a phone with JavaScript switched off."""
    return open_page("no_js")
