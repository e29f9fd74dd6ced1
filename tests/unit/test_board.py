"""Lanes of the board: whatever is held, the segments cover the window exactly."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.board import HOUR, Held, Horizon, Segment, SegmentKind, axis_of, free_at, pool_lane, room_lane
from domain.interval import Interval, moment_of, tick_of
from tests.support.builders import at, between

DAY = between(0, 24)
OPEN = [between(8, 22)]
WINDOW = between(8, 22)


def horizon(now: float = 8, first: float | None = None) -> Horizon:
    start = tick_of(at(now))
    return Horizon(start, start if first is None else tick_of(at(first)), tick_of(at(24)))


def shown(segments: list[Segment], kind: SegmentKind) -> list[Interval]:
    return [segment.interval for segment in segments if segment.kind is kind]


def held_at(start: float, end: float, kind: SegmentKind = SegmentKind.BUSY) -> Held:
    return Held(between(start, end), kind)


@given(
    window=st.tuples(st.integers(0, 80), st.integers(1, 96)),
    openings=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), max_size=3),
    held=st.lists(
        st.tuples(st.integers(-8, 96), st.integers(1, 30), st.sampled_from(SegmentKind)), max_size=8
    ),
    buffer=st.sampled_from([0, 15, 30]),
    now=st.integers(-10, 110),
    lead=st.integers(0, 8),
)
def test_segments_cover_the_window_exactly(window, openings, held, buffer, now, lead):
    base = tick_of(at(0))
    segments = room_lane(
        Interval.of_ticks(base + window[0], window[1]),
        [Interval.of_ticks(base + first, count) for first, count in openings],
        [Held(Interval.of_ticks(base + first, count), kind) for first, count, kind in held],
        buffer,
        Horizon(base + now, base + now + lead, base + 96),
    )

    ticks = [tick for segment in segments for tick in segment.interval.ticks()]
    assert ticks == list(range(base + window[0], base + window[0] + window[1]))


@given(
    window=st.tuples(st.integers(0, 80), st.integers(1, 96)),
    opening=st.tuples(st.integers(0, 90), st.integers(1, 60)),
    taken=st.dictionaries(st.integers(0, 100), st.integers(0, 14)),
    now=st.integers(-10, 110),
)
def test_bars_of_seats_cover_the_window_and_never_promise_too_many(window, opening, taken, now):
    base = tick_of(at(0))
    owned = {base + tick: count for tick, count in taken.items()}
    segments = pool_lane(
        Interval.of_ticks(base + window[0], window[1]),
        [Interval.of_ticks(base + opening[0], opening[1])],
        owned,
        12,
        Horizon(base + now, base + now, base + 96),
    )

    ticks = [tick for segment in segments for tick in segment.interval.ticks()]
    assert ticks == list(range(base + window[0], base + window[0] + window[1]))
    for segment in segments:
        for tick in segment.interval.ticks() if segment.bars else ():
            bar = segment.bars[(tick - segment.interval.ticks().start) // 2]
            assert 0 <= bar <= max(0, 12 - owned.get(tick, 0))


def test_free_time_comes_in_cells_on_the_hour_that_are_never_short():
    segments = room_lane(WINDOW, OPEN, [held_at(9.5, 11.25)], 0, horizon())

    free = shown(segments, SegmentKind.FREE)
    assert free[:3] == [between(8, 9.5), between(11.25, 13), between(13, 14)]
    assert all(len(cell.ticks()) >= HOUR for cell in free)


def test_a_cell_that_begins_too_soon_has_no_start():
    segments = room_lane(WINDOW, OPEN, [], 0, horizon(now=9, first=9.75))

    free = [segment for segment in segments if segment.kind is SegmentKind.FREE]
    assert (free[0].interval, free[0].start) == (between(9, 9.75), None)
    assert free[1].start == tick_of(at(9.75))
    assert shown(segments, SegmentKind.PAST) == [between(8, 9)]


def test_nothing_can_start_beyond_the_horizon():
    far = Horizon(now=0, first=0, end=tick_of(at(8)))

    assert all(segment.start is None for segment in room_lane(WINDOW, OPEN, [], 0, far))


def test_clean_up_time_is_shown_only_where_it_is_in_the_way():
    segments = room_lane(WINDOW, OPEN, [held_at(10, 12), held_at(12.25, 13), held_at(21, 22)], 15, horizon())

    assert shown(segments, SegmentKind.BUFFER) == [between(12, 12.25), between(13, 13.25)]


def test_neighbouring_bookings_stay_two_blocks():
    segments = room_lane(WINDOW, OPEN, [held_at(10, 11), held_at(11, 12)], 0, horizon())

    assert shown(segments, SegmentKind.BUSY) == [between(10, 11), between(11, 12)]


def test_a_show_outside_opening_hours_is_still_seen():
    segments = room_lane(between(8, 24), OPEN, [held_at(21, 23, SegmentKind.SHOW)], 0, horizon())

    assert shown(segments, SegmentKind.SHOW) == [between(21, 23)]
    assert shown(segments, SegmentKind.CLOSED) == [between(23, 24)]


def test_the_axis_holds_all_openings_in_whole_hours():
    assert axis_of(DAY, [between(8.5, 18), between(7, 21.5)]) == between(7, 22)
    assert axis_of(DAY, []) == between(8, 22)
    assert axis_of(DAY, [between(23, 24)]) == between(23, 24)


def test_free_seats_are_counted_for_a_quarter_hour():
    tick = tick_of(at(10))

    assert free_at(tick, OPEN, {tick: 5}, 12) == 7
    assert free_at(tick, OPEN, {tick: 13}, 12) == 0
    assert free_at(tick_of(at(7)), OPEN, {}, 12) is None
    assert moment_of(tick) + timedelta(minutes=15) == at(10.25)
