"""What a show sold: booth by booth, and minute by minute against who was on air."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from domain.errors import Forbidden, Missing
from domain.interval import Interval
from domain.people import Actor
from domain.sales.attribution import SHOW_TAIL, Tier
from domain.sales.metrics import Totals
from domain.studio.booths import OnAir
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Product, RundownItem, RundownItemBooth, Sale, Show
from services.sales.figures import grouped, in_headline, overall
from services.sales.matching import SOLD_IN
from services.unit_of_work import query

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BoothReport:
    """One booth: whose product, when it was on air, what it sold (A + B + C), and how many orders each tier has."""

    slot: BoothSlot
    place: int
    aired: tuple[Interval, ...]
    totals: Totals
    long_tail: Totals
    orders_by_tier: dict[Tier, int]

    @property
    def gpm_fen(self) -> int | None:
        """GMV per thousand views; None where nobody typed the views in."""
        return self.totals.gpm_fen(self.slot.views)


@dataclass(frozen=True, slots=True)
class ShowReport:
    """A show's sales; `minutes` counts the orders of each minute of `window` by booth, beginning with its first.

    A shop sees its own booths' figures alone; of the others it sees in `others` that they were on air.
    """

    show: Show
    window: Interval
    totals: Totals
    long_tail: Totals
    booths: tuple[BoothReport, ...]
    others: tuple[tuple[int, tuple[Interval, ...]], ...]
    minutes: tuple[dict[int, int], ...]


@query
def show_report(session: Session, actor: Actor, show_id: int, *, now: datetime) -> ShowReport:
    """The report of a show that has begun; raises Forbidden, and Missing for a shop that was not in it."""
    if not (actor.is_staff or actor.is_merchant):
        raise Forbidden
    show = session.get(Show, show_id)
    if show is None or show.status is ShowStatus.CANCELLED or show.starts_at > now:
        raise Missing
    slots = _slots(session, show_id)
    mine = [slot for slot in slots if actor.is_staff or slot.merchant_id in actor.merchant_ids]
    if not mine and not actor.is_staff:
        raise Missing
    aired = _aired(session, show_id)
    merchant_ids = None if actor.is_staff else actor.merchant_ids
    of_show = [Sale.show_id == show_id]
    window = _window(show, aired, now)
    return ShowReport(
        show=show,
        window=window,
        totals=overall(session, [*of_show, in_headline()], merchant_ids, now),
        long_tail=overall(session, [*of_show, Sale.tier == Tier.LONG_TAIL], merchant_ids, now),
        booths=_booths(session, mine, aired, of_show, now),
        others=tuple(
            (slot.booking.place or 0, _times(slot, aired, show)) for slot in slots if slot not in mine
        ),
        minutes=_minutes(session, window, [slot.booking_id for slot in mine], of_show),
    )


def _slots(session: Session, show_id: int) -> Sequence[BoothSlot]:
    return session.scalars(
        select(BoothSlot)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .options(
            joinedload(BoothSlot.booking),
            joinedload(BoothSlot.product).joinedload(Product.merchant),
            joinedload(BoothSlot.show),
        )
        .where(BoothSlot.show_id == show_id, Booking.status.in_(SOLD_IN))
        .order_by(Booking.starts_at, Booking.place)
    ).all()


def _aired(session: Session, show_id: int) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """The actual times on air of every booth, by booking, in order."""
    rows = session.execute(
        select(RundownItemBooth.booking_id, RundownItem.started_at, RundownItem.ended_at)
        .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .where(
            RundownItem.show_id == show_id,
            RundownItem.started_at.is_not(None),
            RundownItem.state != OnAir.SKIPPED,
        )
        .order_by(RundownItem.started_at)
    )
    times: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for row in rows:
        times[row.booking_id].append((row.started_at, row.ended_at))
    return times


def _window(show: Show, aired: dict[int, list[tuple[datetime, datetime | None]]], now: datetime) -> Interval:
    """From the show's first minute to half an hour after its last: what tiers A, B and C can hold."""
    times = [time for spans in aired.values() for time in spans]
    begin = min([show.starts_at, *(started for started, _ in times)])
    end = max([show.ends_at, *(ended for _, ended in times if ended is not None)])
    begin = begin.replace(second=0, microsecond=0)
    return Interval(begin, max(begin + MINUTE, min(end + SHOW_TAIL, now)))


def _times(
    slot: BoothSlot, aired: dict[int, list[tuple[datetime, datetime | None]]], show: Show
) -> tuple[Interval, ...]:
    """When a booth was on air: as recorded, else as planned, as attribution takes it."""
    if slot.booking_id not in aired:
        return (slot.booking.interval,)
    return tuple(
        Interval(started, ended or max(show.ends_at, started + MINUTE))
        for started, ended in aired[slot.booking_id]
        if ended is None or ended > started
    )


def _booths(
    session: Session,
    slots: Sequence[BoothSlot],
    aired: dict[int, list[tuple[datetime, datetime | None]]],
    of_show: list[ColumnElement[bool]],
    now: datetime,
) -> tuple[BoothReport, ...]:
    booth = Sale.booth_booking_id
    sums = grouped(session, booth, [*of_show, in_headline()], None, now)
    tails = grouped(session, booth, [*of_show, Sale.tier == Tier.LONG_TAIL], None, now)
    tiers = _orders_by_tier(session, of_show)
    return tuple(
        BoothReport(
            slot=slot,
            place=slot.booking.place or 0,
            aired=_times(slot, aired, slot.show),
            totals=sums.get(slot.booking_id, Totals()),
            long_tail=tails.get(slot.booking_id, Totals()),
            orders_by_tier=tiers[slot.booking_id],
        )
        for slot in slots
    )


def _orders_by_tier(session: Session, of_show: list[ColumnElement[bool]]) -> dict[int, dict[Tier, int]]:
    order = type_coerce(Sale.platform, String) + Sale.order_no
    rows = session.execute(
        select(Sale.booth_booking_id, Sale.tier, func.count(order.distinct()).label("orders"))
        .where(*of_show, Sale.paid, Sale.booth_booking_id.is_not(None))
        .group_by(Sale.booth_booking_id, Sale.tier)
    )
    counted: dict[int, dict[Tier, int]] = defaultdict(dict)
    for row in rows:
        counted[row.booth_booking_id][row.tier] = row.orders
    return counted


def _minutes(
    session: Session, window: Interval, booking_ids: list[int], of_show: list[ColumnElement[bool]]
) -> tuple[dict[int, int], ...]:
    """How many orders each booth had in each minute; an order with two lines of a booth is one."""
    rows = session.execute(
        select(Sale.booth_booking_id, Sale.platform, Sale.order_no, Sale.ordered_at)
        .where(
            *of_show,
            Sale.paid,
            in_headline(),
            Sale.booth_booking_id.in_(booking_ids),
            Sale.ordered_at >= window.starts_at,
            Sale.ordered_at < window.ends_at,
        )
        .distinct()
    )
    counted: list[Counter[int]] = [Counter() for _ in range(_minute(window, window.ends_at) + 1)]
    for row in rows:
        counted[_minute(window, row.ordered_at)][row.booth_booking_id] += 1
    return tuple(dict[int, int](minute) for minute in counted)


def _minute(window: Interval, moment: Any) -> int:
    return int((moment - window.starts_at) // MINUTE)
