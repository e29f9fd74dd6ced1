"""Every rule of the rulebook at its boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.interval import Interval, at_local
from domain.people import Role
from domain.policies import RULEBOOK, TIME_RULES, Ask, Closed, Limits, SpaceRules, outside_hours, violations
from domain.spaces import SpaceKind

MONDAY = date(2026, 11, 23)
NOW = at_local(MONDAY, 9 * 60)
RULES = SpaceRules(
    SpaceKind.ROOM, capacity=20, min_minutes=30, max_minutes=240, advance_days=30, lead_minutes=30
)


def between(start: float, end: float, days: int = 0) -> Interval:
    """Hours of a day."""
    day = MONDAY + timedelta(days=days)
    return Interval(at_local(day, int(start * 60)), at_local(day, int(end * 60)))


def open_days(first: int, last: int) -> list[Interval]:
    """Open from 8 to 22 on these days."""
    return [between(8, 22, days=number) for number in range(first, last + 1)]


FINE = Ask(
    interval=between(15, 17),
    party_size=4,
    now=NOW,
    rules=RULES,
    openings=open_days(0, 40),
    limits=Limits(max_upcoming=3, max_week_minutes=360),
    booker_role=Role.RESIDENT,
    booker_verified=True,
    upcoming_count=0,
    week_minutes=0,
)
NO_LEAD = replace(RULES, lead_minutes=0, min_minutes=15)
SEATS = replace(RULES, kind=SpaceKind.POOL)
ALL_NIGHT = {
    "rules": replace(RULES, max_minutes=2 * 24 * 60),
    "openings": [between(0, 72)],
    "limits": Limits(max_upcoming=3, max_week_minutes=9_999),
}

# What is just inside, what is just outside, and the only code that it may bring.
BOUNDARIES = [
    ("role_may_not_book", {"booker_role": Role.STAFF}, {"booker_role": Role.MERCHANT}),
    ("not_verified", {"booker_role": Role.STAFF, "booker_verified": False}, {"booker_verified": False}),
    ("off_grid", {"interval": between(15.25, 17)}, {"interval": between(15.1, 17)}),
    ("off_grid", {"interval": between(15, 17.75)}, {"interval": between(15, 17.1)}),
    ("too_short", {"interval": between(15, 15.5)}, {"interval": between(15, 15.25)}),
    ("too_long", {"interval": between(15, 19)}, {"interval": between(15, 19.25)}),
    (
        "longer_than_a_day",
        ALL_NIGHT | {"interval": between(10, 34)},
        ALL_NIGHT | {"interval": between(10, 34.25)},
    ),
    ("too_soon", {"interval": between(9.5, 10)}, {"interval": between(9.25, 10)}),
    (
        "too_soon",
        {"rules": NO_LEAD, "now": NOW + timedelta(minutes=14), "interval": between(9, 10)},
        {"rules": NO_LEAD, "now": NOW + timedelta(minutes=15), "interval": between(9, 10)},
    ),
    ("in_the_past", {"interval": between(9.5, 10)}, {"interval": between(8, 9)}),
    ("too_far", {"interval": between(15, 17, days=30)}, {"interval": between(15, 17, days=31)}),
    ("outside_hours", {"interval": between(8, 10, days=1)}, {"interval": between(7.75, 10, days=1)}),
    ("outside_hours", {"interval": between(20, 22)}, {"interval": between(20, 22.25)}),
    (
        "closed_that_day",
        {"interval": between(15, 17), "openings": open_days(0, 0)},
        {"interval": between(15, 17, days=1), "openings": open_days(0, 0)},
    ),
    (
        "role_may_not_book",
        {"rules": replace(RULES, kind=SpaceKind.STUDIO), "booker_role": Role.MERCHANT, "shop_verified": True},
        {"booker_role": Role.MERCHANT},
    ),
    (
        "studio_needs_verified_shop",
        {"rules": replace(RULES, kind=SpaceKind.STUDIO), "booker_role": Role.MERCHANT, "shop_verified": True},
        {"rules": replace(RULES, kind=SpaceKind.STUDIO), "booker_role": Role.MERCHANT},
    ),
    ("too_few_people", {"party_size": 1}, {"party_size": 0}),
    ("too_many_people", {"party_size": 20}, {"party_size": 21}),
    (
        "one_seat_each",
        {"rules": SEATS, "party_size": 1, "interval": between(15, 16)},
        {"rules": SEATS, "party_size": 2, "interval": between(15, 16)},
    ),
    ("quota_count", {"upcoming_count": 2}, {"upcoming_count": 3}),
    ("quota_hours", {"week_minutes": 240}, {"week_minutes": 255}),
    (
        "closed",
        {"closures": [Closed(between(17, 18), "检修"), Closed(between(14, 15), "检修")]},
        {"closures": [Closed(between(16.75, 18), "检修")]},
    ),
    (
        "paused",
        {"paused_until": NOW + timedelta(days=1), "booker_role": Role.STAFF},
        {"paused_until": NOW + timedelta(days=1)},
    ),
    ("overlaps_own", {"own_times": [between(17, 18)]}, {"own_times": [between(16.75, 18)]}),
    (
        "private_space",
        {"rules": replace(RULES, is_private=True)},
        {"rules": replace(RULES, is_private=True), "by_captain": True},
    ),
]


def codes(ask: Ask) -> list[str]:
    """The codes of what is broken."""
    return [violation.code for violation in violations(ask)]


@pytest.mark.parametrize(("code", "inside", "outside"), BOUNDARIES)
def test_a_rule_breaks_exactly_beyond_its_boundary(code: str, inside: dict, outside: dict) -> None:
    assert codes(replace(FINE, **inside)) == []
    assert codes(replace(FINE, **outside)) == [code]


def test_every_check_of_the_rulebook_has_a_boundary_here() -> None:
    broken = [replace(FINE, **outside) for _, _, outside in BOUNDARIES]

    assert [check.__name__ for check in RULEBOOK if not any(check(ask) for ask in broken)] == []


def test_a_fine_wish_breaks_nothing() -> None:
    assert codes(FINE) == []


def test_quotas_are_for_households() -> None:
    many = replace(FINE, upcoming_count=99, week_minutes=9_999)

    assert codes(replace(many, booker_role=Role.STAFF)) == []
    assert codes(replace(many, booker_role=Role.CAPTAIN)) == ["quota_count", "quota_hours"]


def test_the_hours_that_are_left_are_told() -> None:
    (told,) = violations(replace(FINE, week_minutes=300))
    (nothing,) = violations(replace(FINE, week_minutes=400))

    assert told.params == {"hours": 6.0, "left_minutes": 60}
    assert nothing.params["left_minutes"] == 0


def test_without_a_capacity_any_number_may_come() -> None:
    assert codes(replace(FINE, party_size=500, rules=replace(RULES, capacity=None))) == []


def test_a_break_at_noon_is_outside_hours_and_named() -> None:
    openings = [between(8, 12), between(14, 18)]

    told = outside_hours(between(11, 15), openings)

    assert told is not None
    assert (told.code, told.params["openings"]) == ("outside_hours", tuple(openings))


def test_broken_rules_keep_the_order_of_the_rulebook() -> None:
    bad = replace(
        FINE, booker_verified=False, party_size=0, interval=between(7, 7.25, days=31), upcoming_count=3
    )

    assert codes(bad) == [
        "not_verified",
        "too_short",
        "too_far",
        "outside_hours",
        "too_few_people",
        "quota_count",
    ]


def test_one_ask_that_breaks_nearly_everything_hears_of_all_of_it_in_the_order_of_the_rulebook() -> None:
    wish = between(7.1, 32, days=31)
    bad = replace(
        FINE,
        rules=replace(RULES, is_private=True),
        interval=wish,
        party_size=21,
        booker_verified=False,
        upcoming_count=3,
        week_minutes=360,
        closures=[Closed(wish, "检修")],
        own_times=[wish],
        paused_until=NOW + timedelta(days=1),
        by_captain=True,
    )

    told = [
        "not_verified",
        "off_grid",
        "too_long",
        "longer_than_a_day",
        "too_far",
        "closed",
        "outside_hours",
        "too_many_people",
        "quota_count",
        "quota_hours",
        "paused",
        "overlaps_own",
        "private_space",
    ]
    assert codes(bad) == told
    # The others can't be broken at the same time: a merchant is no neighbour, too short is not too long.
    rest = ["_role", "_verified_shop", "_too_short", "_past", "_too_soon"]
    assert len(RULEBOOK) - len(told) == len(rest)


def test_the_rules_of_time_are_part_of_the_rulebook() -> None:
    assert set(TIME_RULES) <= set(RULEBOOK)
