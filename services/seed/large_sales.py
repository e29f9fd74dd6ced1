"""A hundred and fifty past shows and a million order lines that they brought, one import for each show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.interval import at_local, local_day
from domain.people import Role
from domain.sales.attribution import RULE_VERSION, Tier
from domain.sales.lines import Platform
from domain.spaces import SpaceKind
from domain.studio.booths import OnAir
from domain.studio.running import ItemKind
from domain.studio.shows import Layout, ShowPlan, ShowStatus
from models import (
    AuditEvent,
    Booking,
    BoothSlot,
    Person,
    RundownItem,
    RundownItemBooth,
    SalesImport,
    Show,
    Space,
)
from models.sales_imports import ImportStatus
from services.seed import bulk

WEEKS, FIRST_WEEK_BACK, BOOTHS = 150, 14, 10
EVENING = 19 * 60 + 30
SALE = (
    "id", "platform", "line_key", "order_no", "level", "title", "quantity", "platform_product_id", "amount_fen",
    "told_paid", "told_refunded_fen", "told_basis", "paid", "refunded_fen", "refund_basis", "status", "status_text",
    "after_sale_text", "ordered_at", "ordered_on", "ordered_precision", "paid_at", "traffic_form", "live_evidence",
    "product_id", "tier", "show_id", "booth_booking_id", "rule_version", "evidence", "first_import_id",
    "last_import_id", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with its shop and the shop's keeper; price in fen, `code` its id on 抖店."""

    product_id: int
    merchant_id: int
    keeper_id: int
    name: str
    price_fen: int
    code: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A booth of a show that is over: which booking, what it sold, and when it was on air."""

    show_id: int
    booking_id: int
    goods: Goods
    starts_at: datetime
    show_ends_at: datetime


def write_shows(session: Session, goods: Sequence[Goods], now: datetime) -> list[Slot]:
    """One full rundown a week, on air as planned."""
    studio = session.scalars(select(Space).where(Space.kind == SpaceKind.STUDIO).order_by(Space.id)).first()
    staff_id = session.scalar(select(Person.id).where(Person.role == Role.STAFF).order_by(Person.id).limit(1))
    if studio is None or staff_id is None:
        raise ValueError("the demo, which this builds upon, has a studio and staff")
    slots: list[Slot] = []
    show_id, booking_id = bulk.next_id(session, "show"), bulk.next_id(session, "booking")
    for week in range(WEEKS):
        day = local_day(now) - timedelta(days=FIRST_WEEK_BACK + 7 * week)
        plan = ShowPlan(Layout.RUNDOWN, at_local(day, EVENING), BOOTHS, 1, 15)
        session.execute(insert(Show), [_show(show_id + week, plan, studio.id, staff_id)])
        for time in plan.booth_times():
            chosen = goods[len(slots) * 7 % len(goods)]
            slots.append(
                Slot(
                    show_id + week,
                    booking_id + len(slots),
                    chosen,
                    time.interval.starts_at,
                    plan.interval.ends_at,
                )
            )
    _write_booths(session, slots, studio.id)
    return slots


def _show(show_id: int, plan: ShowPlan, space_id: int, staff_id: int) -> dict[str, object]:
    return {
        "id": show_id,
        "space_id": space_id,
        "title": f"第 {show_id} 场",
        "layout": plan.layout,
        "status": ShowStatus.OPEN,
        "starts_at": plan.interval.starts_at,
        "ends_at": plan.interval.ends_at,
        "booths": plan.booths,
        "slots": plan.slots,
        "slot_minutes": plan.slot_minutes,
        "created_by_id": staff_id,
        "created_at": plan.starts_at - timedelta(days=9),
    }


def _write_booths(session: Session, slots: Sequence[Slot], space_id: int) -> None:
    length = timedelta(minutes=15)
    bookings, booths, audits = [], [], []
    for number, slot in enumerate(slots):
        asked_at = slot.starts_at - timedelta(days=5)
        bookings.append(
            {
                "id": slot.booking_id,
                "space_id": space_id,
                "place": number % BOOTHS + 1,
                "starts_at": slot.starts_at,
                "ends_at": slot.starts_at + length,
                "status": BookingStatus.COMPLETED,
                "party_size": 1,
                "booker_id": slot.goods.keeper_id,
                "created_by_id": slot.goods.keeper_id,
                "created_at": asked_at,
            }
        )
        booths.append(
            {
                "booking_id": slot.booking_id,
                "show_id": slot.show_id,
                "merchant_id": slot.goods.merchant_id,
                "product_id": slot.goods.product_id,
            }
        )
        audits.append(_audit(slot, asked_at))
    session.execute(insert(Booking), bookings)
    session.execute(insert(BoothSlot), booths)
    _air(session, slots, length)
    session.execute(insert(AuditEvent), audits)


def _air(session: Session, slots: Sequence[Slot], length: timedelta) -> None:
    """Every booth was on air just when it was planned."""
    first = bulk.next_id(session, "rundown_item")
    items = [
        {
            "id": first + number,
            "show_id": slot.show_id,
            "position": number % BOOTHS + 1,
            "kind": ItemKind.BOOTHS,
            "planned_starts_at": slot.starts_at,
            "planned_seconds": int(length.total_seconds()),
            "state": OnAir.DONE,
            "started_at": slot.starts_at,
            "ended_at": slot.starts_at + length,
        }
        for number, slot in enumerate(slots)
    ]
    session.execute(insert(RundownItem), items)
    session.execute(
        insert(RundownItemBooth),
        [{"item_id": first + number, "booking_id": slot.booking_id} for number, slot in enumerate(slots)],
    )


def _audit(slot: Slot, asked_at: datetime) -> dict[str, object]:
    return {
        "at": asked_at,
        "actor_id": slot.goods.keeper_id,
        "action": "booking.requested",
        "object_type": "booking",
        "object_id": slot.booking_id,
        "detail": {},
    }


def write_sales(
    session: Session, dice: Random, slots: Sequence[Slot], number: int, of_the_last: int | None = None
) -> None:
    """Write so many order lines, spread evenly over the shows; the last show gets `of_the_last` where that is said."""
    shows = [slots[first : first + BOOTHS] for first in range(0, len(slots), BOOTHS)]
    sale_id, import_id, written = bulk.next_id(session, "sale"), bulk.next_id(session, "sales_import"), 0
    for index, booths in enumerate(shows):
        count = _lines_of(index, len(shows), number - written, of_the_last)
        session.execute(insert(SalesImport), [_import(session, import_id + index, booths[0], count)])
        rows = _sales(
            session, dice, booths, range(sale_id + written, sale_id + written + count), import_id + index
        )
        written += bulk.write(session, "sale", SALE, rows)


def _lines_of(index: int, shows: int, left: int, of_the_last: int | None) -> int:
    """Lines of a show out of those that are left; the first in the row is the last that was held."""
    if index == 0 and of_the_last is not None:
        return min(of_the_last, left)
    return left // (shows - index)


def _import(session: Session, import_id: int, slot: Slot, count: int) -> dict[str, object]:
    at = slot.show_ends_at + timedelta(days=3)
    staff_id = session.scalar(select(Show.created_by_id).where(Show.id == slot.show_id))
    return {
        "id": import_id,
        "status": ImportStatus.APPLIED,
        "platform": Platform.DOUDIAN,
        "file_name": f"{slot.show_id}.csv",
        "file_sha256": f"{import_id:064x}",
        "encoding": "gb18030",
        "show_id": slot.show_id,
        "created_by_id": staff_id,
        "created_at": at,
        "applied_at": at,
        "read_count": count,
        "inserted": count,
        "unknown_products": [],
    }


def _sales(
    session: Session, dice: Random, booths: Sequence[Slot], ids: range, import_id: int
) -> Iterator[bulk.Row]:
    updated_at = bulk.moment(session, booths[0].show_ends_at + timedelta(days=3))
    for sale_id in ids:
        slot = dice.choice(booths)
        tier, ordered = _when(dice, slot)
        found = tier is not Tier.NONE
        paid = dice.random() < 0.94
        quantity = dice.randint(1, 3)
        amount = slot.goods.price_fen * quantity
        refunded = amount if paid and dice.random() < 0.06 else 0
        basis = "full" if refunded else "none"
        ordered_at = bulk.moment(session, ordered)
        yield (
            sale_id, "doudian", f"7{sale_id:018d}", f"6{sale_id:018d}", "line", slot.goods.name, quantity,
            slot.goods.code, amount, paid, refunded, basis, paid, refunded, basis, "completed" if paid else "closed",
            "已完成" if paid else "已关闭", "已全额退款" if refunded else None, ordered_at,
            bulk.day(session, local_day(ordered)), "second", ordered_at if paid else None, "直播", True,
            slot.goods.product_id, tier.value, slot.show_id if found else None,
            slot.booking_id if found else None, RULE_VERSION, _evidence(slot, tier, ordered), import_id, import_id,
            updated_at,
        )  # fmt: skip


def _when(dice: Random, slot: Slot) -> tuple[Tier, datetime]:
    """A tier, and a moment that the rule of attribution gives this tier."""
    roll, seconds = dice.random(), dice.randrange(900)
    if roll < 0.5:
        return Tier.IN_WINDOW, slot.starts_at + timedelta(seconds=seconds)
    if roll < 0.65:
        return Tier.TAIL, slot.starts_at + timedelta(minutes=15, seconds=seconds)
    if roll < 0.8:
        return Tier.SAME_SHOW, slot.show_ends_at + timedelta(minutes=15, seconds=seconds)
    return Tier.NONE, slot.show_ends_at + timedelta(days=2, seconds=seconds)


def _evidence(slot: Slot, tier: Tier, ordered: datetime) -> str:
    facts: dict[str, object] = {
        "product_id": slot.goods.product_id,
        "ordered_at": ordered.isoformat(),
        "precision": "second",
        "live_evidence": True,
    }
    if tier is Tier.NONE:
        return json.dumps(facts | {"reason": "outside_windows"})
    after = int((ordered - slot.starts_at).total_seconds())
    return json.dumps(facts | {"seconds_after_on_air_start": after, "widened_seconds": 0})
