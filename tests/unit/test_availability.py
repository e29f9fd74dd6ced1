"""Free time, and the nearest free choices."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.availability import FreeStretch, free_stretches, nearest_free
from domain.interval import TICK, Interval, at_local, tick_of

MONDAY = date(2026, 11, 23)
DAY = Interval.of_day(MONDAY)
FIRST = tick_of(DAY.starts_at)
PLACES = 3
REACH = timedelta(hours=6)
ticks_of_day = st.integers(FIRST, FIRST + 95)


def between(start: float, end: float) -> Interval:
    """Hours of the day."""
    return Interval(at_local(MONDAY, int(start * 60)), at_local(MONDAY, int(end * 60)))


def everything(_: Interval) -> bool:
    """Rules that allow any time."""
    return True


def nearest(wanted: Interval, full: set[int], **more) -> list[Interval]:
    """Up to three choices within six hours of a house that never closes."""
    always = Interval.of_ticks(FIRST - 960, 1920)
    asked = {"full": full, "openings": [always], "buffer_minutes": 0, "allowed": everything}
    return nearest_free(wanted, **asked | {"reach": REACH, "most": 3} | more)


def test_free_time_is_merged_where_equal_and_nothing_is_free_outside_hours() -> None:
    taken = dict.fromkeys(between(10, 11).ticks(), 2) | dict.fromkeys(between(11, 12).ticks(), 3)

    found = free_stretches(between(7, 13), [between(8, 22)], taken, PLACES)

    assert found == [
        FreeStretch(between(7, 8), 0),
        FreeStretch(between(8, 10), 3),
        FreeStretch(between(10, 11), 1),
        FreeStretch(between(11, 12), 0),
        FreeStretch(between(12, 13), 3),
    ]


@given(
    st.tuples(ticks_of_day, st.integers(1, 96)).map(lambda given: Interval.of_ticks(*given)),
    st.lists(
        st.tuples(ticks_of_day, st.integers(1, 30)).map(lambda given: Interval.of_ticks(*given)), max_size=3
    ),
    st.dictionaries(ticks_of_day, st.integers(0, PLACES + 1)),
)
def test_stretches_cover_the_window_exactly_and_tell_each_tick(window, openings, taken) -> None:
    found = free_stretches(window, openings, taken, PLACES)

    told = {tick: one.free for one in found for tick in one.interval.ticks()}
    opened = {tick for opening in openings for tick in opening.ticks()}
    assert [tick for one in found for tick in one.interval.ticks()] == list(window.ticks())
    assert told == {
        tick: max(0, PLACES - taken.get(tick, 0)) if tick in opened else 0 for tick in window.ticks()
    }
    assert all(found[n].free != found[n + 1].free for n in range(len(found) - 1))


def test_one_later_and_one_earlier_come_first() -> None:
    full = set(between(15, 17).ticks())

    assert nearest(between(16, 18), full) == [between(17, 19), between(13, 15), between(19, 21)]


def test_the_cleaning_of_the_choice_itself_must_fit_too() -> None:
    full = set(between(15, 17).ticks())

    assert nearest(between(16, 18), full, buffer_minutes=15)[:2] == [between(17, 19), between(12.75, 14.75)]


def test_a_wish_off_the_grid_is_offered_times_on_the_grid() -> None:
    off_grid = between(16, 17).shifted(timedelta(minutes=7))

    assert nearest(off_grid, set()) == [between(16, 17), between(15, 16), between(17, 18)]


def test_where_nothing_is_free_nothing_is_offered() -> None:
    assert nearest(between(16, 17), set(range(FIRST - 96, FIRST + 192))) == []


@given(
    st.tuples(st.integers(FIRST + 20, FIRST + 70), st.integers(1, 8)).map(
        lambda given: Interval.of_ticks(*given)
    ),
    st.sets(ticks_of_day),
    st.sampled_from([0, 15, 30]),
    st.integers(0, 4),
)
def test_choices_are_free_allowed_near_apart_and_as_long(wanted, full, buffer_minutes, most) -> None:
    def within_hours(interval: Interval) -> bool:
        return between(8, 22).contains(interval)

    found = nearest(wanted, full, buffer_minutes=buffer_minutes, allowed=within_hours, most=most)

    assert len(found) <= most
    for one in found:
        assert one.minutes == wanted.minutes
        assert full.isdisjoint(one.ticks(buffer_minutes))
        assert within_hours(one)
        assert TICK <= abs(one.starts_at - wanted.starts_at) <= REACH
    assert not any(one.overlaps(other) for n, one in enumerate(found) for other in found[:n])


@given(
    st.tuples(st.integers(FIRST + 30, FIRST + 60), st.integers(1, 8)).map(
        lambda given: Interval.of_ticks(*given)
    ),
    st.sets(ticks_of_day),
)
def test_a_taken_wish_is_offered_the_very_next_and_the_last_time_before_it(wanted, full) -> None:
    full = full | {wanted.ticks()[len(wanted.ticks()) // 2]}
    shifts = range(1, int(REACH / TICK) + 1)
    later = [one for s in shifts if full.isdisjoint((one := wanted.shifted(s * TICK)).ticks())]
    earlier = [one for s in shifts if full.isdisjoint((one := wanted.shifted(-s * TICK)).ticks())]

    found = nearest(wanted, full)

    assert found[: bool(later) + bool(earlier)] == later[:1] + earlier[:1]
