"""Which papers a shop needs, and which of those on file count on a day."""

from datetime import date, timedelta

import pytest

from domain.merchants.papers import Lack, LackKind, PaperFacts, PaperKind, PaperStatus, lacking, needed_papers
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
