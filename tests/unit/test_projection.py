"""When the rest of a show will be on air: shifted, squeezed or left, also across midnight."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.interval import local
from domain.studio import rundown as steps
from domain.studio.projection import LEAST_SECONDS, project, shares
from domain.studio.rundown import Rundown
from domain.studio.running import Overrun, SkipReason
from tests.support.rundowns import BEGIN, later, order_of

lengths = st.lists(st.integers(1, 3600), min_size=1, max_size=12)
lateness = st.integers(-600, 20_000)


def on_air(overrun: Overrun = Overrun.SHIFT, count: int = 4) -> Rundown:
    """Begun on time, the first of its booths on air."""
    return replace(steps.start(order_of(count), BEGIN), overrun=overrun)


@given(lengths, lateness)
def test_shifted_nobody_loses_time(planned, late):
    assert shares(Overrun.SHIFT, planned, late) == planned


@given(lengths, lateness)
def test_squeezed_the_lateness_is_made_up_for_as_far_as_five_minutes_for_each_allow(planned, late):
    left = shares(Overrun.SQUEEZE, planned, late)

    floors = [min(one, LEAST_SECONDS) for one in planned]
    assert all(floor <= one <= was for floor, one, was in zip(floors, left, planned, strict=True))
    assert sum(left) == max(sum(planned) - max(late, 0), sum(floors))


@given(st.lists(st.integers(600, 3600), min_size=2, max_size=8), st.integers(1, 600))
def test_squeezed_all_lose_in_proportion(planned, late):
    left = shares(Overrun.SQUEEZE, planned, late)

    if LEAST_SECONDS not in left:
        whole = sum(planned) - late
        assert all(abs(one - was * whole / sum(planned)) <= 1 for one, was in zip(left, planned, strict=True))


@given(lengths, lateness)
def test_left_the_first_loses_the_time_and_the_second_only_what_the_first_did_not_have(planned, late):
    left = shares(Overrun.LEAVE, planned, late)

    assert sum(left) == max(sum(planned) - max(late, 0), 0)
    shorter = [one < was for one, was in zip(left, planned, strict=True)]
    assert all(left[number] == 0 for number in range(len(left)) if any(shorter[number + 1 :]))


@given(st.sampled_from(Overrun), st.integers(1, 10), st.integers(0, 200 * 60), st.integers(0, 5))
def test_the_rest_keeps_its_order_without_gaps_and_ends_where_the_choice_says(overrun, count, seconds, more):
    order = on_air(overrun, count)
    for _ in range(more):
        order = steps.extend(order)

    seen = project(order, BEGIN, BEGIN + timedelta(seconds=seconds))

    assert [one.item_id for one in seen.times] == [one.id for one in order.waiting]
    assert all(one.ends_at == two.starts_at for one, two in pairwise(seen.times))
    assert all(one.starts_at <= one.ends_at for one in seen.times)
    begins = seen.times[0].starts_at if seen.times else seen.ends_at
    assert begins == max(seen.current_ends_at, BEGIN + timedelta(seconds=seconds))
    planned_rest = 900 * (count - 1)
    if overrun is Overrun.SHIFT:
        assert seen.ends_at == begins + timedelta(seconds=planned_rest)
        assert seen.offset == (seen.ends_at - seen.planned_ends_at).total_seconds()
    floor = LEAST_SECONDS * (count - 1) if overrun is Overrun.SQUEEZE else 0
    if overrun is not Overrun.SHIFT and begins + timedelta(seconds=floor) <= seen.planned_ends_at:
        assert seen.ends_at == seen.planned_ends_at


def test_the_countdown_goes_over_into_overtime():
    order = on_air()

    assert project(order, BEGIN, later(14)).remaining == 60
    assert project(order, BEGIN, later(15)).remaining == 0
    over = project(order, BEGIN, later(18))
    assert (over.remaining, over.offset) == (-180, 180)
    assert project(steps.extend(order), BEGIN, later(15)).remaining == 60


def test_while_time_remains_nothing_moves_and_in_overtime_everything_does():
    assert not project(on_air(), BEGIN, later(14)).moves
    assert project(on_air(), BEGIN, later(16)).moves


def test_a_show_that_is_not_begun_waits_for_its_start_and_is_late_after_it():
    assert project(order_of(), BEGIN, later(-20)).offset == 0
    assert project(order_of(), BEGIN, later(4)).offset == 240


@pytest.mark.parametrize(
    ("overrun", "expected"),
    [(Overrun.SHIFT, 900), (Overrun.SQUEEZE, 800), (Overrun.LEAVE, 600)],
)
def test_what_goes_on_air_after_an_overrun_counts_down_what_the_choice_leaves_it(overrun, expected):
    late = steps.go_on(on_air(overrun), later(20))

    assert project(late, BEGIN, later(20)).remaining == expected


def test_a_squeezed_show_crosses_midnight_and_still_ends_as_planned():
    order = on_air(Overrun.SQUEEZE, 8)
    for number in range(7):
        late = later(17 * (number + 1)) if number < 3 else project(order, BEGIN, BEGIN).current_ends_at
        order = steps.go_on(order, late)

    seen = project(order, BEGIN, order.items[-1].started_at)

    assert local(order.items[-1].started_at).date() > local(BEGIN).date()
    assert seen.current_ends_at == seen.ends_at == seen.planned_ends_at == later(120)


def test_who_is_left_out_makes_the_show_early_and_what_is_put_in_makes_it_late():
    skipped = steps.skip(on_air(), 3, SkipReason.ABSENT, later(1))
    assert project(skipped, BEGIN, later(1)).offset == -900

    assert project(steps.insert(skipped, "抽奖", 20), BEGIN, later(1)).offset == 300


def test_a_swap_leaves_the_end_of_the_show_alone():
    seen = project(steps.swap(on_air(), 2, 4), BEGIN, later(1))

    assert (seen.offset, [one.item_id for one in seen.times]) == (0, [4, 3, 2])


def test_a_show_that_is_over_tells_when_it_ended():
    seen = project(steps.end(on_air(), later(66)), BEGIN, later(90))

    assert (seen.ends_at, seen.offset, seen.times) == (later(66), 360, ())
