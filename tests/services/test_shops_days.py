"""What a shop may bring in a day and have at once, so that nobody who signs up fills the disk."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput
from domain.interval import at_local, local_day
from domain.merchants.papers import PaperKind
from models import LoginThrottle, Picture, db
from services import daily, pictures, pruning
from services.merchants import files, papers, product_pictures, products
from services.merchants.product_pictures import in_order
from tests.support.builders import NOW, create_person
from tests.support.merchant_builders import PDF, hand_in, words
from tests.support.photos import photo
from tests.support.race import in_threads
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
A_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TOMORROW = at_local(local_day(NOW) + A_DAY, 0)


@pytest.fixture(autouse=True)
def two_a_day(monkeypatch):
    """The house lets a shop bring no more than that."""
    monkeypatch.setattr(pictures, "PER_DAY", 2)
    monkeypatch.setattr(files, "PER_DAY", 2)


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def bring(actor, *colours, now=NOW):
    return [pictures.keep(actor, photo(colour), now=now) for colour in colours]


def refuses_pictures(actor, colour, now=NOW):
    with pytest.raises(BadInput) as refused:
        bring(actor, colour, now=now)
    return (refused.value.code, refused.value.field, refused.value.params) == (
        "pictures_too_many",
        "picture",
        {"maximum": 2},
    )


def test_a_shops_day_has_so_many_new_pictures_and_the_next_one_as_many_again():
    _, owner = create_merchant()
    bring(owner, "red", "blue")

    assert refuses_pictures(owner, "green", TOMORROW - MINUTE)
    assert count(Picture) == 2
    bring(owner, "green", now=TOMORROW)


def test_a_picture_that_is_kept_already_counts_for_nobody():
    _, owner = create_merchant()

    bring(owner, "red", "red", "red", "blue")

    assert count(Picture) == 2


def test_another_shop_has_a_day_of_its_own():
    (_, owner), (_, other) = create_merchant(), create_merchant()
    bring(owner, "red", "blue")

    bring(other, "green")


def test_a_products_further_pictures_are_of_the_same_day():
    shop, owner = create_merchant()
    tea = create_product(shop)
    bring(owner, "red")
    product_pictures.add(owner, tea.id, photo("blue"), now=NOW)

    with pytest.raises(BadInput, match="pictures_too_many"):
        product_pictures.add(owner, tea.id, photo("green"), now=NOW)

    assert len(in_order(products.product_for(owner, tea.id))) == 1
    assert count(Picture) == 2


def test_whoever_brings_them_scans_are_of_the_shops_day():
    shop, owner = create_merchant(papers=())
    second = create_person(phone=None).as_actor((shop.id,))
    for one in (owner, second):
        files.keep(one, PDF, now=NOW)

    for one in (owner, second):
        with pytest.raises(BadInput, match="scans_too_many"):
            files.keep(one, PDF, now=NOW)
    assert files.keep(second, PDF, now=TOMORROW)


def test_what_was_counted_is_not_forgotten_before_the_day_is_over():
    _, owner = create_merchant()
    bring(owner, "red", "blue")

    pruning.prune_throttles(TOMORROW - MINUTE)
    assert refuses_pictures(owner, "green", TOMORROW - MINUTE)

    pruning.prune_throttles(NOW + A_DAY)
    assert count(LoginThrottle) == 0


def test_pictures_brought_at_once_are_counted_one_by_one(app):
    _, owner = create_merchant()
    db.session.rollback()

    answers = in_threads(app, [partial(bring, owner, (shade, 0, 0)) for shade in range(0, 200, 40)])

    assert sum(isinstance(answer, BadInput) for answer in answers) == 3
    assert count(Picture) == 2


def with_few_papers(monkeypatch):
    monkeypatch.setattr(papers, "MOST_PAPERS", 3)
    monkeypatch.setattr(files, "PER_DAY", 20)
    return create_merchant(papers=())[1]


def test_a_shop_has_so_many_papers_of_which_each_may_be_renewed_and_no_more(monkeypatch):
    owner = with_few_papers(monkeypatch)
    paper, *_ = [hand_in(owner, kind, scan=PDF) for kind in list(PaperKind)[:3]]

    with pytest.raises(BadInput) as refused:
        papers.add(owner, words(), files.keep(owner, PDF, now=NOW), now=NOW)
    assert (refused.value.code, refused.value.field) == ("papers_too_many", "scan")
    for _ in range(3):
        paper = papers.replace(owner, paper.id, words(), None, version=paper.version, now=NOW)
    with pytest.raises(BadInput, match="papers_too_many"):
        papers.replace(owner, paper.id, words(), None, version=paper.version, now=NOW)


def test_what_was_taken_back_counts_for_a_month(monkeypatch):
    owner = with_few_papers(monkeypatch)
    for _ in range(3):
        papers.withdraw(owner, hand_in(owner, scan=PDF).id, version=1, now=NOW)
    later = NOW + papers.LATELY

    with pytest.raises(BadInput, match="papers_too_many"):
        papers.add(owner, words(), files.keep(owner, PDF, now=later - MINUTE), now=later - MINUTE)
    assert papers.add(owner, words(), files.keep(owner, PDF, now=later), now=later)


@pytest.mark.mutant
def test_without_the_count_a_shop_brings_what_it_likes(monkeypatch):
    monkeypatch.setattr(daily, "has_room", lambda *_: True)
    _, owner = create_merchant()

    bring(owner, "red", "blue", "green")

    assert count(Picture) == 3
