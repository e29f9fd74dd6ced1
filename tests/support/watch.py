"""Watching a browser context: every complaint is kept, and nothing outside the machine is reached."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, Route, WebError

Cdn = Literal["ok", "down", "silent"]

CDN = "https://cdn.jsdelivr.net/npm/htmx.org@2.0.10/dist/htmx.min.js"
OUTSIDE = re.compile(r"^(?!(https?|wss?)://(127\.0\.0\.1|localhost)[:/])(?!(data|blob|about):)")
# Chromium says this about pages that answer 409 or 422 as designed; `_response` judges statuses instead.
DESIGNED_REFUSAL = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
ASSETS = ("stylesheet", "script", "image", "font", "media", "manifest")


class Watch:
    """Complaints of all pages in the contexts it is attached to."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        self._held: list[Route] = []
        self._is_released = False

    def allow(self, pattern: str) -> None:
        """Do not count complaints that contain this regular expression: the test provokes them."""
        self._allowed.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """What was complained about and not allowed."""
        return [line for line in self._seen if not any(pattern.search(line) for pattern in self._allowed)]

    def release_cdn(self) -> None:
        """Let the silent CDN answer after all."""
        self._is_released = True  # a request that comes in only now need not wait either
        held, self._held = self._held, []
        for route in held:
            _fulfil(route)

    def attach(self, context: BrowserContext, cdn: Cdn) -> None:
        """Record console errors, uncaught exceptions, failing answers and calls to the outside world."""
        context.on("console", self._console)
        context.on("weberror", self._exception)
        context.on("response", self._response)
        context.route(OUTSIDE, self._outside)
        context.route(CDN, {"ok": _fulfil, "down": _abort, "silent": self._hold}[cdn])
        if cdn == "down":
            self.allow(re.escape(f"Failed to load resource: net::ERR_FAILED ({CDN}"))

    def _hold(self, route: Route) -> None:
        if self._is_released:
            _fulfil(route)
        else:
            self._held.append(route)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not DESIGNED_REFUSAL.match(message.text):
            self._seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _exception(self, error: WebError) -> None:
        self._seen.append(f"exception: {error.error}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type in ASSETS):
            self._seen.append(f"answer {response.status}: {response.url}")

    def _outside(self, route: Route, request: Request) -> None:
        self._seen.append(f"outside address: {request.url}")
        route.abort()


@cache
def htmx() -> bytes:
    """The copy of htmx that the wheel of django-htmx carries."""
    package = importlib.util.find_spec("django_htmx")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "static/django_htmx/htmx-2.min.js").read_bytes()


def _fulfil(route: Route) -> None:
    # Without the CORS header the browser would not check the integrity of a script from elsewhere.
    route.fulfill(
        body=htmx(), headers={"Access-Control-Allow-Origin": "*", "Content-Type": "application/javascript"}
    )


def _abort(route: Route) -> None:
    route.abort()
