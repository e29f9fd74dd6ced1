"""A morning at the desk: a room, requests of tomorrow, two of the staff with passwords, and what the database says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask
from playwright.sync_api import Locator, Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Role
from models import AuditEvent, Booking, db
from services import booking
from services.passwords import hash_password
from tests.support.browser import wait_until
from tests.support.builders import between, create_actor, create_person, create_space
from tests.support.visits import PASSWORD

if TYPE_CHECKING:
    from tests.support.watch import Watch

CHEN, WU = "13800000001", "13800000002"
LOST = (
    r"ERR_(INTERNET_DISCONNECTED|FAILED|CONNECTION|EMPTY_RESPONSE|ABORTED)"
    r"|htmx:(sendError|timeout|afterRequest|responseError)|answer 50[234]|status of 50[234]"
)
"""What Chromium and htmx write into the console when the network is away."""
DECIDED = ("booking.approved", "booking.declined")


@dataclass(frozen=True)
class DeskDay:
    """Requests of tomorrow, by the hour at which they start."""

    app: Flask
    ids: dict[int, int]

    def statuses(self) -> dict[int, BookingStatus]:
        """How each stands now."""
        with self._look() as session:
            found = session.execute(select(Booking.id, Booking.status)).all()
        by_id = {row[0]: row[1] for row in found}
        return {hour: by_id[made] for hour, made in self.ids.items()}

    def status(self, hour: int) -> BookingStatus:
        """How one stands now."""
        return self.statuses()[hour]

    def times_decided(self, hour: int) -> int:
        """How often the audit says that it was decided."""
        wanted = (
            select(func.count())
            .select_from(AuditEvent)
            .where(AuditEvent.object_id == self.ids[hour], AuditEvent.action.in_(DECIDED))
        )
        with self._look() as session:
            return session.scalar(wanted) or 0

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with self.app.app_context():
            yield db.session
            db.session.rollback()


def lay_desk_day(app: Flask, hours: tuple[int, ...] = (9, 11, 13)) -> DeskDay:
    """Lay out the room, its requests of one hour each, and 陈晓敏 and 吴小梅 of the staff."""
    tomorrow, moment = local_day(datetime.now(UTC)) + timedelta(days=1), datetime.now(UTC)
    with app.app_context():
        room, known = create_space("tea-room", name="楼院茶话室"), hash_password(PASSWORD)
        create_person(Role.STAFF, phone=CHEN, name="陈晓敏", password_hash=known)
        create_person(Role.STAFF, phone=WU, name="吴小梅", password_hash=known)
        ids = {}
        for hour in hours:
            time = between(hour, hour + 1, day=tomorrow)
            made = booking.request_booking(
                create_actor(), room.code, time, purpose="合唱排练", party_size=8, now=moment
            )
            ids[hour] = made.id
    return DeskDay(app, ids)


def open_case(page: Page, hour: int) -> None:
    """Tap one request of the queue; its card has the focus then."""
    page.locator("#queue").get_by_role("link", name=f"{hour:02d}:00–").click()
    page.locator("#request-title:focus", has_text=f"{hour:02d}:00–").wait_for()


def wait_until_ahead(page: Page, cards: int) -> None:
    """Wait until so many cards have been fetched ahead: requests are told apart by their address."""
    fetched = "performance.getEntriesByType('resource').filter(e => e.name.includes('ahead=1')).length"
    wait_until(page, f"{fetched} >= {cards}")


def lose_the_network(page: Page, watch: Watch) -> None:
    """Take the Wi-Fi away."""
    watch.allow(LOST)
    page.context.set_offline(True)


def approve(page: Page) -> None:
    """Tap the green button."""
    page.get_by_role("button", name="通过").click()


def unsent(page: Page) -> Locator:
    """The rows that wait."""
    return page.locator("#unsent .unsent-row")
