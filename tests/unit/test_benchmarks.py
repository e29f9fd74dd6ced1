"""What measures: its arithmetic, its table, its little browser, and that every goal has somebody who measures it."""

from itertools import islice
from math import nan

import pytest

from benchmarks import document
from benchmarks.client import Sample, Visit
from benchmarks.figures import Figure, Goal, goals, missed, percentile, ratio
from benchmarks.rows import ROWS
from benchmarks.rows.booking import free_times
from benchmarks.rows.weight import parts_of
from benchmarks.wire import Reader, WrongAnswer, get, post
from services.seed.large_bookings import DAYS_AHEAD, DAYS_BACK, DAYS_SHOWN, spread

FAST = Goal("fast", "row", "Something fast", "× hello", least=0.5)
LEAN = Goal("lean", "row", "Something lean", "MB", most=30)
ONE = Goal("one", "row", "Winners", "winners", least=1, most=1)


def test_a_ratio_is_the_median_of_rounds_that_were_each_measured_side_by_side() -> None:
    assert ratio([50, 10, 5], [100, 20, 100]) == 0.5


@pytest.mark.parametrize(("share", "expected"), [(50, 50), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_the_nearest_rank(share: int, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_the_percentile_of_few_is_one_of_them_and_of_nothing_is_none() -> None:
    assert percentile([3.0], 99) == 3.0
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


@pytest.mark.parametrize(
    ("goal", "good", "bad"), [(FAST, 0.5, 0.49), (LEAN, 30, 30.1), (ONE, 1, 0), (ONE, 1, 2), (LEAN, 0, nan)]
)
def test_a_goal_is_reached_within_its_bounds_and_never_by_what_could_not_be_told(
    goal: Goal, good: float, bad: float
) -> None:
    assert goal.reached(good)
    assert not goal.reached(bad)


def test_bounds_read_as_people_write_them() -> None:
    assert [FAST.bound, LEAN.bound, ONE.bound] == ["≥ 0.5", "≤ 30", "= 1"]


def test_the_table_has_a_line_for_each_figure_in_the_order_of_the_goals() -> None:
    found = [
        Figure("lean", "idle", 31.04, "a|b"),
        Figure("fast", "again", 0.512),
        Figure("fast", "first", 0.1),
    ]

    lines = document.table(found, {"fast": FAST, "lean": LEAN}).splitlines()[2:]

    assert lines == [
        "| Something fast | again | 0.512 × hello | ≥ 0.5 | yes |  |",
        "| Something fast | first | 0.1 × hello | ≥ 0.5 | no |  |",
        "| Something lean | idle | 31 MB | ≤ 30 | no | a/b |",
    ]


def test_the_document_says_where_it_was_measured_and_names_nobody(tmp_path) -> None:
    page = tmp_path / "benchmarks.md"

    document.write([Figure("fast", "again", 0.6)], {"fast": FAST}, ["2 rounds"], page)

    written = page.read_text(encoding="utf-8")
    for told in (
        "commit ",
        "Python ",
        "SQLite ",
        " cores",
        "- 2 rounds",
        "1 of 1 figures",
        "| 0.6 × hello |",
    ):
        assert told in written
    assert str(document.ROOT) not in written


def test_every_goal_has_a_row_that_measures_it_and_every_row_a_goal() -> None:
    assert {goal.row for goal in goals().values()} == set(ROWS)


def test_what_is_not_as_good_as_its_goal_is_told() -> None:
    slow, quick = Figure("post", "1 client", 599), Figure("post", "16 clients", 601)

    assert missed([slow, quick]) == [slow]


def fed(*pieces: bytes) -> Reader:
    reader = Reader()
    assert [reader.feed(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    return reader


def test_an_answer_is_put_together_however_it_comes() -> None:
    by_length = fed(b"HTTP/1.1 200 OK\r\nContent-", b"Length: 5\r\n\r\nhe", b"llo")
    chunked = fed(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", b"2\r\nlo\r\n", b"0\r\n\r\n"
    )
    unchanged = fed(b'HTTP/1.1 304 NOT MODIFIED\r\nETag: "a"\r\n\r\n')

    assert by_length.answer().text == chunked.answer().text == "hello"
    assert (unchanged.status, unchanged.answer().header("etag"), unchanged.closes) == (304, '"a"', False)
    assert by_length.answer().wire == len(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


def test_a_form_goes_as_a_browser_sends_it() -> None:
    head, _, body = post("/login", [("phone", "138"), ("word", "一")], "a=b").partition(b"\r\n\r\n")

    assert body == b"phone=138&word=%E4%B8%80"
    assert f"Content-Length: {len(body)}".encode() in head
    assert head.startswith(b"POST /login HTTP/1.1\r\n")
    assert get("/", If_None_Match='"a"').endswith(b'If-None-Match: "a"\r\n\r\n')


def test_a_figure_of_wrong_answers_is_none() -> None:
    sample = Sample()
    sample.note(200, 0.1, 10)
    visit = Visit("page", lambda _number: b"")
    assert sample.check(visit) is sample

    sample.note(500, 0.1, 10)
    with pytest.raises(WrongAnswer, match="500"):
        sample.check(visit)


def test_what_a_page_brings_along_is_counted_once() -> None:
    page = (
        '<link rel="icon" href="/fu.svg"><link rel="stylesheet" href="/a.css?v=1&amp;b=2"><img src="/fu.svg">'
        '<svg><use href="/sprite.svg#day"/></svg><svg><use href="/sprite.svg#week"/></svg><script src="/a.js" defer>'
        '</script><link rel="manifest" href="/manifest"><a href="/login">'
    )

    assert parts_of(page) == ["/fu.svg", "/a.css?v=1&b=2", "/sprite.svg", "/a.js"]


def test_each_booking_gets_a_room_and_time_of_its_own() -> None:
    wanted = [(room, *fields) for room, fields in islice(free_times(), 500)]

    assert len(set(wanted)) == 500


def test_the_days_on_show_are_alike_however_long_the_history() -> None:
    short, long = spread(20_000, 18), spread(1_000_000, 18)

    assert (sum(short), sum(long)) == (20_000, 1_000_000)
    assert len(short) == len(long) == DAYS_BACK + DAYS_AHEAD
    assert (
        short[-DAYS_SHOWN - DAYS_AHEAD :]
        == long[-DAYS_SHOWN - DAYS_AHEAD :]
        == [18] * (DAYS_SHOWN + DAYS_AHEAD)
    )
    assert max(spread(1_000_000, None)) - min(spread(1_000_000, None)) <= 1
    with pytest.raises(ValueError, match="fewer"):
        spread(100, 18)
