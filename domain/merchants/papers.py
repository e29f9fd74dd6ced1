"""Licences and filings of a shop: which ones its goods need, and whether one counts on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import BadInput
from domain.merchants.products import FoodType

MAX_TEXT = 60
REMINDERS = (30, 7, 0)
"""[default] How many days before its end a shop is told of a paper; 0 is once it has run out."""


class PaperKind(StrEnum):
    """What a paper is."""

    BUSINESS_LICENCE = "business_licence"
    FOOD_LICENCE = "food_licence"
    FOOD_FILING = "food_filing"
    AUTHORISATION = "authorisation"
    INSPECTION = "inspection"
    OTHER = "other"


class PaperStatus(StrEnum):
    """How far the review of a paper has come; one that a newer one took the place of is withdrawn."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the rules need to know of a paper; `expires_on` is its last valid day, None for good (长期)."""

    kind: PaperKind
    status: PaperStatus
    expires_on: date | None

    def is_valid_on(self, day: date) -> bool:
        """Whether it has not run out by then."""
        return self.expires_on is None or self.expires_on >= day


class LackKind(StrEnum):
    """What is wrong with a paper that is needed."""

    MISSING = "paper_missing"
    EXPIRED = "paper_expired"
    UNREVIEWED = "paper_unreviewed"


@dataclass(frozen=True, slots=True)
class Lack:
    """A paper that is needed and doesn't count: not on file, run out by the day, or not looked at by staff yet."""

    kind: PaperKind
    lack: LackKind


FOOD_PAPERS: dict[FoodType, PaperKind | None] = {
    FoodType.FARM_PRODUCE: None,
    FoodType.PREPACKED: PaperKind.FOOD_FILING,
    FoodType.OTHER_FOOD: PaperKind.FOOD_LICENCE,
}
"""食品安全法 §35: farm produce needs no licence, selling only pre-packed food a filing, other food a licence."""
STANDS_IN: dict[PaperKind, frozenset[PaperKind]] = {
    PaperKind.FOOD_FILING: frozenset({PaperKind.FOOD_LICENCE})
}
"""Who has a food licence needs no filing beside it."""


def needed_papers(food_type: FoodType | None, *, is_exempt: bool) -> tuple[PaperKind, ...]:
    """What a shop needs on file to sell one of its goods on air; an exempt shop has no business licence."""
    food = FOOD_PAPERS[food_type] if food_type else None
    needed = () if is_exempt else (PaperKind.BUSINESS_LICENCE,)
    return (*needed, food) if food else needed


def lacking(needed: Iterable[PaperKind], papers: Iterable[PaperFacts], day: date) -> list[Lack]:
    """Which of the needed papers do not count on a day, in the order in which they are needed."""
    on_file = [one for one in papers if one.status in (PaperStatus.SUBMITTED, PaperStatus.APPROVED)]
    found = []
    for kind in needed:
        fitting = [one for one in on_file if one.kind == kind or one.kind in STANDS_IN.get(kind, ())]
        valid = [one for one in fitting if one.is_valid_on(day)]
        if not fitting:
            found.append(Lack(kind, LackKind.MISSING))
        elif not valid:
            found.append(Lack(kind, LackKind.EXPIRED))
        elif all(one.status is not PaperStatus.APPROVED for one in valid):
            found.append(Lack(kind, LackKind.UNREVIEWED))
    return found


@dataclass(frozen=True, slots=True)
class PaperWords:
    """What a shop writes about a paper; without `expires_on` it is valid for good (长期)."""

    kind: PaperKind
    number: str
    issuer: str
    expires_on: date | None

    def checked(self, today: date) -> PaperWords:
        """The same, tidied; raises BadInput, also for a paper that is over already."""
        number, issuer = clean_number(self.number), clean_issuer(self.issuer)
        if self.expires_on is not None:
            if self.expires_on < today:
                raise BadInput("paper_over", field="expires_on")
            if self.expires_on.year > today.year + 100:
                raise BadInput("paper_too_long", field="expires_on")
        return PaperWords(self.kind, number, issuer, self.expires_on)


def clean_number(text: str) -> str:
    """The number on a paper, 1 to 60 characters; raises BadInput."""
    cleaned = " ".join((text or "").split())
    if not cleaned:
        raise BadInput("paper_number_missing", field="number")
    if len(cleaned) > MAX_TEXT:
        raise BadInput("paper_number_long", field="number", maximum=MAX_TEXT)
    return cleaned


def clean_issuer(text: str) -> str:
    """Who gave a paper out, 1 to 60 characters; raises BadInput."""
    cleaned = " ".join((text or "").split())
    if not cleaned:
        raise BadInput("paper_issuer_missing", field="issuer")
    if len(cleaned) > MAX_TEXT:
        raise BadInput("paper_issuer_long", field="issuer", maximum=MAX_TEXT)
    return cleaned


def reminder_due(expires_on: date, reminded_days: int | None, today: date) -> int | None:
    """Which reminder of a paper is due, in days before its end: 30, 7 or, once it is over, 0; None for none."""
    left = (expires_on - today).days
    reached = [step for step in REMINDERS if (left < 0 if step == 0 else left <= step)]
    if not reached or (reminded_days is not None and reminded_days <= min(reached)):
        return None
    return min(reached)
