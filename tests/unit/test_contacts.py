"""Addresses, quiet hours, and what can't wait until the morning."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contacts import clean_quiet, mask_email, normalise_email, topics_of
from domain.errors import BadInput
from domain.interval import local
from domain.people import Role
from domain.telling import Topic
from services.telling.quiet import TIME_TO_ACT, cannot_wait, quiet_until
from tests.support.builders import at

MINUTES = st.integers(0, 1439)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at(0) + timedelta(minutes=minutes))


def test_an_address_is_kept_as_it_is_but_for_its_domain() -> None:
    assert normalise_email(" Lin.Xiulan@Example.ORG ") == "Lin.Xiulan@example.org"
    assert normalise_email("ｌｉｎ＠example.org") == "lin@example.org"
    assert mask_email("lin@example.org") == "l***@example.org"


@pytest.mark.parametrize(
    "typed",
    ["lin", "lin@", "@example.org", "lin@example", "a b@example.org", "lin@example.org\nBcc: x@example.org",
     "lin@example.org,x@example.org", "<lin@example.org>", "lin@-x.org", "l" * 65 + "@example.org", "林@example.org"],
)  # fmt: skip
def test_what_no_letter_could_reach_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="email_malformed"):
        normalise_email(typed)


def test_topics_are_few_and_concern_their_reader() -> None:
    assert topics_of(Role.RESIDENT) == (Topic.BOOKINGS, Topic.WAITING, Topic.REMINDERS, Topic.ACCOUNT)
    assert set(topics_of(Role.MERCHANT)) == set(Topic)


@pytest.mark.parametrize("hours", [(None, 60), (60, None), (1440, 0), (0, -1)])
def test_quiet_hours_are_two_times_of_the_day(hours: tuple[int | None, int | None]) -> None:
    with pytest.raises(BadInput, match="quiet_time_missing"):
        clean_quiet(*hours)


@given(MOMENTS, MINUTES, MINUTES)
def test_quiet_hours_end_within_a_day_and_it_is_not_quiet_then(
    moment: datetime, first: int, end: int
) -> None:
    until = quiet_until(moment, first, end)
    if until is None:
        return

    assert moment < until <= moment + timedelta(days=1)
    assert local(until).hour * 60 + local(until).minute == end
    assert quiet_until(until, first, end) is None


@given(MOMENTS, MINUTES, MINUTES)
def test_of_a_day_just_the_quiet_minutes_are_quiet(moment: datetime, first: int, end: int) -> None:
    quiet = sum(
        quiet_until(moment + timedelta(minutes=minute), first, end) is not None
        for minute in range(0, 1440, 15)
    )

    assert abs(quiet * 15 - (end - first) % 1440) <= 30


def test_the_same_minute_twice_means_no_quiet_hours() -> None:
    assert all(quiet_until(at(hour), 0, 0) is None for hour in range(24))


@pytest.mark.parametrize(
    ("begins", "waits"),
    [
        (at(22), True),
        (at(23.5), False),
        (at(31), False),
        (at(31.25), False),
        (at(31.5), True),
        (at(40), True),
    ],
)
def test_what_begins_before_anybody_could_act_on_it_is_told_in_the_night(
    begins: datetime, waits: bool
) -> None:
    now, until = at(23), at(31)

    assert timedelta(minutes=30) == TIME_TO_ACT
    assert cannot_wait({"starts_at": begins.isoformat()}, now, until) != waits
    assert cannot_wait({"expires_at": begins.isoformat()}, now, until) != waits
