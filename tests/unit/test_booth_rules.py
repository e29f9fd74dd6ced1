"""The rules of a booth: each breaks exactly beyond its boundary, and says which paper of which day is meant."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from blueprints.words import SENTENCES, sentence
from domain.bookings import BookingStatus
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import Lack, LackKind, PaperKind
from domain.merchants.shops import MerchantStatus
from domain.studio.booths import (
    BOOTH_RULES,
    CONFIRMATION_RULES,
    MOVABLE,
    PRODUCT_RULES,
    BoothAsk,
    ChangeAsk,
    Readiness,
    booth_violations,
    change_violations,
    confirmation_violations,
    product_violations,
    withdrawal_costs,
)
from domain.studio.shows import Allotment, ShowStatus
from tests.support.builders import NOW

DAY = date(2026, 11, 26)
SECOND = timedelta(seconds=1)
READY = Readiness(day=DAY, claims=ClaimsStatus.CLEARED)
FOOD, LICENCE = PaperKind.FOOD_LICENCE, PaperKind.BUSINESS_LICENCE
FINE = BoothAsk(
    now=NOW,
    show_status=ShowStatus.OPEN,
    show_starts_at=NOW + timedelta(days=3),
    lock_hours=24,
    same_time_count=0,
    same_product_count=0,
    month_count=0,
    monthly_quota=2,
    readiness=READY,
    by_hand=True,
)
DRAWN = {"allotment": Allotment.DRAW, "closes_at": NOW + SECOND}


def lacks(*found):
    """A shop that lacks papers."""
    return replace(READY, lacks=tuple(Lack(kind, lack) for kind, lack in found))


BOUNDARIES = [
    ("show_not_open", {}, {"show_status": ShowStatus.CANCELLED}),
    ("show_not_open", {}, {"show_status": ShowStatus.DRAFT}),
    (
        "show_locked",
        {"show_starts_at": NOW + timedelta(hours=24, seconds=1)},
        {"show_starts_at": NOW + timedelta(hours=24)},
    ),
    ("applications_not_open", {"opens_at": NOW}, {"opens_at": NOW + SECOND}),
    ("applications_closed", {"closes_at": NOW + SECOND}, {"closes_at": NOW}),
    ("show_is_drawn", DRAWN | {"is_drawn": True}, DRAWN),
    (
        "merchant_not_verified",
        {"readiness": replace(READY, merchant=MerchantStatus.SUBMITTED)},
        {"readiness": replace(READY, merchant=MerchantStatus.DRAFT)},
    ),
    ("merchant_not_verified", {}, {"readiness": replace(READY, merchant=MerchantStatus.RETURNED)}),
    ("merchant_not_verified", {}, {"readiness": replace(READY, merchant=MerchantStatus.SUSPENDED)}),
    ("merchant_twice_at_once", {}, {"same_time_count": 1}),
    ("product_twice", {}, {"same_product_count": 1}),
    (
        "one_booth_while_others_wait",
        {"here_count": 1, "others_wait": False},
        {"here_count": 1, "others_wait": True},
    ),
    ("booth_quota", {"month_count": 1}, {"month_count": 2}),
    (
        "paper_missing",
        {"readiness": lacks((FOOD, LackKind.UNREVIEWED))},
        {"readiness": lacks((FOOD, LackKind.MISSING))},
    ),
    ("paper_expired", {}, {"readiness": lacks((FOOD, LackKind.EXPIRED))}),
    (
        "claims_refused",
        {"readiness": replace(READY, claims=ClaimsStatus.UNREVIEWED)},
        {"readiness": replace(READY, claims=ClaimsStatus.REFUSED)},
    ),
]
CONFIRMATIONS = [
    ("merchant_unverified", replace(READY, merchant=MerchantStatus.SUBMITTED)),
    ("paper_missing", lacks((LICENCE, LackKind.MISSING))),
    ("paper_expired", lacks((LICENCE, LackKind.EXPIRED))),
    ("paper_unreviewed", lacks((LICENCE, LackKind.UNREVIEWED))),
    ("claims_unreviewed", replace(READY, claims=ClaimsStatus.UNREVIEWED)),
    ("claims_refused", replace(READY, claims=ClaimsStatus.REFUSED)),
]


@pytest.mark.parametrize(("code", "inside", "outside"), BOUNDARIES)
def test_a_rule_of_booths_breaks_exactly_beyond_its_boundary(code: str, inside: dict, outside: dict) -> None:
    assert booth_violations(replace(FINE, **inside)) == []
    assert [found.code for found in booth_violations(replace(FINE, **outside))] == [code]


def test_every_rule_of_booths_has_a_boundary_here() -> None:
    broken = [replace(FINE, **outside) for _, _, outside in BOUNDARIES]

    assert [rule.__name__ for rule in BOOTH_RULES if not any(rule(ask) for ask in broken)] == []


@pytest.mark.parametrize(("code", "outside"), CONFIRMATIONS)
def test_a_booth_is_confirmed_only_when_staff_have_seen_everything(code: str, outside: Readiness) -> None:
    assert confirmation_violations(READY) == []
    assert [found.code for found in confirmation_violations(outside)] == [code]


def test_every_rule_of_confirming_has_its_case_here() -> None:
    broken = [outside for _, outside in CONFIRMATIONS]

    assert [rule.__name__ for rule in CONFIRMATION_RULES if not any(rule(one) for one in broken)] == []


def test_all_that_is_broken_comes_together_in_the_order_of_the_list() -> None:
    wrong = replace(
        FINE,
        show_status=ShowStatus.CANCELLED,
        month_count=2,
        readiness=replace(lacks((LICENCE, LackKind.MISSING)), claims=ClaimsStatus.REFUSED),
    )

    found = [one.code for one in booth_violations(wrong)]

    assert found == ["show_not_open", "booth_quota", "paper_missing", "claims_refused"]


def test_the_line_and_the_draw_are_not_bound_to_the_hours_of_applications() -> None:
    given = replace(FINE, by_hand=False, opens_at=NOW + SECOND, closes_at=NOW, allotment=Allotment.DRAW)

    assert booth_violations(given) == []


def test_what_a_draw_left_over_may_be_had_until_the_lock() -> None:
    over = replace(FINE, **DRAWN | {"closes_at": NOW - SECOND, "is_drawn": True})

    assert booth_violations(over) == []
    assert [one.code for one in booth_violations(replace(over, is_drawn=False))] == [
        "applications_closed",
        "show_is_drawn",
    ]


@pytest.mark.usefixtures("app")
def test_a_refusal_names_every_paper_and_the_day(app) -> None:
    lacking = lacks((LICENCE, LackKind.EXPIRED), (FOOD, LackKind.EXPIRED))
    [found] = product_violations(lacking)

    with app.test_request_context():
        told = sentence(found)

    assert (found.code, found.params["kinds"]) == ("paper_expired", ("business_licence", "food_licence"))
    assert "营业执照、食品经营许可证" in told
    assert "11月26日" in told
    assert {rule.__name__ for rule in PRODUCT_RULES} < {rule.__name__ for rule in BOOTH_RULES}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"show_status": ShowStatus.CANCELLED}, ["show_not_open"]),
        ({"meets_own": True}, ["merchant_twice_at_once"]),
        ({"show_starts_at": NOW + timedelta(hours=24)}, ["booth_change_locked"]),
        ({"show_starts_at": NOW + timedelta(hours=24), "by_staff": True}, []),
        ({"show_starts_at": NOW, "by_staff": True}, ["show_began"]),
        ({"show_starts_at": NOW + SECOND, "by_staff": True}, []),
    ],
)
def test_shops_change_booths_until_the_lock_and_staff_until_the_start(changes: dict, codes: list) -> None:
    ask = ChangeAsk(NOW, ShowStatus.OPEN, NOW + timedelta(days=3), 24, by_staff=False, meets_own=False)

    assert [found.code for found in change_violations(replace(ask, **changes))] == codes
    assert all(code in SENTENCES for code in codes)
    assert BookingStatus.OFFERED not in MOVABLE


@pytest.mark.parametrize(
    ("before", "points"), [(timedelta(hours=48), 0), (timedelta(hours=48) - SECOND, 1), (timedelta(0), 1)]
)
def test_a_withdrawal_is_free_until_two_days_before(before: timedelta, points: int) -> None:
    starts_at = NOW + timedelta(days=3)

    assert withdrawal_costs(starts_at - before, starts_at, free_hours=48, points=1) == points
