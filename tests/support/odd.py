"""What nobody should send and somebody will: odd values for any field, and odd ways to send them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.support.asked import Fields, Upload

NOTHING = ("", " ", "\t", "\u3000", "\u200b", "\ufeff")
NUMBERS = (
    "0", "-1", "1.5", "1e9", "1e999", "-0", "NaN", "Infinity", "0x10", "1_0", "１２", "١٢", "½", "²", str(2**31),
    str(2**53 + 1), str(2**63), str(-(2**63)), str(10**30), "9" * 5000, "1,000", "¥1", "0.001", "-0.01", "99999999.99",
)  # fmt: skip
MOMENTS = (
    "0001-01-01", "9999-12-31", "2038-01-19", "2038-01-20", "2026-02-30", "2028-02-29", "10000-01-01", "-0001-01-01",
    "1999-12-31", "2199-12-31", "2200-01-01", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-25T10:00:00+99:99",
    "2026-11-25T10:00", "2026-11-25T10:00:00-23:59", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00+08:00", "00:00",
    "24:00", "24:15", "25:61", "99:99", "10:07", "-1:00", "2026-W53-1", "2026-13", "0000-01", "9999-12", "10:00:00",
)  # fmt: skip
TEXTS = (
    "\0", "a\0b", "\ud800", "茶\udfff", "e\u0301" * 200, "\u202egnol\u2066", "\U0001f9d1\u200d\U0001f33e" * 80,
    "\ufdfa" * 100, "茶" * 10_000, "x" * 300, "x" * 70_000, "a" * 101, "Z\u0335" * 60, "İ", "ß" * 50, "\u2028", "\x7f",
    "\r\nSet-Cookie: a=b", "../../etc/passwd", "=cmd|' /C calc'!A0", "' OR 1=1 --", "<script>alert(1)</script>",
    "{{7*7}}", "%(x)s %s {0}", "[]", "{}", "null", "true", "[1]", '{"a": 1}', ":", "|", "||||", "1:2:3", ";", ",",
    "move|", "\\", "\x1b[31m", "13812345678 ", "+8613812345678", "1３８12345678", "lin@", "@", "a@b@c",
    "x" * 65 + "@house.example", "lin@\u200bhouse.example", "http://[", "https://[::1", "//", "http://",
)  # fmt: skip
ENUMS = ("admin", "staff", "verified", "cancelled", "ADMIN", "None", "all", "draw", "tea-room", "weekly")
FILES = (
    Upload("", b""),
    Upload("x.csv", b""),
    Upload("x" * 300 + ".png", b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
    Upload("茶\u202egnp.exe", b"MZ" + bytes(100), "image/png"),
    Upload("a\0b.jpg", b"\xff\xd8\xff" + bytes(100), "image/jpeg"),
    Upload("../../x.xlsx", b"PK\x03\x04" + bytes(60), "application/zip"),
    Upload("x.pdf", b"%PDF-1.7\n" + b"x" * 2000, "application/pdf"),
    Upload("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    Upload("x.csv", b"\xff\xfe" + "订单".encode("utf-16-le"), "text/csv"),
)
UNKNOWN = (
    "__proto__",
    "constructor",
    "self",
    "x[]",
    "x.y",
    "",
    "\0",
    "茶",
    "a" * 2000,
    "_method",
    "csrf_token",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"HX-Request": "true"},
    {"Accept": "application/json"},
    {"Referer": "http://["},
    {"HX-Request": "true", "HX-Current-URL": "http://[::"},
    {"Origin": "http://]"},
    {"Accept-Language": "zz-\xff, *;q=x"},
    {"Idempotency-Key": "k" * 400},
    {"Idempotency-Key": "\xff\xfe"},
    {"Range": "bytes=9-1,x", "If-None-Match": '"', "If-Modified-Since": "yesterday"},
    {"X-Forwarded-For": "1.2.3.4, [", "X-Sender": "\xff" * 300},
    {"Cookie": "jufu=; jufu_device=%00; a"},
)
CLASSICS = [text for text in (*NOTHING, *NUMBERS, *MOMENTS, *TEXTS, *ENUMS) if len(text) < 5_000]
"""Those of which hundreds fit into one form."""
BOUNDARY = "----house"

KINDS = (5, None, ["x", 1], {"a": 1}, True, 1e308, -1, [[]])
BODIES: dict[str, Callable[[list[tuple[str, str]]], object]] = {
    "json": dict,
    "json of all kinds": lambda plain: {name: KINDS[at % len(KINDS)] for at, (name, _) in enumerate(plain)},
    "json list": lambda plain: plain,
    "json number": len,
}
WRAPPINGS = (*("form",) * 6, "multipart", "multipart", *BODIES, "text", "torn", "nonsense", "no boundary")

texts = st.one_of(
    st.sampled_from(NOTHING + NUMBERS + MOMENTS + TEXTS + ENUMS),
    st.text(max_size=60),
    st.integers(-(2**70), 2**70).map(str),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()[:16]),
    st.times().map(lambda time: f"{time:%H:%M}"),
)
"""Odd texts of every kind."""
values: st.SearchStrategy[str | Upload] = st.one_of(texts, texts, texts, st.sampled_from(FILES))
"""Whatever a field may get: mostly text, now and then a file."""


@dataclass(frozen=True)
class Sent:
    """A submission: its fields in order, how they are wrapped, and odd headers."""

    fields: Fields
    wrapping: str
    headers: dict[str, str]

    def arguments(self, *, as_query: bool) -> dict[str, Any]:
        """What a test client is to be given."""
        plain = [(name, value) for name, value in self.fields if isinstance(value, str)]
        if as_query:
            return {"query_string": urlencode(plain, errors="surrogatepass"), "headers": self.headers}
        return {"headers": self.headers} | self._body(plain)

    def _body(self, plain: list[tuple[str, str]]) -> dict[str, Any]:
        if self.wrapping in BODIES:
            return {"data": json.dumps(BODIES[self.wrapping](plain)), "content_type": "application/json"}
        if self.wrapping == "nonsense":
            return {
                "data": b"\xff\x00[" * 9,
                "content_type": "application/x-www-form-urlencoded; charset=utf-7",
            }
        if self.wrapping == "torn":
            return {
                "data": multipart(self.fields)[:-20],
                "content_type": f"multipart/form-data; boundary={BOUNDARY}",
            }
        if self.wrapping == "no boundary":
            return {"data": multipart(self.fields), "content_type": "multipart/form-data"}
        if self.wrapping == "multipart" or len(plain) < len(self.fields):
            return {
                "data": multipart(self.fields),
                "content_type": f"multipart/form-data; boundary={BOUNDARY}",
            }
        body = urlencode(plain, errors="surrogatepass")
        kind = "text/plain" if self.wrapping == "text" else "application/x-www-form-urlencoded"
        return {"data": body, "content_type": kind}


def multipart(fields: Fields) -> bytes:
    """The body of a form with files, however odd its names are."""
    parts = []
    for name, value in fields:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'Content-Disposition: form-data; name="{quoted}"'
        body = value.content if isinstance(value, Upload) else value.encode(errors="surrogatepass")
        if isinstance(value, Upload):
            head += f'; filename="{value.name}"\r\nContent-Type: {value.kind}'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode(errors="surrogatepass") + body + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@st.composite
def submissions(draw: st.DrawFn, templates: list[Fields], names: list[str]) -> Sent:
    """One of these forms, or an empty one, with odd values in some or in all of the fields that the view asks for.

    Fields are missing, stand twice, or are unknown; now and then the whole is wrapped as nobody expects it.
    """
    base = list(draw(st.sampled_from(templates)))
    known = sorted({*names, *(name for name, _ in base)}) or ["nothing"]
    some = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    chosen = draw(st.one_of(some, st.just(known)))
    odd: Fields = [(name, draw(values)) for name in chosen]
    how = draw(st.sampled_from(("replace", "replace", "replace", "twice", "missing")))
    if how == "missing":
        odd = []
    if how != "twice":
        base = [(name, value) for name, value in base if name not in chosen]
    if draw(st.integers(0, 5)) == 5:
        odd.append((draw(st.sampled_from(UNKNOWN)), draw(texts)))
    wrapping = draw(st.sampled_from(WRAPPINGS))
    headers = draw(st.sampled_from(HEADERS)) if draw(st.integers(0, 3)) == 3 else {}
    return Sent([*odd, *base] if draw(st.booleans()) else [*base, *odd], wrapping, headers)
