"""What of an order line counts, once its order exports, its after-sales cases and its order as a whole are known.

The three are kept apart as they were told, each joined by itself (domain/sales/updating.py), and only put together
here. So what counts depends on what has been told, never on which file came first:

- the refunded cases of a line are a stated sum, capped at what was paid for it. It takes the place of an assumed full
  refund, and of no refund at all: the order export was older then. Where the order export states a sum itself, the
  larger one counts, as money that went back stays back;
- a refund that is certainly one of the whole line stays so: cases that come to less are not all of its cases;
- a line that is not paid counts nothing, whatever its cases say: the order export that knows of the payment will come;
- an order whose lines are known from another export counts nothing itself, or it would count twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.sales.lines import AfterSaleCase, CaseState, HeldLine, OrderLine, RefundBasis
from domain.sales.problems import HeldCode


class Told(NamedTuple):
    """What the order exports told of a line; money in fen."""

    amount_fen: int
    paid: bool
    refunded_fen: int
    basis: RefundBasis


class Counted(NamedTuple):
    """What counts of a line in figures; money in fen."""

    paid: bool
    refunded_fen: int
    refund_basis: RefundBasis


_WHOLE = frozenset({RefundBasis.FULL, RefundBasis.ASSUMED_FULL})
_NOTHING = Counted(paid=False, refunded_fen=0, refund_basis=RefundBasis.NONE)


def told_of(line: OrderLine) -> Told:
    """What the readings of this line, joined, told."""
    return Told(line.amount_fen, line.paid, line.refunded_fen, line.refund_basis)


def counted(told: Told, cases: Sequence[AfterSaleCase], replaced: bool) -> Counted:
    """What counts of a line with these cases, each number once; `replaced`: its order is known line by line."""
    if replaced or not told.paid:
        return _NOTHING
    as_told = Counted(paid=True, refunded_fen=_refunded_of(told), refund_basis=told.basis)
    refunded = [case.refund_fen for case in cases if _refunded(case)]
    if not refunded or told.basis is RefundBasis.FULL:
        return as_told
    stated = min(sum(refunded), told.amount_fen)
    if told.basis is RefundBasis.STATED and as_told.refunded_fen >= stated:
        return as_told
    return Counted(paid=True, refunded_fen=stated, refund_basis=RefundBasis.STATED)


def released(held: HeldLine, cases: Sequence[AfterSaleCase]) -> OrderLine | None:
    """The line of a row that waited only for the amount of its partial refund, once a refunded case tells it.

    It is paid and refunds nothing by itself: its cases count. None while nothing tells, or for any other doubt.
    """
    if held.code is not HeldCode.PARTIAL_REFUND or not isinstance(held.order, OrderLine):
        return None
    return replace(held.order, paid=True) if any(_refunded(case) for case in cases) else None


def _refunded_of(told: Told) -> int:
    """What went back of the amount that the readings together come to: amount and refund may be of different ones."""
    if told.basis in _WHOLE:
        return told.amount_fen
    return min(told.refunded_fen, told.amount_fen)


def _refunded(case: AfterSaleCase) -> bool:
    return case.state is CaseState.REFUNDED
