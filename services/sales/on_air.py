"""When products were on air: the windows that attribution looks at, read for the products or shows at hand alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.sales.attribution import LONG_TAIL, MINUTE_SLACK, Attribution, BoothWindow, OrderFacts, attribute
from domain.studio.booths import OnAir
from domain.studio.shows import ShowStatus
from models import Booking, BoothSlot, RundownItem, RundownItemBooth, Show

SOLD_IN = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.COMPLETED)
SOLD_NOTHING = tuple(status for status in BookingStatus if status not in SOLD_IN)
"""Said this way round nothing is looked for by it: SQLite would begin with all that ever sold, not with the shows."""
"""A booth slot of which only a request exists, or that was given back, never was on air."""

Span = tuple[datetime | None, datetime | None]


class _InTime(NamedTuple):
    """The windows of a product by the starts of their shows; from when on each may hold a moment, and until when any
    that began no later may.
    """

    opens: Sequence[datetime]
    closes: Sequence[datetime]
    windows: Sequence[BoothWindow]


class Windows:
    """The times on air of products, each product read once, when it is asked for or told to be expected."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_product: dict[int, list[BoothWindow]] = {}
        self._sorted: dict[int, _InTime] = {}

    def expect(self, product_ids: Iterable[int]) -> None:
        """Read what these products need in one go instead of one by one."""
        wanted = set(product_ids) - self._by_product.keys()
        if wanted:
            self._by_product |= {product_id: [] for product_id in wanted}
            for window in _windows(self._session, BoothSlot.product_id.in_(wanted)):
                self._by_product[window.product_id].append(window)

    def of_product(self, product_id: int) -> Sequence[BoothWindow]:
        """Every time on air of a product, the earliest show first."""
        self.expect([product_id])
        return self._by_product[product_id]

    def of_show(self, show_id: int) -> list[BoothWindow]:
        """Those of one show, as far as its products were read."""
        return [one for found in self._by_product.values() for one in found if one.show_id == show_id]

    def attribute(self, order: OrderFacts) -> Attribution:
        """Find the booth slot of an order line by the rule."""
        if order.product_id is None:
            return attribute(order, ())
        near = self.near(order.product_id, order.ordered_at)
        # Any one of them tells that it was shown at all.
        return attribute(order, near or self.of_product(order.product_id)[:1])

    def near(self, product_id: int, moment: datetime) -> Sequence[BoothWindow]:
        """The windows of a product that may hold a moment, looked for among those around it alone."""
        of = self._sorted.get(product_id)
        if of is None:
            of = self._sorted[product_id] = _in_time(self.of_product(product_id))
        first, last = bisect_left(of.closes, moment), bisect_right(of.opens, moment)
        if first >= last:
            return ()
        return [window for window in of.windows[first:last] if _may_hold(window, moment)]


def windows_of_shows(session: Session, show_ids: Collection[int]) -> dict[int, list[BoothWindow]]:
    """Every time on air by show; one in which nothing was sold has none."""
    found: dict[int, list[BoothWindow]] = defaultdict(list)
    if show_ids:
        for window in _windows(session, BoothSlot.show_id.in_(show_ids)):
            found[window.show_id].append(window)
    return found


def aired_booths(session: Session) -> set[int]:
    """The booth slots of all times that were or will be on air, by booking."""
    return set(session.scalars(_slots(BoothSlot.booking_id)))


def _in_time(windows: Iterable[BoothWindow]) -> _InTime:
    spans = [
        (window.show_started_at, window.show_ended_at, window)
        for window in windows
        if window.show_started_at is not None and window.show_ended_at is not None
    ]
    spans.sort(key=itemgetter(0))
    longest = max((ended - began for began, ended, _window in spans), default=timedelta())
    return _InTime(
        [began - MINUTE_SLACK for began, _ended, _window in spans],
        [began + longest + LONG_TAIL for began, _ended, _window in spans],
        [window for *_span, window in spans],
    )


def _may_hold(window: BoothWindow, moment: datetime) -> bool:
    return (
        window.show_started_at is not None
        and window.show_ended_at is not None
        and window.show_started_at - MINUTE_SLACK <= moment < window.show_ended_at + LONG_TAIL
    )


def _windows(session: Session, chosen: ColumnElement[bool]) -> list[BoothWindow]:
    """In actual times where they were recorded and in planned ones elsewhere; a repeat has a window of its own."""
    times = _slots(
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
    rows = session.execute(
        times.where(chosen).order_by(Booking.starts_at, BoothSlot.booking_id, RundownItem.id)
    ).all()
    spans = _actual_spans(session, {row.show_id for row in rows}) if rows else {}
    windows = []
    for row in rows:
        began, ended = spans.get(row.show_id, (None, None))
        window = BoothWindow(
            show_id=row.show_id,
            booth_slot_id=row.booking_id,
            product_id=row.product_id,
            show_started_at=min(row.show_starts_at, began or row.show_starts_at),
            show_ended_at=max(row.show_ends_at, ended or row.show_ends_at),
            on_air_started_at=row.actual_started_at or row.starts_at,
            on_air_ended_at=row.actual_ended_at or (row.ends_at if not row.actual_started_at else None),
        )
        windows.append(window)
    return windows


def _actual_spans(session: Session, show_ids: set[int]) -> dict[int, Span]:
    """The first start and the last end of all booths of a show, whichever of them were asked for."""
    spans = _slots(BoothSlot.show_id, func.min(RundownItem.started_at), func.max(RundownItem.ended_at))
    rows = session.execute(spans.where(BoothSlot.show_id.in_(show_ids)).group_by(BoothSlot.show_id))
    return {show_id: (began, ended) for show_id, began, ended in rows}


def _slots(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(BoothSlot)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .join(Show, Show.id == BoothSlot.show_id)
        .outerjoin(RundownItemBooth, RundownItemBooth.booking_id == BoothSlot.booking_id)
        .outerjoin(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .where(
            Booking.status.not_in(SOLD_NOTHING),
            or_(RundownItem.id.is_(None), RundownItem.state != OnAir.SKIPPED),
            Show.status != ShowStatus.CANCELLED,
        )
    )
