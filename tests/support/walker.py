"""A browser without scripts in front of a running server, and many forms of it sent at the same moment."""

from __future__ import annotations

import http.client
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.support.client import read_forms
from tests.support.race import raw_at_once

PATIENCE = 60.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it came over the network."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers.get("location", "")


@dataclass
class Walker:
    """Keeps its cookies; each request goes over a connection of its own, to whichever process takes it."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Seen:
        """Look at a page."""
        return self._ask("GET", path, headers)

    def submit(self, page: str, action: str, **filled_in: str) -> Seen:
        """Open a page, fill in its form whose action ends so, and send it."""
        target, fields = self.form(page, action)
        return self.send(target, fields | filled_in)

    def send(self, target: str, fields: dict[str, str]) -> Seen:
        """Send a form."""
        return self._ask("POST", target, {"Content-Type": FORM}, urlencode(fields).encode())

    def form(self, page: str, action: str) -> tuple[str, dict[str, str]]:
        """Where such a form is sent, and what stands in it."""
        seen = self.get(page)
        forms = [one for one in read_forms(seen.text) if one.method == "post"]
        (found,) = [one for one in forms if one.action.partition("?")[0].endswith(action)]
        return found.action, found.fields

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """A request with these cookies as it goes over the wire; the connection ends with its answer."""
        told = {"Host": urlsplit(self.url).netloc, "Connection": "close", **self._told(), **headers}
        if body:
            told |= {"Content-Type": FORM, "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def at_once(self, requests: list[bytes]) -> list[int]:
        """The statuses of the answers to requests that are all sent in the same moment."""
        return [int(raw.split(maxsplit=2)[1]) for raw, _seconds in raw_at_once(self.url, requests)]

    def _told(self) -> dict[str, str]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": kept} if kept else {}

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Seen:
        where = urlsplit(self.url)
        with closing(http.client.HTTPConnection(str(where.hostname), where.port, timeout=PATIENCE)) as line:
            line.request(method, path, body, self._told() | headers)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        return Seen(answer.status, text, {name.lower(): value for name, value in answer.getheaders()})

    def _keep(self, told: str) -> None:
        for name, morsel in SimpleCookie(told).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
