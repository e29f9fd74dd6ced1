"""What of an amount on a row was paid for goods: freight is no income of a shop and counts in no figure."""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING_FEN = 1


@dataclass(frozen=True, slots=True)
class Charge:
    """What a buyer paid, in fen: for the goods, and beside them."""

    goods_fen: int
    freight_fen: int = 0

    @property
    def whole_fen(self) -> int:
        """All that was paid."""
        return self.goods_fen + self.freight_fen


def charged(paid_fen: int, freight_fen: int, due_fen: int | None) -> Charge | None:
    """Take the freight off what was paid; None when there would be more freight than money.

    `due_fen` is what the goods cost after all discounts of the shop, where the row says so: nobody pays more than that
    for them, so anything beyond it is freight as well.
    """
    if paid_fen == 0:
        return Charge(0)
    if freight_fen > paid_fen:
        return None
    goods = paid_fen - freight_fen
    if due_fen is not None:
        goods = min(goods, due_fen)
    return Charge(goods, paid_fen - goods)


def restates(refund_fen: int, charge: Charge, freight_fen: int, due_fen: int | None) -> bool:
    """Whether a refund is just what is missing between what was due and what was paid, to the fen.

    Then it was never part of the amount paid, or has been taken off it already: it must not be subtracted again.
    """
    if due_fen is None or refund_fen == 0:
        return False
    missing = (due_fen - charge.goods_fen, due_fen + freight_fen - charge.whole_fen)
    return any(abs(gap - refund_fen) <= ROUNDING_FEN for gap in missing)
