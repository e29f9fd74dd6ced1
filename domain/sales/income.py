"""Extra income that merchants report themselves, with proof and a reviewer: line ③ of the way to the target."""

from __future__ import annotations

from enum import StrEnum


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
