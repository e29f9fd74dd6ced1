"""Every page that a role can reach by tapping, on the living demo: whole, legible, touchable, without a complaint."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, StorageState, expect
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from blueprints.access import access_of
from domain.bookings import BookingStatus
from domain.people import Role
from domain.studio.shows import Allotment
from models import Booking, BoothSlot, Person, Series, Show, WaitlistEntry, db
from services.seed.people import ACCOUNTS
from tests.support.browser import OpenPage
from tests.support.demo import demo_running
from tests.support.entering import enter
from tests.support.live import Live
from tests.support.measure import (
    axe_faults,
    skeleton_faults,
    small_targets,
    small_text,
    too_wide,
    ways_only_for_scripts,
)
from tests.support.report_files import ready_file

pytestmark = pytest.mark.browser

HOME = "/"
EACH = 2
"""How many addresses of one route are looked at closely: two spaces, two shows, two days; in passing it is one."""
VISITOR = "visitor"
WHO = [VISITOR, *(role.value for role in Role)]
SCREENS = {"phone": (390, 844), "tablet_portrait": (810, 1080), "tablet": (1280, 800)}
ZOOMED = (278, 603)
"""A phone's screen at 1.4 times the size."""
TARGET, ELDER_TARGET, ELDER_TEXT = 48, 60, 22
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


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """One demo for all tests: they look and change nothing but the letter size of their browser."""
    with demo_running() as live:
        yield live


@dataclass
class Walk:
    """What one person finds by following links, the first addresses of each route."""

    app: Flask
    who: str
    queue: list[str]
    found: dict[str, list[str]] = field(default_factory=dict)

    def next_address(self) -> str | None:
        """An address that tells something new, if there is one left."""
        while self.queue:
            address = self.queue.pop(0)
            endpoint = self.endpoint(address)
            if endpoint in NOT_PAGES:
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


@pytest.fixture(params=WHO)
def who(request: pytest.FixtureRequest) -> str:
    """Everybody in turn."""
    return str(request.param)


@pytest.fixture
def cookies(who: str, open_page: OpenPage) -> StorageState | None:
    """The cookies of that person's log-in."""
    if who == VISITOR:
        return None
    page = open_page("phone")
    enter(page, next(account.phone for account in ACCOUNTS if account.role == who))
    return page.context.storage_state()


def test_every_page_can_be_read_touched_and_used(
    who: str, live: Live, open_page: OpenPage, cookies: StorageState | None
) -> None:
    device = "tablet" if who in (Role.STAFF, Role.ADMIN) else "phone"
    page, walk = open_page(device, storage_state=cookies), Walk(live.app, who, starts(live.app, who))
    faults: list[str] = []

    while (address := walk.next_address()) is not None:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        walk.add_links(page)
        faults += told(page, skeleton_faults(page) + too_wide(page))
        if who == who_looks(live.app, walk.endpoint(address)):
            faults += told(page, ways_only_for_scripts(page) + axe_faults(page))
            faults += faults_on_every_screen(page, device)

    mine = [found[0] for route, found in walk.found.items() if who == who_looks(live.app, route)]
    faults += look_again(mine, open_page("no_js", storage_state=cookies), without_scripts)
    faults += look_again(mine, in_elder_mode(open_page("phone", storage_state=cookies)), in_large_letters)
    dark = open_page(device, storage_state=cookies, color_scheme="dark")
    faults += look_again(mine[::3], dark, in_the_dark)
    assert not faults, "\n".join(["", *faults])
    routes = {rule.endpoint for rule in live.app.url_map.iter_rules() if is_page(rule)}
    missed = {route for route in routes if may_open(live.app, route, who)} - set(walk.found)
    assert missed <= {route for route, roles in NOT_FOR.items() if who in roles}


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


def in_elder_mode(page: Page) -> Page:
    """The same browser with the large letters switched on."""
    page.goto(HOME)
    page.get_by_role("button", name="大字版").tap()
    expect(page.get_by_role("button", name="标准版")).to_be_visible()
    return page


def told(page: Page, faults: list[str], how: str = "") -> list[str]:
    """The faults with the page that they are on."""
    parts = urlsplit(page.url)
    return [f"{parts.path}?{parts.query} {how}: {fault}" for fault in faults]


def look_again(addresses: list[str], page: Page, check: Callable[[Page], list[str]]) -> list[str]:
    """Open these pages once more in another way."""
    faults: list[str] = []
    for address in addresses:
        page.goto(address)
        faults += told(page, check(page), check.__name__)
    return faults


def faults_on_every_screen(page: Page, device: str) -> list[str]:
    """Nothing is too wide or too small to hit; ends on the screen of the device."""
    faults: list[str] = []
    for name in sorted(SCREENS, key=lambda name: name == device):
        width, height = SCREENS[name]
        page.set_viewport_size({"width": width, "height": height})
        faults += told(page, too_wide(page) + small_targets(page, TARGET), name)
    return faults


def without_scripts(page: Page) -> list[str]:
    """The same page from HTML alone."""
    return skeleton_faults(page) + too_wide(page)


def in_large_letters(page: Page) -> list[str]:
    """The tested contract of the elder mode, and once more at 1.4 times the size."""
    faults = (
        axe_faults(page) + small_targets(page, ELDER_TARGET) + small_text(page, ELDER_TEXT) + too_wide(page)
    )
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    faults += [f"zoomed: {fault}" for fault in too_wide(page)]
    page.set_viewport_size({"width": SCREENS["phone"][0], "height": SCREENS["phone"][1]})
    return faults


def in_the_dark(page: Page) -> list[str]:
    """With the colours of the night."""
    return axe_faults(page)


@pytest.mark.parametrize(
    ("body", "measure", "found"),
    [
        ("<h1>一</h1><h1>二</h1>", skeleton_faults, "2 h1"),
        ("<form method=post action=/x></form>", ways_only_for_scripts, "no token"),
        ("<button type=button hx-post=/x>做</button>", ways_only_for_scripts, "only for htmx"),
        ("<a href=/x>小</a>", lambda page: small_targets(page, TARGET), "A. 小"),
        ("<p>小字</p>", lambda page: small_text(page, ELDER_TEXT), "16 px"),
        ("<pre>" + "长" * 99 + "</pre>", too_wide, "wider"),
    ],
    ids=["skeleton", "token", "scripts only", "target", "text", "width"],
)
def test_what_is_measured_can_be_found_wrong(
    phone: Page, body: str, measure: Callable[[Page], list[str]], found: str
) -> None:
    meta = '<meta name="viewport" content="width=device-width">'
    phone.set_content(f"<!doctype html><title>页</title>{meta}<main>{body}</main>")

    assert any(found in fault for fault in measure(phone)), measure(phone)
