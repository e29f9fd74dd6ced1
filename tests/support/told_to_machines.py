"""Files and answers to programs, of which none may be taken for a page."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from playwright.sync_api import APIResponse
from werkzeug.test import TestResponse

from blueprints.clock import now
from domain.people import Role
from services.login import create_token
from services.seed.people import ACCOUNTS
from tests.support.drilling import Drill
from tests.support.payloads import ALL
from tests.support.world import doors

INLINE = (
    "image/jpeg",
    "image/png",
    "text/calendar",
    "application/json",
    "application/manifest+json",
    "text/javascript",
)
"""What may be shown where it is not carried away: none of them is a page."""
PAGES = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "image/svg+xml")
TYPED_BY_PROGRAMS = (
    "name",
    "purpose",
    "reason",
    "title",
    "text",
    "version",
    "starts_at",
    "rule",
    "note",
    "q",
)


def answers_to_programs(app: Flask, drill: Drill) -> Iterator[TestResponse]:
    """What the API says to a program of staff's that asks for everything, and in full size sends payloads as well."""
    with app.app_context():
        phone = next(account.phone for account in ACCOUNTS if account.role is Role.ADMIN)
        token = create_token(phone, label="", now=now())
    ids = {"code": "tea-room", "month": now().date().replace(day=1)}
    sent = {"headers": {"Authorization": f"Bearer {token}"}}
    for door in doors(app):
        if door.is_api and (drill.full or door.method == "GET"):
            body = {} if door.method == "GET" else {"json": dict.fromkeys(TYPED_BY_PROGRAMS, ALL)}
            yield app.test_client().open(door.address(app, ids), method=door.method, **sent, **body)


def is_for_programs(answer: TestResponse) -> bool:
    """Whether no browser takes it for a page, and nothing broke."""
    return (
        answer.status_code < 500
        and answer.mimetype not in PAGES
        and answer.headers["X-Content-Type-Options"] == "nosniff"
    )


def is_page(answer: APIResponse) -> bool:
    """Whether a browser takes an answer for one."""
    return answer.headers.get("content-type", "text/html").startswith(PAGES)


def file_faults(answer: APIResponse) -> list[str]:
    """What would let a browser take a file for a page."""
    kind, said = answer.headers.get("content-type", ""), answer.headers.get("content-disposition", "")
    faults = []
    if answer.headers.get("x-content-type-options") != "nosniff":
        faults.append(f"{answer.url}: its kind may be guessed")
    if not said.startswith("attachment") and not kind.startswith(INLINE):
        faults.append(f"{answer.url}: {kind} is shown in the browser")
    return faults
