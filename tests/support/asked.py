"""What the house asks people for: the fields of the forms on its pages, and the names that its views read.

The names are found by watching the views themselves, so nobody has to list them: what a new route asks for is tried
as soon as the route is there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from blueprints.tongue import PageForm
from domain.people import Role
from tests.support.photos import photo
from tests.support.tried_house import TABLET, TriedHouse, Who
from tests.support.visits import PASSWORD
from tests.support.who_may import WHO_MAY
from tests.support.world import FORM, SAFE, Door, doors

WHO_LOOKS = (Role.MERCHANT, Role.ADMIN, Role.RESIDENT)
UNSEEN = frozenset({"csrf_token"})
"""Names that every form has, and that the tests of their own try."""
LOOKED_FOR = re.compile(r'(?:\.get\(|\.getlist\(|\[)\s*"([a-z][\w-]*)"')
PLAUSIBLE: Mapping[str, object] = {
    "text": "林一", "textarea": "茶话会", "search": "林", "tel": "13812345678", "number": "1", "date": "2026-11-26",
    "time": "10:00", "datetime-local": "2026-11-26T10:00", "month": "2026-11", "email": "lin@house.example",
    "url": "https://house.example/hook", "password": PASSWORD, "checkbox": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Upload:
    """A file as a browser sends it."""

    name: str
    content: bytes
    kind: str = "application/octet-stream"


PICTURE = Upload("x.png", photo(), "image/png")
Fields = list[tuple[str, "str | Upload"]]


@dataclass
class Field:
    """A control of a form: what kind it is, what stands in it, and what may be chosen."""

    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)

    def plausible(self) -> str | Upload:
        """What somebody might send."""
        if self.kind == "file":
            return PICTURE
        return self.value or (self.choices[0] if self.choices else str(PLAUSIBLE.get(self.kind, "")))


@dataclass
class Seen:
    """A form that stood on a page that somebody opened."""

    who: Who
    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled_in(self) -> Fields:
        """As somebody might send it."""
        return [(name, one.plausible()) for name, one in self.fields.items() if name not in UNSEEN]


class _Reader(HTMLParser):
    def __init__(self, who: Who, page: str) -> None:
        super().__init__()
        self.forms: list[Seen] = []
        self._who, self._page = who, page
        self._select: Field | None = None
        self._textarea: Field | None = None
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action, method = given.get("action") or self._page, given.get("method", "get").upper()
            self.forms.append(Seen(self._who, method, action))
            self._open = True
        elif self._open and tag in ("input", "select", "textarea", "button"):
            self._control(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if not given.get("name"):
            return
        kind = given.get("type", "text") if tag == "input" else tag
        found = self.forms[-1].fields.setdefault(given["name"], Field(kind))
        self._select = found if tag == "select" else self._select
        self._textarea = found if tag == "textarea" else None
        if kind in ("radio", "checkbox", "button"):
            found.choices.append(given.get("value", "on"))
            if "checked" in given:
                found.value = given.get("value", "on")
        elif tag == "input":
            found.value = given.get("value") or given.get("min", "")

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        if tag in ("form", "select"):
            self._select = None
        if tag in ("form", "textarea"):
            self._textarea = None


def read_forms(who: Who, page: str, html: str) -> list[Seen]:
    """All forms of a page that somebody opened."""
    reader = _Reader(who, page)
    reader.feed(html)
    return reader.forms


@contextmanager
def watching(app: Flask) -> Iterator[dict[str, set[str]]]:
    """Note for every endpoint by which names its view looks into what was sent."""
    asked: dict[str, set[str]] = defaultdict(set)

    def note(name: object) -> None:
        if has_request_context() and request.endpoint and isinstance(name, str) and name not in UNSEEN:
            asked[request.endpoint].add(name)

    class Watched(ImmutableMultiDict[str, Any]):
        """What was sent."""

        def __getitem__(self, key: str) -> Any:
            note(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            note(key)
            return super().__contains__(key)

        def get(self, key: Any, *args: Any, **more: Any) -> Any:
            note(key)
            return super().get(key, *args, **more)

        def getlist(self, key: Any, *args: Any, **more: Any) -> Any:
            note(key)
            return super().getlist(key, *args, **more)

    plain = app.request_class
    app.request_class = type("WatchedRequest", (plain,), {"parameter_storage_class": Watched})
    try:
        yield asked
    finally:
        app.request_class = plain


def forms_of(house: TriedHouse, *, everybody: bool, areas: tuple[str, ...] = ("",)) -> dict[str, list[Seen]]:
    """Every form on every page, by the endpoint that it is sent to; opened by everybody, or by whom it may concern.

    `areas` are what the endpoints of the pages begin with.
    """
    found: dict[str, list[Seen]] = defaultdict(list)
    known: set[tuple[object, ...]] = set()
    for who in house.cookies:
        for door in doors(house.app):
            if door.method != "GET" or door.is_api or not door.endpoint.startswith(areas):
                continue
            if not everybody and not _concerns(who, door.endpoint):
                continue
            address = door.address(house.app, house.world.ids)
            answer = house.ask(who, address)
            if answer.status_code >= 400 or answer.mimetype != "text/html":
                continue
            for seen in read_forms(who, address, answer.text):
                endpoint = endpoint_of(house.app, seen)
                same = (who, seen.action, seen.method, tuple(seen.fields))
                if endpoint is not None and same not in known:
                    known.add(same)
                    found[endpoint].append(seen)
    return found


def _concerns(who: Who, endpoint: str) -> bool:
    """Whether it is a page of one's own, or one that nobody else of these would open."""
    may = WHO_MAY[endpoint]
    if who is TABLET or who is None:
        return endpoint.startswith("tablet." if who else "accounts.")
    return next((one for one in WHO_LOOKS if one in may), None) is who or (
        who is Role.RESIDENT and who in may
    )


def endpoint_of(app: Flask, seen: Seen) -> str | None:
    """Where a form goes; None where no route takes it."""
    try:
        path = seen.action.partition("#")[0].partition("?")[0]
        return str(app.url_map.bind("localhost").match(path, method=seen.method)[0])
    except HTTPException:
        return None


@cache
def names_of_the_house() -> tuple[str, ...]:
    """Every name that some view of a page looks for: the fields of all forms, and what stands in the source."""
    found = {
        name
        for form in _all_forms(PageForm)
        for name in dir(form)
        if hasattr(getattr(form, name), "field_class")
    }
    for file in Path("blueprints").rglob("*.py"):
        found |= set(LOOKED_FOR.findall(file.read_text(encoding="utf-8")))
    return tuple(sorted(found))


def _all_forms(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _all_forms(one)


def unsafe_pages(app: Flask) -> list[Door]:
    """Every route of the pages that takes a form."""
    return [door for door in doors(app) if door.method not in SAFE and not door.is_api]


def blind(names: set[str]) -> Fields:
    """For a view whose form stands on no page of these: what it asked for, with plausible values."""
    return [(name, FORM.get(name, "1")) for name in sorted(names)]
