"""An order line finds its booth: product first, time second, at each edge of each window."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import ZONE
from domain.sales.attribution import (
    HEADLINE_TIERS,
    RULE_VERSION,
    Attribution,
    BoothWindow,
    OrderFacts,
    Reason,
    Tier,
    attribute,
)
from domain.sales.cells import Precision

SEAWEED, NOODLES = 1, 2
# A show from 22:30 to 01:00 that crosses midnight; the seaweed is on air from 23:50:20 to 00:05:40.
SHOW_START = datetime(2026, 6, 6, 22, 30, tzinfo=ZONE)
SHOW_END = datetime(2026, 6, 7, 1, 0, tzinfo=ZONE)
ON_AIR = datetime(2026, 6, 6, 23, 50, 20, tzinfo=ZONE)
OFF_AIR = datetime(2026, 6, 7, 0, 5, 40, tzinfo=ZONE)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def booth(
    slot: int = 30,
    product: int = SEAWEED,
    *,
    show: int = 7,
    on_air: datetime | None = ON_AIR,
    off_air: datetime | None = OFF_AIR,
    show_start: datetime | None = SHOW_START,
    show_end: datetime | None = SHOW_END,
) -> BoothWindow:
    return BoothWindow(show, slot, product, show_start, show_end, on_air, off_air)


def attributed(
    ordered_at: datetime,
    *booths: BoothWindow,
    product: int | None = SEAWEED,
    precision: Precision = Precision.SECOND,
    live: bool = False,
) -> Attribution:
    return attribute(OrderFacts(product, ordered_at, precision, live), booths or (booth(),))


@pytest.mark.parametrize(
    ("ordered_at", "tier"),
    [
        (SHOW_START - SECOND, Tier.NONE),
        (SHOW_START, Tier.SAME_SHOW),
        (ON_AIR - SECOND, Tier.SAME_SHOW),
        (ON_AIR, Tier.IN_WINDOW),
        (OFF_AIR - SECOND, Tier.IN_WINDOW),
        (OFF_AIR, Tier.TAIL),
        (OFF_AIR + 15 * MINUTE - SECOND, Tier.TAIL),
        (OFF_AIR + 15 * MINUTE, Tier.SAME_SHOW),
        (SHOW_END + 30 * MINUTE - SECOND, Tier.SAME_SHOW),
        (SHOW_END + 30 * MINUTE, Tier.LONG_TAIL),
        (SHOW_END + timedelta(hours=24) - SECOND, Tier.LONG_TAIL),
        (SHOW_END + timedelta(hours=24), Tier.NONE),
    ],
)
def test_each_window_begins_with_its_first_second_and_ends_before_its_last(
    ordered_at: datetime, tier: Tier
) -> None:
    result = attributed(ordered_at, live=True)
    assert result.tier is tier
    assert (result.show_id, result.booth_slot_id) == ((None, None) if tier is Tier.NONE else (7, 30))


@pytest.mark.parametrize(
    ("ordered_at", "tier", "widened"),
    [
        (ON_AIR.replace(second=0) - MINUTE, Tier.SAME_SHOW, 0),
        (ON_AIR.replace(second=0), Tier.IN_WINDOW, 59),
        (ON_AIR.replace(second=0) + MINUTE, Tier.IN_WINDOW, 0),
        (OFF_AIR.replace(second=0), Tier.IN_WINDOW, 0),
        (OFF_AIR.replace(second=0) + MINUTE, Tier.TAIL, 0),
        (SHOW_START - MINUTE, Tier.NONE, None),
        (SHOW_START, Tier.SAME_SHOW, 0),
    ],
)
def test_a_time_to_the_minute_widens_the_window_by_59_seconds_and_says_so(
    ordered_at: datetime, tier: Tier, widened: int | None
) -> None:
    result = attributed(ordered_at, precision=Precision.MINUTE)
    assert (result.tier, result.evidence.get("widened_seconds")) == (tier, widened)
    assert result.evidence["precision"] == "minute"


def test_the_widening_is_59_seconds_and_no_more() -> None:
    on_air = ON_AIR.replace(second=59)
    assert (
        attributed(ON_AIR.replace(second=0), booth(on_air=on_air), precision=Precision.MINUTE).tier
        is Tier.IN_WINDOW
    )
    later = on_air + SECOND
    assert (
        attributed(ON_AIR.replace(second=0), booth(on_air=later), precision=Precision.MINUTE).tier
        is Tier.SAME_SHOW
    )
    assert attributed(ON_AIR.replace(second=0), booth(on_air=on_air)).tier is Tier.SAME_SHOW


def test_the_long_tail_needs_evidence_of_a_live_in_the_row() -> None:
    result = attributed(SHOW_END + timedelta(hours=3), live=False)
    assert (result.tier, result.evidence["reason"]) == (Tier.NONE, Reason.NO_LIVE_EVIDENCE)


@pytest.mark.parametrize("tier_time", [ON_AIR, OFF_AIR, SHOW_START])
def test_the_surer_tiers_need_none(tier_time: datetime) -> None:
    assert attributed(tier_time, live=False).tier in HEADLINE_TIERS


def test_the_product_comes_before_the_time() -> None:
    noodles_on_air = booth(31, NOODLES, on_air=OFF_AIR, off_air=OFF_AIR + 15 * MINUTE)
    result = attributed(OFF_AIR + MINUTE, noodles_on_air, booth())
    assert (result.tier, result.booth_slot_id) == (Tier.TAIL, 30)


@pytest.mark.parametrize(
    ("product", "reason"), [(None, Reason.PRODUCT_UNKNOWN), (NOODLES, Reason.PRODUCT_NOT_SHOWN)]
)
def test_without_its_product_on_air_a_line_has_no_tier(product: int | None, reason: Reason) -> None:
    result = attributed(ON_AIR, product=product)
    assert (result.tier, result.show_id, result.evidence["reason"]) == (Tier.NONE, None, reason)


def test_a_booth_that_was_never_on_air_sells_nothing() -> None:
    assert attributed(ON_AIR, booth(on_air=None, off_air=None)).evidence["reason"] == Reason.PRODUCT_NOT_SHOWN


def test_a_booth_that_nobody_ended_ends_with_the_show() -> None:
    assert attributed(SHOW_END - SECOND, booth(off_air=None)).tier is Tier.IN_WINDOW
    assert attributed(SHOW_END, booth(off_air=None)).tier is Tier.TAIL
    assert attributed(ON_AIR, booth(off_air=None, show_end=None)).tier is Tier.NONE


def test_a_rerun_takes_the_orders_that_are_nearer_to_it() -> None:
    rerun = booth(35, on_air=OFF_AIR + 10 * MINUTE, off_air=OFF_AIR + 20 * MINUTE)
    assert attributed(OFF_AIR + 5 * MINUTE, booth(), rerun).booth_slot_id == 30
    assert attributed(OFF_AIR + 12 * MINUTE, booth(), rerun).booth_slot_id == 35
    assert attributed(OFF_AIR + 45 * MINUTE, booth(), rerun).booth_slot_id == 35


def test_a_surer_tier_of_one_show_beats_a_nearer_booth_of_another() -> None:
    day_before = booth(1, show=6, on_air=ON_AIR - 2 * MINUTE, off_air=ON_AIR - MINUTE)
    result = attributed(ON_AIR + SECOND, day_before, booth())
    assert (result.tier, result.show_id) == (Tier.IN_WINDOW, 7)


def test_the_evidence_explains_the_tier_and_fits_into_json() -> None:
    result = attributed(ON_AIR + 90 * SECOND)
    assert result.rule_version == RULE_VERSION
    assert json.loads(json.dumps(result.evidence)) == {
        "product_id": SEAWEED,
        "ordered_at": "2026-06-06T15:51:50+00:00",
        "precision": "second",
        "live_evidence": False,
        "window": ["2026-06-06T15:50:20+00:00", "2026-06-06T16:05:40+00:00"],
        "seconds_after_on_air_start": 90,
        "widened_seconds": 0,
    }


def test_a_naive_time_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="naive"):
        attributed(datetime(2026, 6, 6, 23, 55))  # noqa: DTZ001 - the mistake under test


@given(
    st.integers(-200_000, 200_000), st.permutations([booth(1), booth(2, NOODLES), booth(3, on_air=OFF_AIR)])
)
def test_the_order_in_which_booths_are_known_changes_nothing(offset: int, booths: list[BoothWindow]) -> None:
    ordered_at = ON_AIR + timedelta(seconds=offset)
    known = sorted(booths, key=lambda window: window.booth_slot_id)
    assert attributed(ordered_at, *booths, live=True) == attributed(ordered_at, *known, live=True)
