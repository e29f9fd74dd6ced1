"""What may be done with a running order, and what each step leaves behind."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RuleViolation
from domain.studio import rundown as steps
from domain.studio.booths import OnAir
from domain.studio.rundown import NEW, Item, Rundown
from domain.studio.running import ItemKind, Overrun, SkipReason
from tests.support.rundowns import BEGIN, later, numbered, order_of, pressed


def ids(order: Rundown) -> list[int]:
    return [one.id for one in order.items]


def states(order: Rundown) -> list[str]:
    return [one.state.value for one in order.items]


def code_of(refusal) -> str:
    return refusal.value.violations[0].code


def test_the_first_goes_on_air_and_the_show_has_begun():
    order = steps.start(order_of(), later(1))

    assert states(order) == ["on_air", "waiting", "waiting", "waiting"]
    assert (order.started_at, order.items[0].started_at) == (later(1), later(1))


def test_the_next_begins_at_the_moment_at_which_the_one_before_ends():
    order = steps.go_on(steps.start(order_of(), BEGIN), later(16))

    assert states(order)[:2] == ["done", "on_air"]
    assert order.items[0].ended_at == order.items[1].started_at == later(16)
    assert order.items[0].planned_starts_at == BEGIN


def test_after_a_pause_nothing_is_on_air_until_somebody_starts_again():
    order = steps.pause(steps.start(order_of(), BEGIN), later(10))
    assert (order.current, order.ended_at) == (None, None)

    assert steps.start(order, later(12)).items[1].started_at == later(12)


def test_more_time_is_counted_apart_from_the_plan():
    current = steps.extend(steps.extend(steps.start(order_of(), BEGIN))).items[0]

    assert (current.planned_seconds, current.extra_seconds) == (900, 120)


def test_what_is_skipped_keeps_its_reason_and_never_was_on_air():
    skipped = steps.skip(order_of(), 2, SkipReason.ABSENT, BEGIN).items[1]

    assert (skipped.state, skipped.skip_reason) == (OnAir.SKIPPED, SkipReason.ABSENT)
    assert skipped.started_at is None


def test_of_the_booths_of_a_market_slot_one_alone_can_be_left_out():
    market = Rundown((Item(1, 900, (7, 8, 9), BEGIN), Item(2, 900, (17,), later(15))))

    order = steps.skip(market, 1, SkipReason.NOT_READY, BEGIN, booth=8)

    assert [(one.id, one.booths, one.state.value) for one in order.items] == [
        (1, (7, 9), "waiting"),
        (NEW, (8,), "skipped"),
        (2, (17,), "waiting"),
    ]


def test_two_that_wait_change_places_and_one_can_be_brought_forward():
    assert ids(steps.swap(order_of(), 1, 3)) == [3, 2, 1, 4]
    assert ids(steps.move(steps.start(order_of(), BEGIN), 4, 1)) == [1, 4, 2, 3]
    assert ids(steps.move(order_of(), 1, 4)) == [2, 3, 4, 1]


def test_what_was_aired_or_skipped_can_come_again_next_with_its_length():
    order = steps.go_on(steps.start(order_of(), BEGIN), later(15))

    again = steps.repeat(order, 1).items[2]

    assert (again.id, again.booths, again.planned_seconds, again.repeat_of) == (NEW, (101,), 900, 1)
    assert again.planned_starts_at is None


def test_something_that_is_no_booth_is_put_in_next():
    order = steps.insert(steps.start(order_of(), BEGIN), "  抽奖  ", 3)

    assert (order.items[1].kind, order.items[1].title, order.items[1].planned_seconds) == (
        ItemKind.BREAK,
        "抽奖",
        180,
    )


def test_at_the_end_there_was_no_time_for_what_still_waits():
    order = steps.end(steps.start(order_of(), BEGIN), later(20))

    assert states(order) == ["done", "skipped", "skipped", "skipped"]
    assert {one.skip_reason for one in order.items[1:]} == {SkipReason.NO_TIME}
    assert order.ended_at == later(20)


ON_AIR = steps.start(order_of(), BEGIN)
OVER = steps.end(ON_AIR, later(5))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (lambda: steps.start(ON_AIR, BEGIN), "already_on_air"),
        (lambda: steps.start(Rundown(()), BEGIN), "nothing_waiting"),
        (lambda: steps.go_on(order_of(), BEGIN), "nothing_on_air"),
        (lambda: steps.go_on(steps.start(order_of(1), BEGIN), BEGIN), "nothing_waiting"),
        (lambda: steps.pause(order_of(), BEGIN), "nothing_on_air"),
        (lambda: steps.extend(order_of()), "nothing_on_air"),
        (lambda: steps.skip(ON_AIR, 1, SkipReason.ABSENT, BEGIN), "not_waiting"),
        (lambda: steps.skip(ON_AIR, 99, SkipReason.ABSENT, BEGIN), "item_unknown"),
        (lambda: steps.skip(ON_AIR, NEW, SkipReason.ABSENT, BEGIN), "item_unknown"),
        (lambda: steps.swap(ON_AIR, 1, 2), "not_waiting"),
        (lambda: steps.swap(ON_AIR, 2, 2), "swap_with_itself"),
        (lambda: steps.move(ON_AIR, 2, 4), "place_unknown"),
        (lambda: steps.repeat(ON_AIR, 2), "still_to_come"),
        (lambda: steps.insert(ON_AIR, " ", 5), "insert_title_missing"),
        (lambda: steps.insert(ON_AIR, "长" * 61, 5), "insert_title_long"),
        (lambda: steps.insert(ON_AIR, "抽奖", 0), "insert_minutes"),
        (lambda: steps.end(order_of(), BEGIN), "not_begun"),
        (lambda: steps.start(OVER, BEGIN), "show_has_ended"),
        (lambda: steps.repeat(OVER, 1), "show_has_ended"),
        (lambda: steps.choose(OVER, Overrun.LEAVE), "show_has_ended"),
    ],
)
def test_what_is_not_possible_is_refused_by_name(step, code):
    with pytest.raises(RuleViolation) as refusal:
        step()

    assert code_of(refusal) == code


def test_what_is_no_booth_is_not_repeated():
    order = steps.start(steps.insert(order_of(), "抽奖", 3), BEGIN)
    order = numbered(order)

    with pytest.raises(RuleViolation) as refusal:
        steps.repeat(order, 5)

    assert code_of(refusal) == "only_booths_repeat"


def test_late_booths_come_in_where_their_time_is_and_withdrawn_ones_are_put_aside():
    order = Rundown(tuple(one for one in order_of().items if one.id != 2))
    late = Item(NEW, 900, (555,), later(15))

    caught_up = steps.catch_up(order, [late], frozenset({103}), BEGIN)

    assert [one.booths for one in caught_up.items] == [(101,), (555,), (103,), (104,)]
    assert states(caught_up) == ["waiting", "waiting", "skipped", "waiting"]


def test_a_late_booth_of_a_market_joins_its_slot_or_stands_alone_once_that_is_on_air():
    market = Rundown((Item(1, 900, (7,), BEGIN), Item(2, 900, (17,), later(15))))
    late = Item(NEW, 900, (8,), BEGIN)

    assert steps.catch_up(market, [late], frozenset(), BEGIN).items[0].booths == (7, 8)
    on_air = steps.catch_up(steps.start(market, BEGIN), [late], frozenset(), BEGIN)
    assert [one.booths for one in on_air.items] == [(7,), (8,), (17,)]


def test_what_was_on_air_stays_as_it_was_when_its_booth_is_withdrawn():
    assert steps.catch_up(ON_AIR, [], frozenset({101}), later(5)) == ON_AIR


NAMES = ("start", "next", "pause", "extend", "skip", "swap", "move", "repeat", "insert")
PRESSES = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 6), st.integers(1, 6)), max_size=25)


@given(PRESSES)
def test_whatever_is_pressed_nothing_is_lost_one_is_on_air_and_times_follow_each_other(presses):
    order, now = order_of(), BEGIN
    for name, one, other in presses:
        before, now = order, now + timedelta(seconds=77)
        order = pressed(order, name, one, other, now)

        assert set(ids(before)) <= set(ids(order))
        assert len(set(ids(order))) == len(order.items)
        assert states(order).count("on_air") <= 1
    aired = sorted((one.started_at, one.ended_at or now) for one in order.items if one.started_at)
    assert all(begin <= finish for begin, finish in aired)
    assert all(one[1] <= two[0] for one, two in pairwise(aired))
