"""What the word list finds in a product as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.merchants.claims import Finding, Word, scan
from domain.merchants.products import Category
from models import ClaimWord

SCANNED = ("name", "selling_points", "claims", "price_basis")
"""The texts in which something is claimed, in the order of the form."""
LOCK_OF_THE_LIST = 507


class Described(Protocol):
    """Whatever has the texts of a product: itself, or what its shop just typed."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def category(self) -> Category:
        """What kind of thing it is."""

    @property
    def selling_points(self) -> str:
        """What speaks for it, in lines."""

    @property
    def claims(self) -> str:
        """What the host will say."""

    @property
    def price_basis(self) -> str:
        """What the reduction is measured against."""


def words_of(session: Session) -> list[Word]:
    """The word list."""
    rows = session.execute(select(ClaimWord.word, ClaimWord.kind, ClaimWord.reason).order_by(ClaimWord.id))
    return [Word(row.word, row.kind, row.reason) for row in rows]


def findings_in(described: Described, words: Sequence[Word]) -> list[Finding]:
    """What the list finds in the texts."""
    texts = {name: getattr(described, name) for name in SCANNED}
    return scan(texts, words, is_food=described.category is Category.FOOD)


def refuse_blocked(session: Session, described: Described) -> list[Finding]:
    """What the list flags; raises RuleViolation with every word that food may not claim, each at its field."""
    found = findings_in(described, words_of(session))
    if blocked := [finding for finding in found if finding.is_blocked]:
        raise RuleViolation([violation_of(finding) for finding in blocked])
    return found


def violation_of(finding: Finding) -> Violation:
    """A blocked word as a broken rule."""
    said = {"word": finding.word, "reason": finding.reason, "excerpt": finding.excerpt}
    return Violation("claim_blocked", said, finding.field)


def hold_the_list(session: Session, *, to_change: bool) -> None:
    """Keep the word list still while somebody reads by it, or alone while it changes; SQLite has one writer anyway.

    Without it a product could be cleared by the old list while the new one is looking for what to read again.
    """
    if session.get_bind().dialect.name == "postgresql":
        kind = "" if to_change else "_shared"
        session.execute(text(f"SELECT pg_advisory_xact_lock{kind}({LOCK_OF_THE_LIST})"))
