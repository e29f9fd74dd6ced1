"""A test client that behaves like a person: it reads pages, fills in their forms and sends them."""

import contextvars
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

IGNORED_INPUTS = ("submit", "button", "image", "reset", "file")


class PageClient(FlaskClient):
    """Each request runs in a context of its own.

    Flask lets a request share the application context that a test has open; no server does.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        return contextvars.Context().run(super().open, *args, **kwargs)

    def submit(self, page: TestResponse, action: str | None = None, /, **filled_in: Any) -> TestResponse:
        """Send the page's form whose action ends so (or the only one), with its hidden fields.

        `filled_in` replaces or adds fields. AssertionError when there is no such form or more than one.
        """
        forms = [form for form in read_forms(page.text) if action is None or form.action.endswith(action)]
        assert len(forms) == 1, f"{len(forms)} forms with the action {action!r} on {page.request.path}"
        form = forms[0]
        target = form.action or page.request.full_path
        fields = {**form.fields, **filled_in}
        if form.method == "get":
            return self.get(target, query_string=fields)
        return self.post(target, data=fields, headers={"Origin": page.request.host_url.rstrip("/")})


@dataclass
class Form:
    """A form as it stands on a page, with the values that a browser would send."""

    action: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)


def read_forms(html: str) -> list[Form]:
    """All forms of a page."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._read_control(tag, given, self._open)

    def _read_control(self, tag: str, given: dict[str, str | None], form: Form) -> None:
        name = given.get("name")
        if tag == "input" and name:
            kind = given.get("type") or "text"
            chosen = kind not in ("radio", "checkbox") or "checked" in given
            if chosen and kind not in IGNORED_INPUTS:
                form.fields[name] = given.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._open is not None:
            self._open.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
