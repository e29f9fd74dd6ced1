"""Statements: what the studio brought a merchant in a month, locked once refunds are in, and corrected only forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.interval import at_local, local_day, require_aware
from domain.money import divide_half_up
from domain.sales.metrics import PROVISIONAL_FOR, IncomePath, income_path


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What the figures of a statement are told apart by: the month of the order, the product and the show."""

    month: date
    product_id: int
    show_id: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What was sold, or by how much that changed; money in fen."""

    orders: int = 0
    items: int = 0
    gmv_fen: int = 0
    refunded_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Paid less refunded."""
        return self.gmv_fen - self.refunded_fen

    @property
    def bare(self) -> Sums:
        """The same without orders: counted once per part, they can't be compared over parts."""
        return Sums(0, self.items, self.gmv_fen, self.refunded_fen)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.orders + other.orders,
            self.items + other.items,
            self.gmv_fen + other.gmv_fen,
            self.refunded_fen + other.refunded_fen,
        )

    def __sub__(self, other: Sums) -> Sums:
        return self + Sums(-other.orders, -other.items, -other.gmv_fen, -other.refunded_fen)

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Sums()
Cells = Mapping[Cell, Sums]


def month_of(day: date) -> date:
    """The first day of a day's month: how months are named here."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def locks_at(month: date) -> datetime:
    """When a month may be locked: fifteen days after its last one ended in the community's calendar."""
    return at_local(month_after(month), 0) + PROVISIONAL_FOR


def may_lock(month: date, now: datetime) -> bool:
    """Whether no order of the month is provisional any more."""
    return require_aware(now) >= locks_at(month)


def last_due(now: datetime) -> date:
    """The latest month that may be locked."""
    month = month_before(month_of(local_day(now)))
    return month if may_lock(month, now) else month_before(month)


def months_to_lock(locked: date | None, sold: Iterable[date], due: date) -> list[date]:
    """The months of a merchant with a statement of their own, in the order of locking.

    `locked` is the latest that has one, `sold` are those with sales. A month up to `locked` gets none any more: what
    comes in for it later is an adjustment.
    """
    return sorted({month for month in sold if month <= due and (locked is None or month > locked)})


def next_to_lock(locked: date | None, sold: Iterable[date], due: date) -> date:
    """Which month's statement takes the adjustments that stand out now; `due` is the last that may be locked.

    A due month without sales is locked too, once there is something of earlier months to say.
    """
    known = set(sold)
    later = months_to_lock(locked, known, due)
    if later:
        return later[0]
    if locked is None:
        return min(known, default=month_after(due))
    return max(due, month_after(locked))


def differences(now: Cells, written: Cells) -> dict[Cell, Sums]:
    """What has to be written down so that all that was ever written sums up to what holds now; sorted."""
    changed = {cell: now.get(cell, NOTHING) - written.get(cell, NOTHING) for cell in {*now, *written}}
    return {cell: changed[cell] for cell in sorted(changed) if changed[cell]}


def rows_of(month: date, now: Cells, written: Cells) -> dict[Cell, Sums]:
    """The rows of a month's statement: its own sales, and what changed of earlier months since they were written.

    `now` is what the books say of all months, `written` the sum of the rows of all statements so far.
    """
    return differences(_up_to(month, now), _up_to(month, written))


def total(rows: Iterable[Sums]) -> Sums:
    """The sum of rows; its orders count an order once per row that it is in."""
    whole = NOTHING
    for row in rows:
        whole += row
    return whole


def fees_of(net_fen: int, fee_bp: int) -> int:
    """The platform's fee on net sales, in fen; of a negative net it is what comes back."""
    return divide_half_up(net_fen * fee_bp, 10_000)


def three_lines(net_fen: int, *, margin_bp: int, fee_bp: int, reported_fen: int) -> IncomePath:
    """① the net of a statement, ② what it is estimated to have earned, ③ what the merchant reported: never mixed.

    A margin of 0 was never declared: there is no ②. A month has no target.
    """
    return income_path(
        net_fen=net_fen,
        margin_bp=margin_bp or None,
        fees_fen=fees_of(net_fen, fee_bp),
        reported_fen=reported_fen,
        target_fen=0,
    )


def _up_to(month: date, cells: Cells) -> dict[Cell, Sums]:
    return {cell: sums for cell, sums in cells.items() if cell.month <= month}
