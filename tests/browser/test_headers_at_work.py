"""What the headers of the house do in a browser; each of them is missed where it is taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import pytest
from flask import Flask
from playwright.sync_api import Error, Page
from sqlalchemy import select, update

from app import create_app
from models import Paper, Picture, PrivateFile, db
from services.unit_of_work import in_transaction
from tests.support.browser import OpenPage
from tests.support.builders import NOW, saved
from tests.support.elsewhere import Elsewhere, elsewhere, without_headers
from tests.support.engines import settings, throwaway
from tests.support.running_text import RunningText
from tests.support.served import served
from tests.support.studio_builders import create_merchant
from tests.support.visits import cookie_of
from tests.support.watch import Watch

pytestmark = pytest.mark.browser

RUNS = b"<!doctype html><title>x</title><body><script>pwned()</script>"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house, served by the test's own process: what its answers lack can be changed while it runs."""
    with throwaway("sqlite") as database:
        app = create_app(settings(database))
        with served(app) as url:
            yield House(app, url)


@pytest.fixture(scope="module")
def away() -> Iterator[Elsewhere]:
    """Somebody else's site."""
    with elsewhere() as site:
        yield site


@dataclass(frozen=True)
class House:
    """The application, and where it answers."""

    app: Flask
    url: str

    def kept_as(self, kind: str, content: bytes) -> str:
        """The address of something that lies among the pictures."""
        name = sha256(kind.encode()).hexdigest()
        with self.app.app_context():
            if db.session.get(Picture, name) is None:
                of = {"media_type": kind, "width": 1, "height": 1, "content": content, "created_at": NOW}
                saved(Picture(sha256=name, **of))
        return f"{self.url}/pictures/{name}.jpg"


Effect = Callable[[Page, House, Elsewhere], bool]


def is_framed_by_nobody(page: Page, house: House, away: Elsewhere) -> bool:
    """A frame of another site stays empty."""
    away.page = f'<iframe src="{house.url}/login"></iframe>'
    page.goto(away.url, wait_until="load")
    return page.frame_locator("iframe").locator("form").count() == 0


def runs_nothing_inside_a_page(page: Page, house: House, _away: Elsewhere) -> bool:
    """A handler that got into a page all the same does nothing."""
    page.goto(f"{house.url}/login")
    ran: bool = page.evaluate(
        """() => new Promise(done => {
            const image = document.createElement("p")
            image.innerHTML = "<img src=x: onerror='window.ran = true'>"
            image.firstChild.addEventListener("error", () => setTimeout(() => done(Boolean(window.ran)), 0))
            document.body.append(image)
        })"""
    )
    return not ran


def takes_no_file_for_a_page(page: Page, house: House, _away: Elsewhere) -> bool:
    """An upload whose kind is unknown does not become a page because it looks like one."""
    with suppress(Error):  # what the browser does not show it keeps as a file
        page.goto(house.kept_as("unknown/unknown", RUNS))
    return page.locator("script").count() == 0


def takes_no_file_for_a_script(page: Page, house: House, _away: Elsewhere) -> bool:
    """A text does not run because a page asks for it as a script."""
    page.goto(f"{house.url}/login")
    page.evaluate(
        """address => new Promise(done => {
            const script = Object.assign(document.createElement("script"), { src: address })
            script.addEventListener("load", done)
            script.addEventListener("error", done)
            document.head.append(script)
        })""",
        house.kept_as("text/plain", b"window.ran = true"),
    )
    return not page.evaluate("Boolean(window.ran)")


def says_to_nobody_where_people_come_from(page: Page, house: House, away: Elsewhere) -> bool:
    """A link that leads away tells nothing, not even the house's name."""
    page.goto(f"{house.url}/login")
    page.evaluate(
        "address => document.body.append(Object.assign(document.createElement('a'), { href: address, id: 'away' }))",
        away.url,
    )
    with page.expect_navigation():
        page.evaluate("document.getElementById('away').click()")
    return away.referrers[-1] is None


def is_held_by_no_window(page: Page, house: House, away: Elsewhere) -> bool:
    """Who opened the house in a window can't send it elsewhere afterwards."""
    away.page = f"<button onclick=\"window.opened = window.open('{house.url}/login')\">x</button>"
    page.goto(away.url)
    with page.expect_popup() as opened:
        page.get_by_role("button").click()
    opened.value.wait_for_load_state()
    return bool(opened.value.evaluate("window.opener === null"))


EFFECTS: dict[str, tuple[Effect, tuple[str, ...]]] = {
    "framing": (is_framed_by_nobody, ("X-Frame-Options", "Content-Security-Policy")),
    "policy": (runs_nothing_inside_a_page, ("Content-Security-Policy",)),
    "kind of a file": (takes_no_file_for_a_page, ("X-Content-Type-Options",)),
    "kind of a script": (takes_no_file_for_a_script, ("X-Content-Type-Options",)),
    "referrer": (says_to_nobody_where_people_come_from, ("Referrer-Policy",)),
    "opener": (is_held_by_no_window, ("Cross-Origin-Opener-Policy",)),
}
BYPASSING = ("kind of a file", "kind of a script")
"""Judged without the Content-Security-Policy, which would hold them back as well."""


def is_there(house: House, open_page: OpenPage, away: Elsewhere, name: str) -> bool:
    """Whether an effect is."""
    page = open_page("tablet", base_url=house.url, bypass_csp=name in BYPASSING)
    return EFFECTS[name][0](page, house, away)


def lack(house: House, monkeypatch: pytest.MonkeyPatch, *headers: str) -> None:
    """Let the answers of a house be without these."""
    monkeypatch.setattr(house.app, "wsgi_app", without_headers(house.app.wsgi_app, *headers))


@pytest.mark.drill("people")
@pytest.mark.parametrize("name", EFFECTS)
def test_a_header_does_in_the_browser_what_it_says(
    house: House, open_page: OpenPage, away: Elsewhere, watch: Watch, name: str
) -> None:
    watch.allow("")

    assert is_there(house, open_page, away, name)


@pytest.mark.mutant
@pytest.mark.parametrize("name", EFFECTS)
def test_a_header_that_is_taken_off_is_missed(
    house: House,
    open_page: OpenPage,
    away: Elsewhere,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    watch.allow("")
    lack(house, monkeypatch, *EFFECTS[name][1])

    assert not is_there(house, open_page, away, name)


@pytest.mark.parametrize("header", EFFECTS["framing"][1])
def test_either_header_alone_keeps_the_house_out_of_frames(
    house: House,
    open_page: OpenPage,
    away: Elsewhere,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    header: str,
) -> None:
    watch.allow("")
    lack(house, monkeypatch, header)

    assert is_there(house, open_page, away, "framing")


@dataclass(frozen=True)
class Scan:
    """A scan of a shop, and the cookie with which its keeper comes."""

    path: str
    cookie: tuple[str, str]


@pytest.fixture(scope="module")
def scan(house: House) -> Scan:
    """One that is a page in truth, and is kept as what it is."""
    with house.app.app_context():
        shop, keeper = create_merchant()
        as_page = update(PrivateFile).values(content=RUNS, media_type="text/html")
        in_transaction(lambda: db.session.execute(as_page))
        paper = db.session.scalars(select(Paper.id).where(Paper.merchant_id == shop.id)).one()
        return Scan(f"/my-shop/papers/{paper}/scan", cookie_of(house.app, keeper))


def runs(scan: Scan, house: House, open_page: OpenPage) -> bool:
    """Whether it does where it is looked at."""
    page, eye, (name, value) = open_page("phone", base_url=house.url), RunningText(), scan.cookie
    page.context.add_cookies([{"name": name, "value": value, "url": house.url}])
    eye.attach(page.context)
    page.goto(scan.path)
    return bool(eye.ran)


def test_a_scan_that_is_a_page_in_truth_runs_for_nobody(
    scan: Scan, house: House, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("")

    assert not runs(scan, house, open_page)


@pytest.mark.mutant
def test_and_would_without_its_policy(
    scan: Scan, house: House, open_page: OpenPage, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.allow("")
    lack(house, monkeypatch, "Content-Security-Policy")

    assert runs(scan, house, open_page)
