"""What a show sold: booth by booth, and minute by minute against who was on air."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, cast, extract, func, select
from sqlalchemy.orm import Session, joinedload

from domain.errors import Forbidden, Missing
from domain.interval import Interval, at_local, local_day
from domain.people import Actor
from domain.sales.attribution import SHOW_TAIL, Tier
from domain.sales.metrics import PROVISIONAL_FOR, Totals
from domain.studio.booths import OnAir
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Product, RundownItem, RundownItemBooth, Sale, SalesTotal, Show
from models.sales_books import Band, Scope
from services.sales import kept_sums
from services.sales.figures import fresh_net, in_headline, kept, overall
from services.sales.matching import SOLD_IN
from services.sales.summing import BANDS
from services.unit_of_work import query

MINUTE = timedelta(minutes=1)
SECONDS = 60


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
    window = _window(show, aired, now)
    sums = _Sums.of(session, show_id, None if actor.is_staff else actor.merchant_ids, now)
    return ShowReport(
        show=show,
        window=window,
        totals=sums.headline,
        long_tail=sums.long_tail,
        booths=tuple(_booth(slot, aired, sums) for slot in mine),
        others=tuple(
            (slot.booking.place or 0, _times(slot, aired, show)) for slot in slots if slot not in mine
        ),
        minutes=_minutes(session, window, show_id, [slot.booking_id for slot in mine]),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a show sold: as a whole, and by booth and band."""

    headline: Totals
    long_tail: Totals
    by_booth: dict[tuple[int, Band], Totals]

    @classmethod
    def of(cls, session: Session, show_id: int, merchant_ids: tuple[int, ...] | None, now: datetime) -> _Sums:
        """From the kept sums; only the lines of the last days are read, for what is provisional.

        Several shops may have lines of one order, so what they sold together is added up from the lines.
        """
        booths = _Days(session, Scope.SHOW_BOOTH, [SalesTotal.scope_id == show_id], now)
        fresh = _fresh(session, [Sale.booth_booking_id, Sale.tier], show_id, None, now)
        by_booth = {
            (part, band): booths.totals(part, band, _net(fresh, band, part)) for part, band in booths.known
        }
        if merchant_ids is not None and len(merchant_ids) != 1:
            of_show = [Sale.show_id == show_id]
            return cls(
                overall(session, [*of_show, in_headline()], merchant_ids, now),
                overall(session, [*of_show, Sale.tier == Tier.LONG_TAIL], merchant_ids, now),
                by_booth,
            )
        scope, part = Scope.SHOW, 0
        if merchant_ids is not None:
            scope, part = Scope.SHOW_MERCHANT, merchant_ids[0]
            fresh = _fresh(session, [Sale.tier], show_id, merchant_ids, now)
        whole = _Days(session, scope, [SalesTotal.scope_id == show_id, SalesTotal.part_id == part], now)
        headline, long_tail = (whole.totals(part, band, _net(fresh, band)) for band in (Band.STUDIO, Band.D))
        return cls(headline, long_tail, by_booth)


class _Days:
    """The kept sums of a show by part, band and day."""

    def __init__(
        self, session: Session, scope: Scope, chosen: list[ColumnElement[bool]], now: datetime
    ) -> None:
        self._last_settled = local_day(now - PROVISIONAL_FOR)
        self.known: dict[tuple[int, Band], list[tuple[date, Totals]]] = defaultdict(list)
        for of, sums in kept(session, scope, *chosen, by=SalesTotal.day).items():
            self.known[of.part_id, of.band].append((of.of, sums))

    def totals(self, part: int, band: Band, net_fen: int) -> Totals:
        """The sum of the days; provisional are those after the last settled one, and `net_fen` of that one."""
        days = self.known.get((part, band), [])
        whole = kept_sums.added([sums for _day, sums in days])
        provisional = sum(sums.net_fen for day, sums in days if day > self._last_settled)
        return replace(whole, provisional_fen=provisional + net_fen)


def _fresh(
    session: Session, keys: list[Any], show_id: int, merchant_ids: tuple[int, ...] | None, now: datetime
) -> Sequence[Row[Any]]:
    """What is provisional of the day on which it begins to be; of the days after it the kept sums know it."""
    midnight = at_local(local_day(now - PROVISIONAL_FOR), 1440)
    return fresh_net(session, keys, [Sale.show_id == show_id, Sale.ordered_at < midnight], merchant_ids, now)


def _net(fresh: Sequence[Row[Any]], band: Band, booth: int | None = None) -> int:
    return sum(
        int(row.net_fen)
        for row in fresh
        if (row.tier or Tier.NONE) in BANDS[band] and (booth is None or row.booth_booking_id == booth)
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


def _booth(
    slot: BoothSlot, aired: dict[int, list[tuple[datetime, datetime | None]]], sums: _Sums
) -> BoothReport:
    of_booth = {tier: sums.by_booth.get((slot.booking_id, Band(tier.value))) for tier in Tier}
    return BoothReport(
        slot=slot,
        place=slot.booking.place or 0,
        aired=_times(slot, aired, slot.show),
        totals=sums.by_booth.get((slot.booking_id, Band.STUDIO), Totals()),
        long_tail=of_booth[Tier.LONG_TAIL] or Totals(),
        orders_by_tier={tier: found.orders for tier, found in of_booth.items() if found is not None},
    )


def _minutes(
    session: Session, window: Interval, show_id: int, booking_ids: list[int]
) -> tuple[dict[int, int], ...]:
    """How many orders each booth had in each minute; an order with two lines of a booth is one."""
    lines = (
        select(Sale.booth_booking_id, Sale.platform, Sale.order_no, Sale.ordered_at)
        .where(
            Sale.show_id == show_id,
            Sale.paid,
            in_headline(),
            Sale.booth_booking_id.in_(booking_ids),
            Sale.ordered_at >= window.starts_at,
            Sale.ordered_at < window.ends_at,
        )
        .distinct()
        .subquery()
    )
    minute = (cast(extract("epoch", lines.c.ordered_at), BigInteger) // SECONDS).label("minute")
    booth = lines.c.booth_booking_id
    rows = session.execute(select(booth, minute, func.count().label("orders")).group_by(booth, minute))
    counted: list[dict[int, int]] = [{} for _ in range(_minute(window, window.ends_at) + 1)]
    first = int(window.starts_at.timestamp()) // SECONDS
    for row in rows:
        counted[row.minute - first][row.booth_booking_id] = row.orders
    return tuple(counted)


def _minute(window: Interval, moment: Any) -> int:
    return int((moment - window.starts_at) // MINUTE)
