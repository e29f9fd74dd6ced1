"""The checker of long histories accepts what can be, and turns red at each kind of lie."""

from math import inf

import pytest

from tests.support.history_checker import Kind, Operation, anomalies

MORNING, NOON = (36, 37), (48, 49)


def book(
    booking: int | None, began: float, ended: float, code: str = "ok", ticks: tuple[int, ...] = MORNING
) -> Operation:
    return Operation(Kind.BOOK, began, ended, code, "tea", ticks, booking)


def end(booking: int, began: float, ended: float, code: str = "ok", version: int = 2) -> Operation:
    return Operation(Kind.END, began, ended, code, booking=booking, version=version)


def move(booking: int, began: float, ended: float, code: str = "ok", version: int = 2) -> Operation:
    return Operation(Kind.MOVE, began, ended, code, "tea", NOON, booking, version=version)


def read(booking: int, began: float, ended: float, *, lives: bool) -> Operation:
    return Operation(Kind.READ, began, ended, "ok", booking=booking, lives=lives)


def series(began: float, ended: float, code: str) -> Operation:
    return Operation(Kind.SERIES, began, ended, code, "tea", MORNING + NOON)


CAN_BE = {
    "one after the other": [book(1, 0, 1), end(1, 2, 3), book(2, 4, 5)],
    "side by side, whatever came first": [book(1, 0, 9), end(1, 10, 20), book(2, 11, 12)],
    "neighbours in the day": [book(1, 0, 1), book(2, 0, 1, ticks=NOON)],
    "refused by somebody": [book(1, 0, 1), book(None, 2, 3, "slot_taken")],
    "refused by one who was just leaving": [book(1, 0, 1), end(1, 2, 5), book(None, 4, 6, "slot_taken")],
    "refused by one whose answer was still on its way": [book(1, 0, 9), book(None, 2, 3, "slot_taken")],
    "refused by one who never heard of it": [book(None, 0, inf, ""), book(None, 2, 3, "slot_taken")],
    "booked beside one who never heard of it": [book(None, 0, inf, ""), book(2, 2, 3)],
    "a series refused by somebody on one of its dates": [book(1, 0, 1, ticks=NOON), series(2, 3, "slot_taken")],
    "refused by a series that nobody heard of": [series(0, inf, ""), book(None, 2, 3, "slot_taken")],
    "moved, and the old time given": [book(1, 0, 1), move(1, 2, 3), book(2, 4, 5)],
    "moved to where it is already": [
        book(1, 0, 1), move(1, 2, 3), move(1, 4, 5), end(1, 6, 7, version=3), book(2, 8, 9, ticks=NOON),
    ],
    "moved and ended, the answers in the other order": [
        book(1, 0, 1), move(1, 2, 9), end(1, 3, 5, version=3), book(2, 10, 11, ticks=NOON),
    ],
    "stale because of another": [book(1, 0, 1), end(1, 2, 4), end(1, 3, 5, "stale")],
    "read on the way": [book(1, 0, 5), read(1, 6, 7, lives=True), end(1, 8, 12), read(1, 9, 10, lives=False)],
}  # fmt: skip

CAN_NOT_BE = {
    "two held one time": ([book(1, 0, 1), book(2, 2, 3)], "all held"),
    "two held one time for a while": ([book(1, 0, 1), book(2, 2, 3), end(1, 4, 5)], "all held"),
    "moved onto somebody": ([book(1, 0, 1), book(2, 0, 1, ticks=NOON), move(1, 2, 3)], "all held"),
    "refused by nobody": ([book(None, 0, 1, "slot_taken")], "can't have been full"),
    "refused by one who came later": ([book(None, 0, 1, "slot_taken"), book(1, 2, 3)], "can't have been full"),
    "refused by one who had left": (
        [book(1, 0, 1), end(1, 2, 3), book(None, 4, 5, "slot_taken")], "can't have been full",
    ),
    "a series refused by nobody": ([series(0, 1, "slot_taken"), book(1, 2, 3)], "can't have been full"),
    "refused by oneself": ([book(1, 0, 1, ticks=NOON), move(1, 2, 3, "slot_taken")], "can't have been full"),
    "ended twice": ([book(1, 0, 1), end(1, 2, 3), end(1, 4, 5, version=3)], "ended 2 times"),
    "moved and still the first": ([book(1, 0, 1), move(1, 2, 3, version=1)], "led to its version 1"),
    "moved and ended at once": ([book(1, 0, 1), move(1, 2, 3), end(1, 4, 5)], "led to its version 2"),
    "stale though untouched": ([book(1, 0, 1), end(1, 2, 3, "stale")], "nobody had changed it"),
    "alive after its end": ([book(1, 0, 1), end(1, 2, 3), read(1, 4, 5, lives=True)], "though it had ended"),
    "over before its end": ([book(1, 0, 1), read(1, 2, 3, lives=False), end(1, 4, 5)], "though it was alive"),
}  # fmt: skip


TWO_SEATS = {"tea": 2}
CAN_BE_OF_TWO = {
    "two at a time": [book(1, 0, 1), book(2, 0, 1)],
    "a third after one had left": [book(1, 0, 1), book(2, 0, 1), end(1, 2, 3), book(3, 4, 5)],
    "a third while one was just leaving": [book(1, 0, 1), book(2, 0, 1), end(1, 2, 9), book(3, 3, 4)],
    "refused by two": [book(1, 0, 1), book(2, 0, 1), book(None, 2, 3, "slot_taken")],
    "refused by one and by one who never heard of it": [
        book(1, 0, 1), book(None, 0, inf, ""), book(None, 2, 3, "slot_taken"),
    ],
    "moved onto one": [book(1, 0, 1), book(2, 0, 1, ticks=NOON), move(1, 2, 3)],
}  # fmt: skip
CAN_NOT_BE_OF_TWO = {
    "three at a time": ([book(1, 0, 1), book(2, 0, 1), book(3, 2, 3)], "all held"),
    "three for a while": ([book(1, 0, 1), book(2, 2, 3), book(3, 2, 3), end(1, 4, 5)], "all held"),
    "moved onto two": (
        [book(1, 0, 1), book(2, 0, 1, ticks=NOON), book(3, 0, 1, ticks=NOON), move(1, 2, 3)], "all held",
    ),
    "refused by one": ([book(1, 0, 1), book(None, 2, 3, "slot_taken")], "can't have been full"),
    "refused by one who moved away and back": (
        [
            book(1, 0, 1, ticks=NOON), move(1, 2, 9, version=3), move(1, 2, 9, version=2),
            book(None, 3, 8, "slot_taken", ticks=NOON),
        ],
        "can't have been full",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CAN_BE_OF_TWO)
def test_two_seats_may_have_two_people(name: str) -> None:
    assert list(anomalies(CAN_BE_OF_TWO[name], TWO_SEATS)) == []


@pytest.mark.mutant
@pytest.mark.parametrize("name", CAN_NOT_BE_OF_TWO)
def test_two_seats_with_three_people_or_one_are_found(name: str) -> None:
    history, said = CAN_NOT_BE_OF_TWO[name]

    found = list(anomalies(history, TWO_SEATS))

    assert found
    assert all(said in one for one in found)


@pytest.mark.parametrize("name", CAN_BE)
def test_what_some_order_explains_is_no_anomaly(name: str) -> None:
    assert list(anomalies(CAN_BE[name])) == []


@pytest.mark.mutant
@pytest.mark.parametrize("name", CAN_NOT_BE)
def test_what_no_order_explains_is_found(name: str) -> None:
    history, said = CAN_NOT_BE[name]

    found = list(anomalies(history))

    assert found
    assert all(said in one for one in found)
