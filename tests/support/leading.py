"""Where addresses lead as a browser takes them; written apart from the rules that it judges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

HOME = ("http://localhost", "https://house.example")
"""Where the house under test is asked, and where its settings say that it is found."""
IN_HEADERS = (
    "Location",
    "HX-Redirect",
    "HX-Location",
    "HX-Push-Url",
    "HX-Replace-Url",
    "Content-Location",
    "Refresh",
)
IN_PAGES = frozenset(
    {"href", "src", "action", "formaction", "srcset", "poster", "cite", "ping", "data", "background"}
    | {f"hx-{how}" for how in ("get", "post", "put", "patch", "delete", "push-url", "replace-url")}
)
HARMLESS = re.compile(r"(tel|mailto|sms):[^/\\]*|data:image/png;base64,[A-Za-z0-9+/=]+")
SPECIAL = re.compile(r"(https?|ftp|file|wss?):", re.IGNORECASE)


def is_home(address: str) -> bool:
    """Whether a browser on a page of the house that follows this comes to a page of the house.

    [WHATWG URL] Blanks around it and line breaks within do not count, and a backslash is a slash.
    """
    plain = re.sub("[\t\n\r]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if HARMLESS.fullmatch(plain):
        return True
    if plain.startswith("//") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", plain):
        return is_ours(plain)
    return True


def is_ours(plain: str) -> bool:
    """Whether an absolute address is of the house: scheme, host and port, and nobody's name before them."""
    if plain.startswith("//"):
        plain = "http:" + plain
    if not SPECIAL.match(plain):
        return False
    scheme, _, rest = plain.partition(":")
    try:
        parts = urlsplit(f"{scheme.lower()}://{rest.lstrip('/')}")
        return f"{parts.scheme}://{parts.netloc}" in HOME
    except ValueError:
        return False


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_told = tag == "meta" and name == "content" and ("http-equiv", "refresh") in attrs
            if value and (name in IN_PAGES or is_told):
                self.found.append(value.partition("url=")[2] if is_told else value)


def addresses(answer: TestResponse) -> Iterator[str]:
    """Every place to which an answer leads, by itself or where somebody taps."""
    yield from (answer.headers[name] for name in IN_HEADERS if name in answer.headers)
    if answer.mimetype == "text/html":
        reader = _Addresses()
        reader.feed(answer.text)
        yield from reader.found


def astray(answer: TestResponse) -> list[str]:
    """Those that lead away from the house."""
    return [address for address in addresses(answer) if not is_home(address)]
