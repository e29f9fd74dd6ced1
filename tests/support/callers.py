"""Somebody who comes again and again with one cookie and one token, so that coming leaves no traces in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from models import Person
from services.login import create_token
from tests.support.builders import NOW
from tests.support.plausible_bodies import sent_to
from tests.support.visits import cookie_of
from tests.support.world import FORM, SAFE, Door


@dataclass(frozen=True)
class Caller:
    """What the pages and what the API know somebody by; nothing of it for somebody who is not signed in."""

    app: Flask
    at_pages: dict[str, str] = field(default_factory=dict)
    at_api: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Flask, person: Person | None) -> Caller:
        """Somebody, or nobody."""
        if person is None:
            return cls(app)
        token = create_token(str(person.phone), label="", now=NOW)
        return cls(app, {"Cookie": "=".join(cookie_of(app, person))}, {"Authorization": f"Bearer {token}"})

    def ask(self, door: Door, ids: dict[str, Any]) -> TestResponse:
        """One request as it would be sent for a thing of one's own."""
        more: dict[str, Any] = sent_to(self.app, door) if door.is_api else {}
        if not door.is_api and door.method not in SAFE:
            more = {"data": FORM}
        headers = self.at_api if door.is_api else self.at_pages
        client = self.app.test_client(use_cookies=False)
        return client.open(door.address(self.app, ids), method=door.method, headers=headers, **more)
