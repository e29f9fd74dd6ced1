"""A house as it stands today, and years of history behind it: rows that no live page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Actor, Role
from domain.sales.attribution import RULE_VERSION, Tier
from domain.studio.booths import OnAir
from domain.studio.running import ItemKind
from domain.studio.shows import Layout, ShowStatus
from domain.telling import ChannelKind, DeliveryState, ReminderKind
from domain.waitlist import EntryStatus
from models import (
    AuditEvent,
    Base,
    Booking,
    BoothSlot,
    Delivery,
    Notice,
    OutboxMessage,
    RefusedDemand,
    ReminderSent,
    RundownItem,
    RundownItemBooth,
    Sale,
    Show,
    ShowAttribution,
    WaitlistEntry,
    db,
)
from services import login, queueing, records
from services.sales import totals
from services.seed import bulk
from services.unit_of_work import in_transaction
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.sale_builders import create_import, sale_row
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

YESTERDAY = 40
"""So many days ago history begins: before anything that a live page looks back to."""
A_DAY = 12
"""Bookings and order lines of a day; one show, one place in line and one refusal beside them."""
DAY = timedelta(days=1)
NUMBERED = ("booking", "show", "outbox_message", "rundown_item")
GROWING = frozenset(
    {
        "audit_event", "booking", "booth_slot", "delivery", "idempotency_key", "login_session", "notice", "occupancy",
        "outbox_message", "penalty_point", "refused_demand", "rundown_item", "rundown_item_booth",
        "sale", "sales_total", "show", "show_attribution", "waitlist_entry",
    }
)  # fmt: skip
"""Tables with a row more for whatever happens; of reminders only a day is kept, and that is read whole each hour."""


@dataclass
class LongHouse:
    """Who and what is there today: the code of a room, its id with those of a pool and the studio, products and shops.

    `full_id` is the resident's booking that the neighbour waits for, `token` a session of the resident's, `days` how
    long the history is.
    """

    staff: Actor
    resident: Actor
    neighbour: Actor
    owner: Actor
    room: str
    spaces: tuple[int, int, int]
    products: list[tuple[int, int]]
    show_id: int
    full_id: int
    token: str
    others: list[int]
    of_import: int
    days: int = YESTERDAY


@dataclass
class Rows:
    """What is written of each table, and the next free numbers."""

    free: dict[str, int]
    of: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Base], **values: Any) -> None:
        """One row more."""
        self.of.setdefault(table, []).append(values)

    def number(self, table: str) -> int:
        """A number that nobody has."""
        self.free[table] += 1
        return self.free[table] - 1


def found() -> LongHouse:
    """Three spaces, two shops, a show last week and one to come, and something of whatever waits today."""
    room, pool, studio = create_space(), create_pool(places=12), create_studio(advance_days=60)
    staff, resident, neighbour = create_actor(Role.STAFF), create_actor(), create_actor()
    merchant, owner = create_merchant()
    products = create_product(merchant), create_product(create_merchant()[0])
    shown = create_show(studio, at(19.5, day=MONDAY - 6 * DAY), wrapped_up_at=NOW)
    create_booth(shown, 1, products[0], owner, status=BookingStatus.COMPLETED)
    create_booth(create_show(studio), 1, products[0], owner, status=BookingStatus.CONFIRMED)
    create_booking(room, between(10, 11), booker_id=resident.id)
    create_booking(room, between(14, 15, days=1), status=BookingStatus.PENDING)
    create_booking(pool, between(10, 11), booker_id=neighbour.id)
    full = create_booking(room, between(16, 17, days=2), booker_id=resident.id)
    queueing.join(neighbour, room.code, full.interval, purpose="合唱", party_size=1, now=NOW)
    session = login.open_session(resident.id, lifetime=90 * DAY, now=NOW)
    told = {"space": room.name, "space_en": room.name_en}
    in_transaction(lambda: records.tell(db.session(), resident.id, "booking_expired", NOW, **told))
    others = [create_person().id for _ in range(20)]
    of_import = create_import().id
    return LongHouse(
        staff, resident, neighbour, owner, room.code, (room.id, pool.id, studio.id),
        [(product.id, product.merchant_id) for product in products], shown.id, full.id, session.token, others,
        of_import,
    )  # fmt: skip


def age(house: LongHouse, days: int) -> None:
    """Let so many days more lie behind, with all that each has left.

    PostgreSQL learns of it, as by its own vacuuming; nobody tells SQLite, which then goes by its indexes alone.
    """
    in_transaction(lambda: _age(db.session(), house, range(house.days, house.days + days)))
    house.days += days
    if db.engine.dialect.name == "postgresql":
        in_transaction(lambda: db.session.execute(text("ANALYZE")))


def _age(session: Session, house: LongHouse, days: range) -> None:
    rows = Rows({table: bulk.next_id(session, table) for table in NUMBERED})
    for ago in days:
        evening = at(19.5, day=MONDAY - ago * DAY)
        for turn in range(A_DAY):
            _booking(house, rows, evening - turn * timedelta(hours=1), ago * A_DAY + turn)
        _refusal(house, rows, evening, ago)
        _show(house, rows, evening, house.products[ago % 2])
    for table, written in rows.of.items():
        session.execute(insert(table), written)
    bulk.continue_numbers(session, NUMBERED)
    totals.rebuild(session)


def _booking(house: LongHouse, rows: Rows, starts_at: datetime, number: int) -> None:
    in_pool, person = number % 2, house.others[number % len(house.others)]
    booking, message = rows.number("booking"), rows.number("outbox_message")
    rows.add(
        Booking, id=booking, space_id=house.spaces[in_pool], place=None if in_pool else 1, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1), status=list(BookingStatus)[-(number % 5 + 1)], decision_reason="满了",
        purpose="合唱" if number < 600 * A_DAY else "", party_size=1, booker_id=person, created_by_id=person,
        created_at=starts_at - DAY,
    )  # fmt: skip
    rows.add(
        AuditEvent, at=starts_at - DAY, actor_id=person, action="booking.requested", object_type="booking",
        object_id=booking, detail={},
    )  # fmt: skip
    rows.add(
        OutboxMessage, id=message, recipient_id=person, kind="booking_confirmed", params={}, created_at=starts_at,
        next_try_at=starts_at, sent_at=starts_at, attempts=1,
    )  # fmt: skip
    rows.add(
        Notice, outbox_id=message, person_id=person, kind="booking_confirmed", params={}, created_at=starts_at,
        read_at=starts_at,
    )  # fmt: skip
    rows.add(
        Delivery, outbox_id=message, channel=ChannelKind.SMS, target=0, state=DeliveryState.SENT, next_try_at=starts_at,
        sent_at=starts_at, attempts=1, created_at=starts_at,
    )  # fmt: skip
    rows.add(ReminderSent, booking_id=booking, kind=ReminderKind.HOUR, starts_at=starts_at)


def _refusal(house: LongHouse, rows: Rows, moment: datetime, ago: int) -> None:
    person = house.others[ago % len(house.others)]
    times = {"starts_at": moment, "ends_at": moment + timedelta(hours=1)}
    rows.add(
        RefusedDemand,
        person_id=person,
        space_id=house.spaces[0],
        code="slot_taken",
        asked_at=moment - DAY,
        **times,
    )
    rows.add(
        WaitlistEntry, space_id=house.spaces[0], status=EntryStatus.LAPSED, person_id=person, created_by_id=person,
        party_size=1, created_at=moment - DAY, **times,
    )  # fmt: skip


def _show(house: LongHouse, rows: Rows, starts_at: datetime, product: tuple[int, int]) -> None:
    product_id, merchant_id = product
    show, booking, item = (rows.number(table) for table in ("show", "booking", "rundown_item"))
    ends_at, quarter = starts_at + timedelta(minutes=150), timedelta(minutes=15)
    rows.add(
        Show, id=show, space_id=house.spaces[2], title="旧场", layout=Layout.RUNDOWN, status=ShowStatus.OPEN,
        starts_at=starts_at, ends_at=ends_at, booths=10, slots=1, slot_minutes=15, wrapped_up_at=ends_at,
        created_by_id=house.staff.id, created_at=starts_at - DAY,
    )  # fmt: skip
    rows.add(ShowAttribution, show_id=show, rule_version=RULE_VERSION, basis="0" * 64, attributed_at=ends_at)
    rows.add(
        Booking, id=booking, space_id=house.spaces[2], place=1, starts_at=starts_at, ends_at=starts_at + quarter,
        status=BookingStatus.COMPLETED, decision_reason="", purpose="", party_size=1, booker_id=house.owner.id,
        created_by_id=house.owner.id, created_at=starts_at - DAY,
    )  # fmt: skip
    rows.add(BoothSlot, booking_id=booking, show_id=show, merchant_id=merchant_id, product_id=product_id)
    rows.add(
        RundownItem, id=item, show_id=show, position=1, kind=ItemKind.BOOTHS, planned_starts_at=starts_at,
        planned_seconds=900, state=OnAir.DONE, started_at=starts_at, ended_at=starts_at + quarter,
    )  # fmt: skip
    rows.add(RundownItemBooth, item_id=item, booking_id=booking)
    for minute in range(A_DAY):
        ordered_at = starts_at + timedelta(minutes=minute)
        rows.add(
            Sale,
            **sale_row(
                house.of_import, ordered_at=ordered_at, ordered_on=local_day(ordered_at), product_id=product_id,
                tier=Tier.IN_WINDOW, show_id=show, booth_booking_id=booking, rule_version=RULE_VERSION,
            ),
        )  # fmt: skip
