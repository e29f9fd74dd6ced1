"""What processes count in shared memory only grows, whoever of them dies."""

import os

import pytest

from services import meter
from services.meter import BOUNDS, Meter
from services.metrics import page
from tests.support.builders import NOW

ROUTES = ["(unknown)", "(answered again)", "/", '/a"b\\c']


def in_a_child(work):
    """Do it in a process of its own; AssertionError where it failed."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def answering(counting, times=1):
    def work():
        counting.take_part("web")
        for _ in range(times):
            counting.request("/", 200, "read", 0.02)

    return work


def test_all_processes_are_added_up():
    counting = Meter(ROUTES, processes=2)
    counting.take_part("web")
    counting.request("/", 200, "read", 0.02)
    in_a_child(answering(counting, 3))

    reading = counting.read()

    assert reading.requests == {("/", 200): 4}
    assert sum(reading.durations["read"]) == 4
    assert reading.microseconds["read"] == 80_000
    assert reading.processes == {"web": 1}  # the other one has ended


def test_who_comes_after_a_process_that_died_goes_on_where_it_stood():
    counting = Meter(ROUTES, processes=1)
    for _ in range(meter.SPARE * 3):
        in_a_child(answering(counting))

    assert counting.read().requests == {("/", 200): meter.SPARE * 3}


@pytest.mark.mutant
def test_without_the_lock_two_who_live_would_share_a_part(monkeypatch):
    assert parts_of_two_who_live() == 2
    monkeypatch.setattr(meter.fcntl, "lockf", lambda *_: None)
    assert parts_of_two_who_live() == 1


def parts_of_two_who_live():
    counting = Meter(ROUTES, processes=2)
    counting.take_part("web")
    in_a_child(answering(counting))
    return counting.read().parts


def test_a_process_that_took_no_part_counts_nothing():
    counting = Meter(ROUTES, processes=1)

    counting.request("/", 200, "read", 0.1)
    counting.refusal("slot_taken")

    assert (counting.read().requests, counting.read().refusals) == ({}, {})


def test_what_is_not_known_has_a_place_too():
    counting = Meter(ROUTES, processes=1)
    counting.take_part("web")

    counting.request("/gone", 599, "write", 60)

    reading = counting.read()
    assert reading.requests == {("(unknown)", 0): 1}
    assert reading.durations["write"] == [0] * len(BOUNDS) + [1]


def test_who_takes_a_place_counts_on_in_the_same_memory_unless_its_code_is_another(monkeypatch):
    first = Meter(ROUTES, processes=2)
    monkeypatch.setenv(meter.INHERITED, "-1")
    first.hand_on()

    again = Meter.inherited(ROUTES, processes=2)

    assert again is not None
    in_a_child(answering(again))
    assert first.read().requests == {("/", 200): 1}
    assert Meter.inherited([*reversed(ROUTES)], processes=2) is None
    assert Meter.inherited([*ROUTES, *ROUTES], processes=60) is None
    monkeypatch.delenv(meter.INHERITED)
    assert Meter.inherited(ROUTES, processes=2) is None


def test_the_page_adds_up_and_escapes():
    counting = Meter(ROUTES, processes=1)
    counting.take_part("jobs")
    for seconds in (0.001, 0.12, 0.12, 99):
        counting.request(ROUTES[3], 409, "write", seconds)
    counting.refusal("slot_taken")
    counting.round_ended(NOW)

    lines = page(counting.read(), None, NOW.timestamp() - 60, NOW).splitlines()

    assert 'jufu_requests_total{route="/a\\"b\\\\c",status="409"} 4' in lines
    assert 'jufu_request_seconds_bucket{way="write",le="0.005000"} 1' not in lines
    assert 'jufu_request_seconds_bucket{way="write",le="0.005"} 1' in lines
    assert 'jufu_request_seconds_bucket{way="write",le="0.15"} 3' in lines
    assert 'jufu_request_seconds_bucket{way="write",le="+Inf"} 4' in lines
    assert 'jufu_request_seconds_count{way="write"} 4' in lines
    assert 'jufu_bookings_refused_total{code="slot_taken"} 1' in lines
    assert 'jufu_processes{kind="jobs"} 1' in lines
    assert {"jufu_jobs_round_age_seconds 0", "jufu_backup_age_seconds 60", "jufu_database_up 0"} <= set(lines)
    assert not [line for line in lines if line.startswith("jufu_outbox")]
