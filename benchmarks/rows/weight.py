"""How many bytes come over the wire, compressed as a browser asks for it: a first page with everything, then others."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from benchmarks.arena import Arena
from benchmarks.figures import Figure
from benchmarks.rows.looking import POLLED
from benchmarks.rows.pages import ROOM
from benchmarks.wire import Connection, get

AS_A_BROWSER = {"Accept_Encoding": "gzip, deflate, br, zstd"}
PARTS = re.compile(r"""<(?:link|script|img|use)\b[^>]*?\b(?:href|src)="([^"#]+)["#]""")
NOT_FETCHED = re.compile(r'<link\b[^>]*\brel="(?:manifest|canonical|alternate)"[^>]*>')


def measure(arena: Arena) -> Iterator[Figure]:
    """A visitor's first page, the page of a space after it, and the board's fragment."""
    house = arena.house(arena.effort.five)
    connection = Connection(house.served.address)
    page = connection.ask(get("/")).text
    parts = parts_of(page)
    sizes = {part: connection.ask(get(part, **AS_A_BROWSER)).wire for part in parts}
    whole = connection.ask(get("/", **AS_A_BROWSER)).wire
    largest = ", ".join(f"{part.split('?')[0]} {size / 1000:.1f}" for part, size in _largest(sizes))
    told = f"page {whole / 1000:.1f} and {len(sizes)} parts; largest: {largest}"
    yield Figure("first-page", "board of 5 spaces", (whole + sum(sizes.values())) / 1000, told)
    for path in ("/spaces", "/spaces/tea-room", "/login"):
        yield Figure("later-page", path, connection.ask(get(path, **AS_A_BROWSER)).wire / 1000)
    fifty = Connection(arena.house(arena.effort.fifty).served.address)
    for path in ("/", f"/spaces/{ROOM}"):
        size = fifty.ask(get(path, **AS_A_BROWSER)).wire / 1000
        yield Figure("later-page", f"{path} of 50 spaces", size)
    polled = POLLED.search(page)
    address = html.unescape(polled[1]).partition("seen=")[0].rstrip("?&") if polled else "/"
    answer = connection.ask(get(address, HX_Request="true", **AS_A_BROWSER))
    yield Figure("fragment", "board of 5 spaces", answer.wire / 1000, address)


def parts_of(page: str) -> list[str]:
    """What a browser fetches for a page besides it, each once."""
    return list(dict.fromkeys(html.unescape(part) for part in PARTS.findall(NOT_FETCHED.sub("", page))))


def _largest(sizes: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda part: -part[1])[:4]
