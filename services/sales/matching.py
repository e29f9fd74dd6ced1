"""From an order line to our product, and from there to the booth slot that sold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.sales.attribution import LONG_TAIL, MINUTE_SLACK, Attribution, BoothWindow, OrderFacts, attribute
from domain.sales.lines import OrderLine, Platform
from domain.studio.booths import OnAir
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, Product, ProductAlias, ProductCode, RundownItem, RundownItemBooth, Show

SOLD_IN = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.COMPLETED)
"""A booth slot of which only a request exists, or that was given back, never was on air."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a line was found to be: our product, if known, and its attribution."""

    product_id: int | None
    attribution: Attribution


class Matcher:
    """Everything that attribution needs, read once per import; products and booth slots are few, lines are many."""

    def __init__(self, session: Session, platform: Platform) -> None:
        self._codes = _product_codes(session, platform)
        self._titles = _unique_titles(session) | _alias_titles(session, platform)
        self._windows = _booth_windows(session)

    def match(self, line: OrderLine, known: int | None = None) -> Match:
        """Find product and booth slot; `known` is the product that the stored line has already.

        The product's code at the platform decides, then the merchant's code, then what was found before, and
        last the name: one that staff explained, else where only one product bears exactly it. So a product that is
        renamed loses no sale.
        """
        product_id = self._by_code(line) or known or self._titles.get(line.title)
        facts = OrderFacts(product_id, line.ordered_at, line.ordered_precision, line.live_evidence)
        return Match(product_id, attribute(facts, self._near(product_id, line.ordered_at)))

    def _by_code(self, line: OrderLine) -> int | None:
        for code in (line.platform_product_id, line.merchant_code):
            if code is not None and code in self._codes:
                return self._codes[code]
        return None

    def _near(self, product_id: int | None, moment: datetime) -> Sequence[BoothWindow]:
        """The product's booth slots that could have sold this, or any one that tells that it was shown at all."""
        windows = self._windows.get(product_id, []) if product_id is not None else []
        return [w for w in windows if _may_hold(w, moment)] or windows[:1]


def _may_hold(window: BoothWindow, moment: datetime) -> bool:
    return (
        window.show_started_at is not None
        and window.show_ended_at is not None
        and window.show_started_at - MINUTE_SLACK <= moment < window.show_ended_at + LONG_TAIL
    )


def _product_codes(session: Session, platform: Platform) -> dict[str, int]:
    rows = session.execute(
        select(ProductCode.code, ProductCode.product_id).where(ProductCode.platform == platform)
    )
    return {row.code: row.product_id for row in rows}


def _alias_titles(session: Session, platform: Platform) -> dict[str, int | None]:
    """What staff said about names: a product of ours, or None for one that is nobody's of ours."""
    rows = session.execute(
        select(ProductAlias.title, ProductAlias.product_id).where(
            ProductAlias.platform == platform, ProductAlias.title != ""
        )
    )
    return {row.title: row.product_id for row in rows}


def _unique_titles(session: Session) -> dict[str, int | None]:
    """Names that only one product on offer bears or, where none is on offer any more, only one ever bore."""
    on_offer: dict[str, list[int]] = defaultdict(list)
    archived: dict[str, list[int]] = defaultdict(list)
    for row in session.execute(select(Product.id, Product.name, Product.archived_at).order_by(Product.id)):
        (on_offer if row.archived_at is None else archived)[row.name].append(row.id)
    titles = archived | on_offer
    return {name: ids[0] for name, ids in titles.items() if len(ids) == 1}


def _booth_windows(session: Session) -> dict[int, list[BoothWindow]]:
    """Every time on air by product, in actual times where they were recorded and in planned ones elsewhere.

    A booth that was aired again has a window for each time.
    """
    rows = session.execute(_booth_slots()).all()
    began = {row.show_id: row.show_starts_at for row in rows}
    ended = {row.show_id: row.show_ends_at for row in rows}
    for row in rows:
        began[row.show_id] = min(began[row.show_id], row.actual_started_at or began[row.show_id])
        ended[row.show_id] = max(ended[row.show_id], row.actual_ended_at or ended[row.show_id])
    windows: dict[int, list[BoothWindow]] = defaultdict(list)
    for row in rows:
        window = BoothWindow(
            show_id=row.show_id,
            booth_slot_id=row.booking_id,
            product_id=row.product_id,
            show_started_at=began[row.show_id],
            show_ended_at=ended[row.show_id],
            on_air_started_at=row.actual_started_at or row.starts_at,
            on_air_ended_at=row.actual_ended_at or (row.ends_at if not row.actual_started_at else None),
        )
        windows[row.product_id].append(window)
    return windows


def _booth_slots() -> Select[*tuple[Any, ...]]:
    return (
        select(
            BoothSlot.booking_id,
            BoothSlot.product_id,
            BoothSlot.show_id,
            RundownItem.started_at.label("actual_started_at"),
            RundownItem.ended_at.label("actual_ended_at"),
            Booking.starts_at,
            Booking.ends_at,
            Show.starts_at.label("show_starts_at"),
            Show.ends_at.label("show_ends_at"),
        )
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .join(Show, Show.id == BoothSlot.show_id)
        .outerjoin(RundownItemBooth, RundownItemBooth.booking_id == BoothSlot.booking_id)
        .outerjoin(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .where(
            Booking.status.in_(SOLD_IN),
            or_(RundownItem.id.is_(None), RundownItem.state != OnAir.SKIPPED),
            Show.status != ShowStatus.CANCELLED,
        )
        .order_by(Booking.starts_at, BoothSlot.booking_id)
    )
