"""Editing the word list: what it opens again, what it leaves, and who hears of it; on both engines."""

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing
from domain.merchants.claims import ClaimsStatus, WordKind
from domain.people import Role
from models import ClaimWord, OutboxMessage, Product
from services.merchants import claim_words
from services.seed import first_start
from services.seed.claim_words import lay_words
from tests.support.builders import NOW, create_actor
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
ABSOLUTE, DISEASE = WordKind.ABSOLUTE, WordKind.DISEASE


@pytest.fixture
def staff():
    """Somebody of the staff."""
    return create_actor(Role.STAFF)


def status_of(db, product):
    db.session.expire_all()
    return db.session.get(Product, product.id).claims_status


def reopened(db, person_id):
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == person_id))
    return [row.params for row in rows if row.kind == "claims_reopened"]


def test_a_new_word_opens_what_was_cleared_and_its_shop_is_told_once(db, staff):
    shop, owner = create_merchant()
    other, stranger = create_merchant()
    said = [create_product(shop, name, claims="祖 传工艺") for name in ("茶一", "茶二")]
    quiet, foreign = create_product(shop, "茶三"), create_product(other, "面线")

    claim_words.add(staff, "祖传", ABSOLUTE, "要有依据。", now=NOW)

    assert [status_of(db, one) for one in said] == [ClaimsStatus.UNREVIEWED] * 2
    assert [status_of(db, one) for one in (quiet, foreign)] == [ClaimsStatus.CLEARED] * 2
    assert reopened(db, owner.id) == [{"product": "茶一", "count": 2, "word": "祖传"}]
    assert reopened(db, stranger.id) == []


def test_what_a_person_has_judged_stays_judged(db, staff):
    """Another reason, or a word inside of one that was seen, is nothing new."""
    known = claim_words.add(staff, "最好吃", ABSOLUTE, "绝对化用语。", now=NOW)
    cake = create_product(create_merchant()[0], "糕", claims="村里最好吃的")

    claim_words.edit(staff, known.id, "最好吃", ABSOLUTE, "要有依据。", now=NOW)
    claim_words.add(staff, "好吃", ABSOLUTE, "要有依据。", now=NOW)
    assert status_of(db, cake) is ClaimsStatus.CLEARED
    claim_words.remove(staff, known.id, now=NOW)
    assert status_of(db, cake) is ClaimsStatus.CLEARED

    claim_words.add(staff, "村里", ABSOLUTE, "要有依据。", now=NOW)
    assert status_of(db, cake) is ClaimsStatus.UNREVIEWED


def test_a_word_that_becomes_a_disease_claim_opens_again(db, staff):
    known = claim_words.add(staff, "润喉", ABSOLUTE, "要有依据。", now=NOW)
    sweet = create_product(create_merchant()[0], "糖", claims="润喉")

    claim_words.edit(staff, known.id, "润喉", DISEASE, "食品不能说。", now=NOW)

    assert status_of(db, sweet) is ClaimsStatus.UNREVIEWED


def test_more_cleared_products_than_fit_at_once(db, staff, monkeypatch):
    monkeypatch.setattr(claim_words, "CHUNK", 2)
    shop, owner = create_merchant()
    sold = [create_product(shop, f"好茶{number}") for number in range(5)]

    claim_words.add(staff, "好茶", ABSOLUTE, "要有依据。", now=NOW)

    assert {status_of(db, one) for one in sold} == {ClaimsStatus.UNREVIEWED}
    assert [params["count"] for params in reopened(db, owner.id)] == [5]


@pytest.mark.parametrize("again", ["NO.1", "no 1", "Ｎo１"])
def test_two_spellings_of_one_word_are_one(staff, again):
    claim_words.add(staff, "NO.1", ABSOLUTE, "要有依据。", now=NOW)
    other = claim_words.add(staff, "冠军", ABSOLUTE, "要有依据。", now=NOW)

    for attempt in (
        lambda: claim_words.add(staff, again, ABSOLUTE, "再说一遍。", now=NOW),
        lambda: claim_words.edit(staff, other.id, again, ABSOLUTE, "再说一遍。", now=NOW),
    ):
        with pytest.raises(BadInput) as refused:
            attempt()
        assert (refused.value.code, refused.value.field) == ("claim_word_known", "word")


def test_only_staff_edit_the_list_and_only_what_is_on_it(staff):
    _, owner = create_merchant()
    known = claim_words.add(staff, "冠军", ABSOLUTE, "要有依据。", now=NOW)
    for attempt in (
        lambda: claim_words.words(owner),
        lambda: claim_words.add(owner, "第一", ABSOLUTE, "x", now=NOW),
        lambda: claim_words.edit(owner, known.id, "第一", ABSOLUTE, "x", now=NOW),
        lambda: claim_words.remove(owner, known.id, now=NOW),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(Missing):
        claim_words.remove(staff, known.id + 99, now=NOW)


def test_a_production_house_starts_with_the_list_and_keeps_its_own(db, staff):
    first_start.make_ready(production=True, demo_password=None, now=NOW)
    count = db.session.scalar(select(func.count()).select_from(ClaimWord))
    assert count > 100

    claim_words.remove(staff, claim_words.words(staff)[0].id, now=NOW)
    first_start.make_ready(production=True, demo_password=None, now=NOW)

    assert db.session.scalar(select(func.count()).select_from(ClaimWord)) == count - 1
    assert lay_words(NOW) == 0
