"""Editing the word list: what was cleared by the old list and is found by the new one is read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, Missing
from domain.merchants.claims import ClaimsStatus, Word, WordKind, clean_reason, clean_word, normalised
from domain.people import Actor
from models import ClaimWord, Product
from services import arbiter, records
from services.merchants.booked import live_spaces
from services.merchants.products import reopen
from services.merchants.scanning import findings_in, hold_the_list, words_of
from services.merchants.shops import member_ids
from services.unit_of_work import query, transaction

CHUNK = 500
"""Cleared products that are held in memory at a time."""


@query
def words(session: Session, actor: Actor) -> list[ClaimWord]:
    """The list, absolute claims before disease claims, each as they came; raises Forbidden."""
    _require_staff(actor)
    return list(session.scalars(select(ClaimWord).order_by(ClaimWord.kind, ClaimWord.id)))


@transaction
def add(
    session: Session, actor: Actor, word: str, kind: WordKind, reason: str, *, now: datetime
) -> ClaimWord:
    """Put a word on the list; raises Forbidden, BadInput."""
    before = _opened(session, actor)
    added = ClaimWord(
        word=clean_word(word), kind=kind, reason=clean_reason(reason), created_by_id=actor.id, created_at=now
    )
    _refuse_known(session, added.word)
    session.add(added)
    records.audit(session, actor, "claim_word.added", added, now, word=added.word, word_kind=kind.value)
    _read_again(session, actor, before, added.word, now)
    return added


@transaction
def edit(
    session: Session, actor: Actor, word_id: int, word: str, kind: WordKind, reason: str, *, now: datetime
) -> ClaimWord:
    """Change a word of the list; raises Forbidden, Missing, BadInput."""
    before = _opened(session, actor)
    changed = _one(session, word_id)
    old = {"word": changed.word, "kind": changed.kind.value, "reason": changed.reason}
    word, reason = clean_word(word), clean_reason(reason)
    _refuse_known(session, word, other_than=word_id)
    changed.word, changed.kind, changed.reason = word, kind, reason
    records.audit(session, actor, "claim_word.changed", changed, now, before=old)
    _read_again(session, actor, before, word, now)
    return changed


@transaction
def remove(session: Session, actor: Actor, word_id: int, *, now: datetime) -> str:
    """Take a word off the list; returns it. Raises Forbidden, Missing."""
    before = _opened(session, actor)
    gone = _one(session, word_id)
    word = gone.word
    records.audit(session, actor, "claim_word.removed", gone, now, word=word, word_kind=gone.kind.value)
    session.delete(gone)
    session.flush()
    _read_again(session, actor, before, word, now)
    return word


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden


def _opened(session: Session, actor: Actor) -> list[Word]:
    """The list as it stands, which nobody else reads or changes until this transaction ends; raises Forbidden."""
    _require_staff(actor)
    hold_the_list(session, to_change=True)
    return words_of(session)


def _one(session: Session, word_id: int) -> ClaimWord:
    found = session.get(ClaimWord, word_id, populate_existing=True)
    if found is None:
        raise Missing
    return found


def _refuse_known(session: Session, word: str, other_than: int | None = None) -> None:
    """Two spellings that are compared alike would be one word with two reasons."""
    for row in session.execute(select(ClaimWord.id, ClaimWord.word)):
        if row.id != other_than and normalised(row.word) == normalised(word):
            raise BadInput("claim_word_known", field="word")


def _read_again(session: Session, actor: Actor, before: Sequence[Word], word: str, now: datetime) -> None:
    """Open what was cleared and says something now that nobody has judged, and tell its shops, once each."""
    session.flush()
    hits = list(_newly_found(session, before))
    if spaces := {space for hit in hits for space in live_spaces(session, hit)}:
        arbiter.lock_spaces(session, sorted(spaces))
    opened: dict[int, list[str]] = {}
    for hit in hits:
        wanted = select(Product).where(Product.id.in_(hit), Product.claims_status == ClaimsStatus.CLEARED)
        wanted = wanted.order_by(Product.id).with_for_update(key_share=True)
        for product in session.scalars(wanted.execution_options(populate_existing=True)):
            reopen(product)
            product.version += 1
            records.audit(session, actor, "product.claims_reopened", product, now, word=word)
            opened.setdefault(product.merchant_id, []).append(product.name)
    for merchant_id, names in opened.items():
        for person_id in member_ids(session, merchant_id):
            records.tell(
                session, person_id, "claims_reopened", now, product=names[0], count=len(names), word=word
            )


def _newly_found(session: Session, before: Sequence[Word]) -> Iterator[list[int]]:
    """The ids of cleared products in which the list finds what the one before did not, some at a time."""
    after, last = words_of(session), 0
    judged = {(word.word, word.kind) for word in before}
    fresh = [word for word in after if (word.word, word.kind) not in judged]
    while True:
        rows = session.execute(
            select(
                Product.id,
                Product.name,
                Product.category,
                Product.selling_points,
                Product.claims,
                Product.price_basis,
            )
            .where(Product.claims_status == ClaimsStatus.CLEARED, Product.id > last)
            .order_by(Product.id)
            .limit(CHUNK)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        yield [
            row.id
            for row in rows
            if findings_in(row, fresh)
            and {(f.field, f.start, f.kind) for f in findings_in(row, after)}
            - {(f.field, f.start, f.kind) for f in findings_in(row, before)}
        ]
