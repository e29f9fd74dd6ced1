"""Which papers a shop needs, and which of those on file count on a day."""

from datetime import date, timedelta

import pytest

from domain.errors import BadInput
from domain.merchants.papers import (
    Lack,
    LackKind,
    PaperFacts,
    PaperKind,
    PaperStatus,
    PaperWords,
    lacking,
    needed_papers,
    reminder_due,
)
from domain.merchants.products import FoodType

DAY = date(2026, 11, 26)
LICENCE = PaperKind.BUSINESS_LICENCE


def paper(kind=LICENCE, status=PaperStatus.APPROVED, expires_on=None):
    return PaperFacts(kind, status, expires_on)


@pytest.mark.parametrize(
    ("food_type", "needed"),
    [
        (None, [LICENCE]),
        (FoodType.FARM_PRODUCE, [LICENCE]),
        (FoodType.PREPACKED, [LICENCE, PaperKind.FOOD_FILING]),
        (FoodType.OTHER_FOOD, [LICENCE, PaperKind.FOOD_LICENCE]),
    ],
)
def test_the_papers_depend_on_the_food(food_type, needed):
    assert list(needed_papers(food_type, is_exempt=False)) == needed
    assert list(needed_papers(food_type, is_exempt=True)) == needed[1:]


def test_a_food_licence_stands_in_for_a_filing():
    assert lacking([PaperKind.FOOD_FILING], [paper(PaperKind.FOOD_LICENCE)], DAY) == []
    assert lacking([PaperKind.FOOD_LICENCE], [paper(PaperKind.FOOD_FILING)], DAY) == [
        Lack(PaperKind.FOOD_LICENCE, LackKind.MISSING)
    ]


@pytest.mark.parametrize(
    ("papers", "lack"),
    [
        ([], LackKind.MISSING),
        ([paper(status=PaperStatus.RETURNED)], LackKind.MISSING),
        ([paper(status=PaperStatus.WITHDRAWN)], LackKind.MISSING),
        ([paper(expires_on=DAY - timedelta(days=1))], LackKind.EXPIRED),
        ([paper(status=PaperStatus.SUBMITTED)], LackKind.UNREVIEWED),
        (
            [paper(expires_on=DAY - timedelta(days=1)), paper(status=PaperStatus.SUBMITTED)],
            LackKind.UNREVIEWED,
        ),
        ([paper(expires_on=DAY)], None),
        ([paper(status=PaperStatus.RETURNED), paper()], None),
    ],
)
def test_a_paper_counts_once_staff_approved_it_and_until_its_last_day(papers, lack):
    assert lacking([LICENCE], papers, DAY) == ([] if lack is None else [Lack(LICENCE, lack)])


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [
        (31, None, None),
        (30, None, 30),
        (30, 30, None),
        (8, 30, None),
        (7, 30, 7),
        (7, None, 7),
        (0, 7, None),
        (0, None, 7),
        (-1, 7, 0),
        (-1, None, 0),
        (-40, 0, None),
    ],
)
def test_each_reminder_comes_once_in_its_time(left, reminded, due):
    assert reminder_due(DAY + timedelta(days=left), reminded, DAY) == due


def test_a_paper_is_tidied():
    words = PaperWords(LICENCE, "  JY1 3505 ", " 泉港区  市场监督管理局 ", DAY)

    assert words.checked(DAY) == PaperWords(LICENCE, "JY1 3505", "泉港区 市场监督管理局", DAY)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (PaperWords(LICENCE, " ", "局", None), "paper_number_missing"),
        (PaperWords(LICENCE, "1" * 61, "局", None), "paper_number_long"),
        (PaperWords(LICENCE, "1", "", None), "paper_issuer_missing"),
        (PaperWords(LICENCE, "1", "局" * 61, None), "paper_issuer_long"),
        (PaperWords(LICENCE, "1", "局", DAY - timedelta(days=1)), "paper_over"),
        (PaperWords(LICENCE, "1", "局", date(2226, 1, 1)), "paper_too_long"),
    ],
)
def test_a_paper_that_cannot_count_is_refused(words, code):
    with pytest.raises(BadInput, match=code):
        words.checked(DAY)
