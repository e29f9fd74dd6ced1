"""Extra income that merchants report themselves, with proof and a reviewer: line ③ of the way to the target."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.errors import BadInput

MAX_AMOUNT_FEN = 10_000_000
"""[default] ¥100,000 in one report; more is told in several, each with its own proof."""
MAX_QUANTITY = 100_000
MAX_NOTE = 200
MAX_PROOFS = 5
GRACE_MONTHS = 3
"""[default] Until the end of March the year that has just ended may still be reported."""


class IncomeKind(StrEnum):
    """How the sale was made: a voucher redeemed in the shop (到店核销), or told by the merchant alone (自行申报)."""

    IN_SHOP = "in_shop"
    SELF_REPORTED = "self_reported"


class IncomeStatus(StrEnum):
    """How far a report has come."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[IncomeStatus, frozenset[IncomeStatus]] = {
    IncomeStatus.SUBMITTED: frozenset({IncomeStatus.ACCEPTED, IncomeStatus.RETURNED, IncomeStatus.WITHDRAWN}),
    IncomeStatus.RETURNED: frozenset({IncomeStatus.SUBMITTED, IncomeStatus.WITHDRAWN}),
    IncomeStatus.ACCEPTED: frozenset(),
    IncomeStatus.WITHDRAWN: frozenset(),
}
"""What was accepted stays so: the ledger corrects it. What was withdrawn is reported anew."""


def may_become(current: IncomeStatus, target: IncomeStatus) -> bool:
    """Whether the one may follow the other."""
    return target in TRANSITIONS[current]


def first_day(today: date) -> date:
    """The first day that can still be reported: of this year, until March of the last one."""
    return date(today.year - (today.month <= GRACE_MONTHS), 1, 1)


@dataclass(frozen=True, slots=True)
class IncomeFacts:
    """What a merchant says about a sale outside of the platforms; money in fen.

    `product_id` and `show_id` name what was sold and where customers heard of it, if the merchant knows.
    """

    kind: IncomeKind
    sold_on: date
    amount_fen: int
    quantity: int | None = None
    product_id: int | None = None
    show_id: int | None = None
    note: str = ""

    def checked(self, today: date) -> IncomeFacts:
        """The same, tidied; raises BadInput."""
        check_day(self.sold_on, today)
        check_amount(self.amount_fen)
        if self.quantity is not None and not 0 < self.quantity <= MAX_QUANTITY:
            raise BadInput("income_quantity", field="quantity", maximum=MAX_QUANTITY)
        return replace(self, note=clean_note(self.note))


def check_day(sold_on: date, today: date) -> None:
    """A day that has come and belongs to a year that is still open; raises BadInput."""
    if sold_on > today:
        raise BadInput("income_day_future", field="sold_on")
    if sold_on < first_day(today):
        raise BadInput("income_day_old", field="sold_on", first=first_day(today))


def check_amount(amount_fen: int) -> None:
    """More than nothing, and not more than one report may say; raises BadInput."""
    if amount_fen <= 0:
        raise BadInput("income_amount_zero", field="amount")
    if amount_fen > MAX_AMOUNT_FEN:
        raise BadInput("income_amount_large", field="amount", fen=MAX_AMOUNT_FEN)


def clean_note(text: str) -> str:
    """What else there is to say, at most 200 characters; raises BadInput."""
    cleaned = " ".join((text or "").split())
    if len(cleaned) > MAX_NOTE:
        raise BadInput("income_note_long", field="note", maximum=MAX_NOTE)
    return cleaned


def check_proofs(count: int) -> None:
    """At least one proof and not more than five; raises BadInput."""
    if count < 1:
        raise BadInput("income_proof_missing", field="scan")
    if count > MAX_PROOFS:
        raise BadInput("income_proofs_many", field="scan", maximum=MAX_PROOFS)


def correction(sum_fen: int, new_fen: int) -> int:
    """What has to be entered so that a report comes to `new_fen`, never less than nothing; raises BadInput."""
    if new_fen < 0:
        raise BadInput("income_below_zero", field="amount")
    if new_fen > MAX_AMOUNT_FEN:
        raise BadInput("income_amount_large", field="amount", fen=MAX_AMOUNT_FEN)
    if new_fen == sum_fen:
        raise BadInput("income_same_amount", field="amount")
    return new_fen - sum_fen
