"""Visits to pages: again and again the same, or each one a first look."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from benchmarks.arena import House
from benchmarks.client import Visit
from benchmarks.visitors import Browser
from benchmarks.wire import Connection, WrongAnswer, get

AGAIN, FIRST = "again", "first look"
POLLED = re.compile(r'hx-get="([^"]*[?&](?:amp;)?seen=[^"]*)"')


def again(name: str, path: str, browser: Browser | None = None) -> Visit:
    """The same page for the same browser, nothing written since."""
    request = get(path, browser.cookie if browser else "")
    return Visit(f"{name}, {AGAIN}", lambda _number: request)


def first_look(house: House, name: str, path: str, browsers: Sequence[Browser] = ()) -> Visit:
    """The page after something was written, each time for the next of many browsers."""
    requests = [get(path, browser.cookie) for browser in browsers] or [get(path)]
    return Visit(
        f"{name}, {FIRST}",
        lambda number: requests[number % len(requests)],
        before=lambda _number: house.touch(),
    )


class Poll:
    """What a live screen asks while nothing changes; it learns anew where its minute has."""

    def __init__(self, house: House, path: str, browser: Browser | None, *, by_etag: bool) -> None:
        self._house, self._path, self._browser, self._by_etag = house, path, browser, by_etag
        self._request = b""

    def visit(self, name: str) -> Visit:
        """The visit."""
        how, status = ("If-None-Match", 304) if self._by_etag else ("seen", 204)
        return Visit(
            f"{name}, {how}", lambda _number: self._request, frozenset({status}), prepare=self._learn
        )

    def _learn(self) -> None:
        """Look at the whole page, and find what it polls with."""
        cookie = self._browser.cookie if self._browser else ""
        connection = Connection(self._house.served.address)
        page = connection.ask(get(self._path, cookie))
        found = POLLED.search(page.text)
        if found is None:
            raise WrongAnswer(f"{self._path} ({page.status}) polls nothing")
        address = html.unescape(found[1])
        if self._by_etag:
            address = re.sub(r"([?&])seen=[^&]*&?", r"\1", address).rstrip("?&")
            told = connection.ask(get(address, cookie)).header("etag") or ""
            self._request = get(address, cookie, If_None_Match=told)
        else:
            self._request = get(address, cookie, HX_Request="true")
        connection.close()
