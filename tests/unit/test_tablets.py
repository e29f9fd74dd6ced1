"""What a PIN may be, and when a tablet locks."""

from datetime import timedelta

import pytest

from domain.errors import BadInput
from domain.tablets import HeldForm, IdleLock, check_pin, clean_tablet_name
from tests.support.builders import NOW

PHONE = "13800132580"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("name", "waits"),
    [("word", True), ("pin", False), ("again", False), ("new_password", False), ("secret", False)],
)
def test_a_form_with_something_secret_in_it_does_not_wait(name, waits):
    assert HeldForm("/", ((name, "x"),)).may_be_kept is waits


@pytest.mark.parametrize(("typed", "pin"), [("2580", "2580"), ("97531", "97531"), (" ９７ ５３１ ", "97531")])
def test_a_pin_has_four_to_six_digits(typed, pin):
    assert check_pin(typed, "13800139999") == pin


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("258", "pin_invalid"),
        ("2580258", "pin_invalid"),
        ("25a0", "pin_invalid"),
        ("", "pin_invalid"),
        ("²⁵⁸⁰٣", "pin_invalid"),
        ("0000", "pin_easy"),
        ("1234", "pin_easy"),
        ("7890", "pin_easy"),
        ("654321", "pin_easy"),
        ("1212", "pin_easy"),
        ("363636", "pin_easy"),
        ("2580", "pin_of_phone"),
        ("132580", "pin_of_phone"),
    ],
)
def test_a_pin_that_others_would_try_first_is_refused(typed, code):
    with pytest.raises(BadInput) as refused:
        check_pin(typed, PHONE)

    assert (refused.value.code, refused.value.field) == (code, "pin")


def test_a_name_is_tidied():
    assert clean_tablet_name("  前台   平板 ") == "前台 平板"


@pytest.mark.parametrize(("name", "code"), [("  ", "tablet_name_missing"), ("平" * 41, "tablet_name_long")])
def test_a_name_is_there_and_short(name, code):
    with pytest.raises(BadInput, match=code):
        clean_tablet_name(name)


def test_it_locks_to_the_second():
    lock = IdleLock(5)

    assert not lock.is_due(NOW, NOW + timedelta(minutes=5) - SECOND)
    assert lock.is_due(NOW, NOW + timedelta(minutes=5))
    assert lock.is_due(None, NOW)


def test_where_the_clock_was_put_back_it_locks():
    lock = IdleLock(5)

    assert lock.is_due(NOW, NOW - timedelta(hours=1))
    assert not lock.is_due(NOW, NOW - SECOND)  # of another process, or another machine


def test_a_touch_is_noted_once_a_minute():
    lock = IdleLock(5)

    assert not lock.is_worth_noting(NOW, NOW + timedelta(minutes=1) - SECOND)
    assert lock.is_worth_noting(NOW, NOW + timedelta(minutes=1))
    assert not lock.is_worth_noting(None, NOW)


@pytest.mark.parametrize("minutes", [0, 1, 2, 5, 60])
def test_a_touch_at_the_warning_always_comes_in_time(minutes):
    lock = IdleLock(minutes)

    assert lock.after >= timedelta(minutes=1)
    assert lock.noted_every <= lock.after - lock.warned_before
