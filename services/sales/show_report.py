"""What a show sold: booth by booth, and minute by minute against who was on air."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import Interval, at_local, local_day
from domain.people import Actor
from domain.sales.attribution import SHOW_TAIL, Tier
from domain.sales.metrics import PROVISIONAL_FOR, Totals
from domain.studio.shows import ShowStatus
from models import Sale, Show
from models.rows import core
from models.sales_books import Band, Scope
from services.sales import kept_sums
from services.sales import show_statements as asking
from services.sales.figures import in_headline, overall
from services.sales.summing import BANDS
from services.unit_of_work import query

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A booth as the report names it: whose product it showed, and how many watched."""

    booking_id: int
    merchant_id: int
    views: int | None
    place: int
    starts_at: datetime
    ends_at: datetime
    product: str
    merchant: str


@dataclass(frozen=True, slots=True)
class BoothReport:
    """One booth: whose product, when it was on air, what it sold (A + B + C), and how many orders each tier has."""

    slot: Slot
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
    show = session.scalar(asking.ONE_SHOW, {"show": show_id})
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
        booths=tuple(_booth(slot, aired, sums, show) for slot in mine),
        others=tuple((slot.place, _times(slot, aired, show)) for slot in slots if slot not in mine),
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
        scope, part = Scope.SHOW, 0
        if merchant_ids is not None:
            scope, part = Scope.SHOW_MERCHANT, merchant_ids[0]
        booths, whole = _Days(now), _Days(now)
        for of, part_id, band, day, *sums in core(session).execute(
            asking.KEPT_SUMS, {"show": show_id, "whole": scope, "part": part}
        ):
            days = booths if of is Scope.SHOW_BOOTH else whole
            days.known[part_id, band].append((day, Totals(*sums)))
        fresh = _fresh(session, show_id, None, now)
        by_booth = {
            (booth, band): booths.totals(booth, band, _net(fresh, band, booth))
            for booth, band in booths.known
        }
        if merchant_ids is not None and len(merchant_ids) != 1:
            of_show = [Sale.show_id == show_id]
            return cls(
                overall(session, [*of_show, in_headline()], merchant_ids, now),
                overall(session, [*of_show, Sale.tier == Tier.LONG_TAIL], merchant_ids, now),
                by_booth,
            )
        if merchant_ids is not None:
            fresh = _fresh(session, show_id, merchant_ids[0], now)
        headline, long_tail = (whole.totals(part, band, _net(fresh, band)) for band in (Band.STUDIO, Band.D))
        return cls(headline, long_tail, by_booth)


class _Days:
    """The kept sums of a show by part, band and day."""

    def __init__(self, now: datetime) -> None:
        self._last_settled = local_day(now - PROVISIONAL_FOR)
        self.known: dict[tuple[int, Band], list[tuple[date, Totals]]] = defaultdict(list)

    def totals(self, part: int, band: Band, net_fen: int) -> Totals:
        """The sum of the days; provisional are those after the last settled one, and `net_fen` of that one."""
        days = self.known.get((part, band), [])
        whole = kept_sums.added([sums for _day, sums in days])
        provisional = sum(sums.net_fen for day, sums in days if day > self._last_settled)
        return replace(whole, provisional_fen=provisional + net_fen)


def _fresh(session: Session, show_id: int, merchant_id: int | None, now: datetime) -> Sequence[Row[Any]]:
    """What is provisional of the day on which it begins to be; of the days after it the kept sums know it."""
    begin = now - PROVISIONAL_FOR
    asked = {"show": show_id, "begin": begin, "midnight": at_local(local_day(begin), 1440)}
    if merchant_id is None:
        return core(session).execute(asking.FRESH, asked).all()
    return core(session).execute(asking.FRESH_OF_SHOP, {**asked, "merchant": merchant_id}).all()


def _net(fresh: Sequence[Row[Any]], band: Band, booth: int | None = None) -> int:
    return sum(
        int(row.net_fen)
        for row in fresh
        if (row.tier or Tier.NONE) in BANDS[band] and (booth is None or row.booth_booking_id == booth)
    )


def _slots(session: Session, show_id: int) -> list[Slot]:
    rows = core(session).execute(asking.SLOTS, {"show": show_id})
    return [
        Slot(booking_id, merchant_id, views, place or 0, starts_at, ends_at, product, merchant)
        for booking_id, merchant_id, views, place, starts_at, ends_at, product, merchant in rows
    ]


def _aired(session: Session, show_id: int) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """The actual times on air of every booth, by booking, in order."""
    times: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for booking_id, started_at, ended_at in core(session).execute(asking.AIRED, {"show": show_id}):
        times[booking_id].append((started_at, ended_at))
    return times


def _window(show: Show, aired: dict[int, list[tuple[datetime, datetime | None]]], now: datetime) -> Interval:
    """From the show's first minute to half an hour after its last: what tiers A, B and C can hold."""
    times = [time for spans in aired.values() for time in spans]
    begin = min([show.starts_at, *(started for started, _ in times)])
    end = max([show.ends_at, *(ended for _, ended in times if ended is not None)])
    begin = begin.replace(second=0, microsecond=0)
    return Interval(begin, max(begin + MINUTE, min(end + SHOW_TAIL, now)))


def _times(
    slot: Slot, aired: dict[int, list[tuple[datetime, datetime | None]]], show: Show
) -> tuple[Interval, ...]:
    """When a booth was on air: as recorded, else as planned, as attribution takes it."""
    if slot.booking_id not in aired:
        return (Interval(slot.starts_at, slot.ends_at),)
    return tuple(
        Interval(started, ended or max(show.ends_at, started + MINUTE))
        for started, ended in aired[slot.booking_id]
        if ended is None or ended > started
    )


def _booth(
    slot: Slot, aired: dict[int, list[tuple[datetime, datetime | None]]], sums: _Sums, show: Show
) -> BoothReport:
    of_booth = {tier: sums.by_booth.get((slot.booking_id, Band(tier.value))) for tier in Tier}
    return BoothReport(
        slot=slot,
        place=slot.place,
        aired=_times(slot, aired, show),
        totals=sums.by_booth.get((slot.booking_id, Band.STUDIO), Totals()),
        long_tail=of_booth[Tier.LONG_TAIL] or Totals(),
        orders_by_tier={tier: found.orders for tier, found in of_booth.items() if found is not None},
    )


def _minutes(
    session: Session, window: Interval, show_id: int, booking_ids: list[int]
) -> tuple[dict[int, int], ...]:
    """How many orders each booth had in each minute; an order with two lines of a booth is one."""
    rows = core(session).execute(
        asking.MINUTES,
        {"show": show_id, "booths": booking_ids, "begin": window.starts_at, "end": window.ends_at},
    )
    counted: list[dict[int, int]] = [{} for _ in range(_minute(window, window.ends_at) + 1)]
    first = int(window.starts_at.timestamp()) // asking.SECONDS
    for booth, minute, orders in rows:
        counted[minute - first][booth] = orders
    return tuple(counted)


def _minute(window: Interval, moment: Any) -> int:
    return int((moment - window.starts_at) // MINUTE)
