"""Signed cookies: how old one may be, and that a clock which was ahead spoils none."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import BadSignature, SignatureExpired

from blueprints.cookies import Signer

NOW, MONTH = datetime(2026, 11, 27, 9, tzinfo=UTC), timedelta(days=30)


def signed_at(moment):
    with time_machine.travel(moment, tick=False):
        return Signer("a key").sign("who it is")


def read(cookie):
    with time_machine.travel(NOW, tick=False):
        return Signer("a key").unsign(cookie, max_age=int(MONTH.total_seconds()))


@pytest.mark.parametrize("ago", [timedelta(), MONTH, timedelta(hours=-1), timedelta(seconds=-1)], ids=str)
def test_a_cookie_counts_for_a_month_and_from_whatever_clock_it_came(ago):
    assert read(signed_at(NOW - ago)) == b"who it is"


def test_an_old_one_and_a_forged_one_do_not():
    with pytest.raises(SignatureExpired):
        read(signed_at(NOW - MONTH - timedelta(seconds=1)))
    with pytest.raises(BadSignature):
        read(signed_at(NOW).replace(b"who", b"you"))


def test_when_it_was_signed_is_told_to_whoever_asks():
    value, moment = Signer("a key").unsign(signed_at(NOW), return_timestamp=True)

    assert (value, moment) == (b"who it is", NOW)
