"""Shops that sell on air: how far their verification has come, and who may be without a registration."""

from __future__ import annotations

from enum import StrEnum


class MerchantStatus(StrEnum):
    """Whether staff have verified that a shop is who it says it is.

    Whoever runs a live room has to verify its sellers (直播电商监督管理办法, in force since 2026-02-01).
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


TRANSITIONS: dict[MerchantStatus, frozenset[MerchantStatus]] = {
    MerchantStatus.DRAFT: frozenset({MerchantStatus.SUBMITTED}),
    MerchantStatus.SUBMITTED: frozenset({MerchantStatus.VERIFIED, MerchantStatus.RETURNED}),
    MerchantStatus.RETURNED: frozenset({MerchantStatus.SUBMITTED}),
    MerchantStatus.VERIFIED: frozenset({MerchantStatus.SUBMITTED, MerchantStatus.SUSPENDED}),
    MerchantStatus.SUSPENDED: frozenset({MerchantStatus.VERIFIED, MerchantStatus.SUBMITTED}),
}


def may_become(current: MerchantStatus, target: MerchantStatus) -> bool:
    """Whether the one may follow the other."""
    return target in TRANSITIONS[current]
