"""What was read is what stands, whoever presses when; and it would not be so without the guards."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Select, select

from domain.errors import Stale
from domain.merchants.claims import ClaimsStatus, WordKind
from domain.people import Role
from models import AuditEvent, Product, db
from services.merchants import claim_words, claims, products, scanning
from services.merchants.facts import ProductFacts
from tests.support.builders import NOW, create_actor
from tests.support.race import Meeting, in_threads
from tests.support.studio_builders import create_merchant, create_product

READ, WRITTEN = "老茶园的茶", "百年老茶园的茶"
on_postgresql = pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's


def as_it_stands(product_id: int) -> Product:
    """The product as the database has it."""
    db.session.rollback()
    return db.session.scalars(
        select(Product).where(Product.id == product_id).execution_options(populate_existing=True)
    ).one()


@pytest.fixture
def meet_after_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has looked before anybody writes: the worst order that the engine allows."""
    meeting = Meeting(2)

    def meet(session: object, described: object) -> list[object]:
        meeting.wait()
        return []

    def meet_and_find(described: object, words: object) -> list[object]:
        meeting.wait()
        return []

    monkeypatch.setattr(products, "refuse_blocked", meet)
    monkeypatch.setattr(claims, "findings_in", meet_and_find)


def review_against_edit(app: Flask) -> tuple[Counter[type], Product]:
    """Staff clear a text in the moment in which its shop puts another one there."""
    staff, (shop, owner) = create_actor(Role.STAFF), create_merchant()
    unread = {"claims_status": ClaimsStatus.UNREVIEWED, "claims_reviewed_at": None}
    made = create_product(shop, claims=READ, **unread).id
    other = ProductFacts("铁观音", 8_800, 5, claims=WRITTEN)
    db.session.rollback()
    answers = in_threads(
        app,
        [
            partial(claims.clear, staff, made, version=1, now=NOW),
            partial(products.update_product, owner, made, other, version=1, now=NOW),
        ],
    )
    return Counter(type(answer) for answer in answers), as_it_stands(made)


@pytest.mark.usefixtures("db")
def test_a_text_that_nobody_read_is_never_cleared(app: Flask, meet_after_reading: None) -> None:
    answers, left = review_against_edit(app)

    # Whoever edits after the decision is not too late: the new text is unread again.
    assert answers in ({Product: 1, Stale: 1}, {Product: 2})
    assert (left.claims, left.claims_status) in {
        (READ, ClaimsStatus.CLEARED),
        (WRITTEN, ClaimsStatus.UNREVIEWED),
    }


@on_postgresql
@pytest.mark.postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_a_text_that_nobody_read_is_cleared(
    app: Flask, meet_after_reading: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)

    answers, left = review_against_edit(app)

    assert answers == {Product: 2}
    assert (left.claims, left.claims_status) == (WRITTEN, ClaimsStatus.CLEARED)


@pytest.mark.usefixtures("db")
def test_two_reviewers_make_one_decision(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert two_reviewers(app) == ({Product: 1, Stale: 1}, 1)


@on_postgresql
@pytest.mark.postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_both_reviewers_decide(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    meeting, decide = Meeting(2), claims._decide  # noqa: SLF001  where both have read and neither has written

    def meet(*arguments: object) -> None:
        meeting.wait()
        decide(*arguments)

    monkeypatch.setattr(claims, "_decide", meet)

    assert two_reviewers(app) == ({Product: 2}, 2)


def two_reviewers(app: Flask) -> tuple[Counter[type], int]:
    """One clears and one refuses; the kinds of the answers, and how many decisions were written down."""
    staff, (shop, _) = create_actor(Role.STAFF), create_merchant()
    product = create_product(shop, claims_status=ClaimsStatus.UNREVIEWED).id
    db.session.rollback()
    answers = in_threads(
        app,
        [
            partial(claims.clear, staff, product, version=1, now=NOW),
            partial(claims.refuse, staff, product, version=1, reason="请改", now=NOW),
        ],
    )
    db.session.rollback()
    decided = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == product)).all()
    return Counter(type(answer) for answer in answers), sum("claims_" in action for action in decided)


def word_against_clearing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ClaimsStatus:
    """A word comes onto the list in the moment in which a product that says it is cleared by the old list."""
    staff, (shop, _) = create_actor(Role.STAFF), create_merchant()
    product = create_product(shop, claims="祖传的茶", claims_status=ClaimsStatus.UNREVIEWED).id
    db.session.rollback()
    meeting, found, opened = Meeting(2), claims.findings_in, claim_words._read_again  # noqa: SLF001  as above

    def look_and_meet(*arguments: object) -> object:
        seen = found(*arguments)
        meeting.wait()
        return seen

    def open_and_meet(*arguments: object) -> None:
        opened(*arguments)
        meeting.wait()

    monkeypatch.setattr(claims, "findings_in", look_and_meet)
    monkeypatch.setattr(claim_words, "_read_again", open_and_meet)
    in_threads(
        app,
        [
            partial(claims.clear, staff, product, version=1, now=NOW),
            partial(claim_words.add, staff, "祖传", WordKind.DISEASE, "食品不能说。", now=NOW),
        ],
    )
    return as_it_stands(product).claims_status


@on_postgresql
@pytest.mark.postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_on_the_list_an_old_judgement_slips_past_the_new_word(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (claims, claim_words, scanning):
        monkeypatch.setattr(module, "hold_the_list", lambda session, *, to_change: None)

    assert word_against_clearing(app, monkeypatch) is ClaimsStatus.CLEARED


@pytest.mark.usefixtures("db")
def test_a_product_is_judged_by_the_list_that_stands(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cleared before the word came it is opened again; cleared after it, somebody has judged the word."""
    lately = word_against_clearing(app, monkeypatch)
    opened = db.session.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "product")).all()
    added = db.session.scalars(select(AuditEvent.id).where(AuditEvent.action == "claim_word.added")).one()
    cleared = db.session.scalars(
        select(AuditEvent.id).where(AuditEvent.action == "product.claims_cleared")
    ).one()

    if cleared < added:
        assert lately is ClaimsStatus.UNREVIEWED
        assert "product.claims_reopened" in opened
    else:
        assert lately is ClaimsStatus.CLEARED
