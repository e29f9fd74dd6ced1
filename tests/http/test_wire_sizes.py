"""How many bytes the demo's pages are on their way through the real server, everything counted."""

import gzip
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import brotli
import pytest

from services.seed.people import ACCOUNTS
from tests.support.demo import demo_running
from tests.support.visits import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

FIRST_PAGE, LATER_PAGE, FRAGMENT = 90_000, 12_000, 6_000
"""Bytes, with headers: the goals of the house (docs/decisions/0027-the-server.md)."""
ROLES = (None, "resident", "merchant", "captain", "staff", "admin")
BACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
PLACE = re.compile(r'<a class="tab" href="([^"]+)"')
POLLED = re.compile(r'hx-get="(/[^"?]*)')
OF_A_PAGE = re.compile(r'(?:src|href)="((?:/static/|/vendor/)[^"#]+)')


class Browser:
    """Asks as browsers do: squeezed answers, cookies kept."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookies: dict[str, str] = {}

    def fragment(self, path: str) -> int:
        """The bytes of what htmx gets, with headers."""
        return self.ask(path, htmx=True)[1]

    def ask(self, path: str, method: str = "GET", htmx: bool = False, **form: str) -> tuple[int, int, str]:
        """Status, bytes with headers, and the text of an answer."""
        headers = {"Accept-Encoding": "gzip, deflate, br, zstd", "Sec-Fetch-Site": "same-origin"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if htmx:
            headers["HX-Request"] = "true"
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        wire = len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        body = BACK[answer.headers.get("Content-Encoding")](body)
        return answer.status, wire, body.decode(errors="replace")

    def enter(self, phone: str) -> None:
        """Log in by the page."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("/login")[2])
        assert token
        status, _wire, _text = self.ask(
            "/login", "POST", phone=phone, password=PASSWORD, csrf_token=token.group(1)
        )
        assert status == 303


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of a server on the living demo, with the local copy of htmx."""
    with demo_running({"HTMX_SOURCE": "local"}) as live:
        yield live.url


def test_the_first_page_with_everything_on_it(demo: str) -> None:
    browser = Browser(demo)
    status, page, text = browser.ask("/")
    parts = {path: browser.ask(path) for path in sorted(set(OF_A_PAGE.findall(text)))}

    assert status == 200
    assert any("htmx" in path for path in parts)
    assert all(status == 200 for status, _wire, _text in parts.values())
    assert len(parts) <= 8
    assert page + sum(wire for _status, wire, _text in parts.values()) <= FIRST_PAGE


@pytest.mark.parametrize("role", ROLES)
def test_later_pages_and_their_fragments(demo: str, role: str | None) -> None:
    browser = Browser(demo)
    if role is not None:
        browser.enter(next(account.phone for account in ACCOUNTS if account.role.value == role))
    places = PLACE.findall(browser.ask("/")[2])
    found = {path: browser.ask(path) for path in places}
    polled = {path for _status, _wire, text in found.values() for path in POLLED.findall(text)}

    assert len(places) >= 3
    assert {path: status for path, (status, _wire, _text) in found.items() if status != 200} == {}
    assert {path: wire for path, (_status, wire, _text) in found.items() if wire > LATER_PAGE} == {}
    fragments = {path: browser.fragment(path) for path in polled}
    assert {path: wire for path, wire in fragments.items() if wire > FRAGMENT} == {}
