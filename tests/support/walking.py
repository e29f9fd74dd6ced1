"""Walks through the demo by following links, as everybody who may come."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from blueprints.access import access_of
from domain.bookings import BookingStatus
from domain.people import Role
from domain.studio.shows import Allotment
from models import Booking, BoothSlot, Person, Series, Show, WaitlistEntry, db
from services.seed.people import ACCOUNTS
from tests.support.report_files import ready_file

HOME = "/"
EACH = 2
"""How many addresses of one route are looked at closely: two spaces, two shows, two days; in passing it is one."""
VISITOR = "visitor"
WHO = [VISITOR, *(role.value for role in Role)]
CLOSELY = (Role.RESIDENT, Role.MERCHANT, Role.STAFF, VISITOR, Role.ADMIN)
"""Each page is looked at closely by the first of these who may open it; the others only pass by."""
NOT_PAGES = {
    "static", "health.healthz", "health.readyz", "health.htmx", "studio.picture",
    "desk.live_list", "spaces.seats", "door.booking_qr", "door.door_qr", "calendar_feeds.feed", "calendar_feeds.one",
    "shell.manifest", "shell.worker", "shell.who", "shell.offline",
    "merchants.scan", "sales.income_proof", "draws.list_file", "draws.download",
    "sales.statements_csv", "sales.statements_xlsx", "sales.statements_one_csv", "sales.statements_one_xlsx",
    "reports.bookings", "reports.bookings_workbook", "reports.table", "reports.workbook",
}  # fmt: skip
"""Answers to machines: files, probes, calendars, and the fragments that screens poll."""
NOT_FOR = {
    "accounts.log_in": set(Role),
    "accounts.sign_up": set(Role),
    "accounts.reset": set(Role),
    "merchants.invitation": {VISITOR, *Role},
    "telling.confirm": {VISITOR, *Role},
    "merchants.join_form": set(Role),
    "bookings.move": {Role.CAPTAIN, Role.MERCHANT, Role.STAFF, Role.ADMIN},
    "studio.other_booths": {Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT},
    "bookings.mine": {Role.STAFF, Role.ADMIN},
    "bookings.one": {Role.STAFF, Role.ADMIN},
    "bookings.slip": {Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT},
    "series.one": {Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT},
    "waiting.one": {Role.CAPTAIN, Role.MERCHANT, Role.STAFF, Role.ADMIN},
    "door.here": {VISITOR, Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT},
    "door.sign": {VISITOR, Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT},
}
"""Pages that send these roles on, or that they come to only with a booking of their own."""


@dataclass
class Walk:
    """What one person finds by following links, the first addresses of each route."""

    app: Flask
    who: str
    queue: list[str]
    found: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """An address of each route that answers to machines, which is left aside."""

    def next_address(self) -> str | None:
        """An address that tells something new, if there is one left."""
        while self.queue:
            address = self.queue.pop(0)
            endpoint = self.endpoint(address)
            if endpoint in NOT_PAGES:
                self.files.setdefault(endpoint, address)
                continue
            seen = self.found.setdefault(endpoint, [])
            most = EACH if self.who == who_looks(self.app, endpoint) else 1
            if address not in seen and len(seen) < most:
                seen.append(address)
                return address
        return None

    def add_links(self, page: Page) -> None:
        """Remember where this page leads."""
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        base = urlsplit(page.url)
        for parts in map(urlsplit, links):
            if parts.netloc == base.netloc:
                self.queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))

    def endpoint(self, address: str) -> str:
        """The route that answers an address; AssertionError for a link into nothing."""
        path = urlsplit(address).path
        try:
            return str(self.app.url_map.bind("").match(path, method="GET")[0])
        except HTTPException as error:
            raise AssertionError(f"a link leads to {address}: {error}") from error


def starts(app: Flask, who: str) -> list[str]:
    """Home, and what lies behind a choice of time or a booking of one's own."""
    with app.app_context():
        series = db.session.scalar(select(Series.id).limit(1))
        resident = select(Person.id).where(Person.phone == ACCOUNTS[0].phone).scalar_subquery()
        waiting = db.session.scalar(select(WaitlistEntry.id).where(WaitlistEntry.person_id == resident))
        twins = db.session.scalars(select(Person.id).where(Person.role == Role.RESIDENT).limit(2)).all()
        is_of_room = Booking.id.not_in(select(BoothSlot.booking_id))
        asked = select(Booking.id).where(Booking.status == BookingStatus.PENDING).limit(1)
        room, booth = db.session.scalar(asked.where(is_of_room)), db.session.scalar(asked.where(~is_of_room))
        show = select(Show.id).order_by(Show.starts_at)
        past, drawn, to_draw = (
            db.session.scalar(show.limit(1)),
            *db.session.scalars(show.where(Show.allotment == Allotment.DRAW)),
        )
        file = _file_of_bookings(who) if who in (Role.STAFF, Role.ADMIN) else None
    house = [
        "/reports",
        f"/reports/files/{file}",
        f"/series/{series}",
        f"/shows/{past}/record",
        f"/bookings/{room}",
        f"/bookings/{booth}/booth",
    ]
    own = {
        Role.STAFF: house,
        Role.ADMIN: [*house, f"/manage/people/{twins[0]}/merge/{twins[1]}"],
        Role.RESIDENT: [f"/waiting/{waiting}"],
        Role.MERCHANT: [f"/shows/{drawn}/wait", f"/shows/{to_draw}/apply"],
    }
    for_all = [HOME, f"/shows/{drawn}/draw", "/lock"]
    return for_all if who == VISITOR else [*for_all, "/spaces/tea-room/series", *own.get(Role(who), [])]


def _file_of_bookings(who: str) -> int:
    """One that this person asked for."""
    phone = next(account.phone for account in ACCOUNTS if account.role == who)
    return ready_file(db.session.scalars(select(Person).where(Person.phone == phone)).one().as_actor())


def is_page(rule: Rule) -> bool:
    """Whether a route shows a page to people."""
    api = rule.rule.startswith("/api/")
    return "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES and not api


def may_open(app: Flask, route: str, who: str) -> bool:
    """What the rule of the route says."""
    with app.app_context():
        access = access_of(route)
    assert access is not None, route
    return access.public or (who != VISITOR and Role(who) in access.roles)


def who_looks(app: Flask, route: str) -> str:
    """Whose device a page is judged on."""
    able = (who for who in CLOSELY if who not in NOT_FOR.get(route, set()) and may_open(app, route, who))
    return next(able)
