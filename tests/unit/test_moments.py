"""Moments as SQLite keeps them: the very text that SQLAlchemy writes, and the same moment read back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from models.base import UtcDateTime

DIALECT = sqlite.dialect()
OURS, THEIRS = (kind.dialect_impl(DIALECT) for kind in (UtcDateTime(), DateTime()))
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC) | zones)  # noqa: DTZ001  bounds are naive by contract


@given(moments)
def test_the_text_is_the_one_that_sqlalchemy_writes(moment: datetime) -> None:
    text = OURS.bind_processor(DIALECT)(moment)

    assert text == THEIRS.bind_processor(DIALECT)(moment.astimezone(UTC).replace(tzinfo=None))


@given(moments)
def test_what_is_read_is_the_same_moment_and_aware(moment: datetime) -> None:
    text = OURS.bind_processor(DIALECT)(moment)

    read = OURS.result_processor(DIALECT, None)(text)

    assert read == moment
    assert read.tzinfo is UTC


def test_nothing_stays_nothing_and_a_naive_moment_is_refused() -> None:
    assert OURS.bind_processor(DIALECT)(None) is None
    assert OURS.result_processor(DIALECT, None)(None) is None
    with pytest.raises(ValueError, match="naive"):
        OURS.bind_processor(DIALECT)(datetime(2026, 11, 23, 10))  # noqa: DTZ001  the fault that is looked for
