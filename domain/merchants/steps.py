"""The one thing that a shop should do next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.merchants.shops import MerchantStatus


class Step(StrEnum):
    """What comes next; WAIT and ASK are for staff to do, GO is for the shop's trade."""

    FILL_IN = "fill_in"
    LICENCE = "licence"
    SUBMIT = "submit"
    WAIT = "wait"
    ASK = "ask"
    CORRECT_PAPER = "correct_paper"
    MISSING_PAPER = "missing_paper"
    RENEW_PAPER = "renew_paper"
    GO = "go"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next step depends on: codes of gaps, and whether a paper was returned, is lacking, or ends soon."""

    status: MerchantStatus
    gaps: Collection[str] = ()
    has_returned: bool = False
    has_lack: bool = False
    ends_soon: bool = False


def next_step(standing: Standing) -> Step:
    """The most pressing step first."""
    if standing.status is MerchantStatus.SUSPENDED:
        return Step.ASK
    if standing.status in (MerchantStatus.DRAFT, MerchantStatus.RETURNED):
        return _towards_review(standing.gaps)
    if standing.has_returned:
        return Step.CORRECT_PAPER
    if standing.has_lack:
        return Step.MISSING_PAPER
    if standing.ends_soon:
        return Step.RENEW_PAPER
    return Step.WAIT if standing.status is MerchantStatus.SUBMITTED else Step.GO


def _towards_review(gaps: Collection[str]) -> Step:
    if set(gaps) - {"licence_missing"}:
        return Step.FILL_IN
    return Step.LICENCE if gaps else Step.SUBMIT
