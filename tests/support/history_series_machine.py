"""Random histories of series, held step by step against the reference model."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from domain.interval import local_day
from domain.recurrence import Scope, TimeOfDay, parse
from models import Series, SeriesSkip, db
from models.prepared import Prepared
from services import making, series, series_changes
from tests.support.history_base import OPENING
from tests.support.history_full_machine import WHO
from tests.support.history_machine import LENGTHS, MISSED_VERSIONS, NUMBERS, ROOMS, STARTS, BookingHistory

TWO_DAYS = parse("FREQ=DAILY;COUNT=2")
SCOPES = st.sampled_from(["all", "all", "this", "following"])
_SERIES = Prepared(select(Series.id, Series.version).order_by(Series.id))
_SKIPS = Prepared(select(SeriesSkip.series_id, SeriesSkip.day))


class SeriesHistory(BookingHistory):
    """What people do with series, between whatever else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.series_ids: list[int] = []

    @precondition(lambda self: len(self.series_ids) < 3)
    @rule(name=ROOMS, start=STARTS, length=LENGTHS, who=WHO, only_free=st.booleans())
    def book_series(self, name: str, start: int, length: int, who: int, only_free: bool) -> None:
        """Two days in a row."""
        start += self.model.this_day
        person = self.seats[who]
        made = self.ends_as(
            self.model.book_series(name, start, start + length, 2, person, only_free=only_free),
            lambda: series.book(
                self.stage.residents[person],
                series.Plan(
                    self.stage.codes[name], self.when(start, length), TWO_DAYS, making.Wish("喝茶", 1)
                ),
                only_free=only_free,
                now=self.now,
            ),
        )
        if made:
            self.series_ids.append(made.id)

    @precondition(lambda self: self.series_ids)
    @rule(number=NUMBERS, scope=SCOPES, day=st.integers(0, 1), missed=MISSED_VERSIONS)
    def cancel_series(self, number: int, scope: str, day: int, missed: int) -> None:
        """Some or all of it that is still to come."""
        number, day, version, part = self._part(number, scope, day, missed)
        self.ends_as(
            self.model.cancel_series(number, scope, day, version),
            lambda: series_changes.cancel(*self._of(number), part, version=version, now=self.now),
        )

    @precondition(lambda self: self.series_ids)
    @rule(number=NUMBERS, scope=SCOPES, day=st.integers(0, 1), missed=MISSED_VERSIONS)
    def edit_series(self, number: int, scope: str, day: int, missed: int) -> None:
        """What it is for."""
        number, day, version, part = self._part(number, scope, day, missed)
        self.ends_as(
            self.model.edit_series(number, scope, day, version),
            lambda: series_changes.edit(
                *self._of(number), part, making.Wish("下棋", 1), version=version, now=self.now
            ),
        )

    @precondition(lambda self: self.series_ids)
    @rule(
        number=NUMBERS, scope=SCOPES, day=st.integers(0, 1), missed=MISSED_VERSIONS, start=STARTS, length=LENGTHS
    )  # fmt: skip
    def move_series(self, number: int, scope: str, day: int, missed: int, start: int, length: int) -> None:
        """Another time on its days."""
        start = max(start, 0)
        number, day, version, part = self._part(number, scope, day, missed)
        time = TimeOfDay.of(self.when(start, length))
        self.ends_as(
            self.model.move_series(number, scope, day, version, start, length),
            lambda: series_changes.move(*self._of(number), part, time, version=version, now=self.now),
        )

    @precondition(lambda self: any(one.skipped for one in self.model.series))
    @rule(number=NUMBERS)
    def retry_skipped(self, number: int) -> None:
        """Try a day again that was left out."""
        left = [(n, day) for n, one in enumerate(self.model.series) for day in one.skipped]
        chosen, day = left[number % len(left)]
        self.ends_as(
            self.model.retry(chosen, day),
            lambda: series.retry_skipped(
                *self._of(chosen), local_day(OPENING) + timedelta(days=day), now=self.now
            ),
        )

    @invariant()
    def series_are_those_of_the_model(self) -> None:
        """Each with its version and the days that were left out."""
        if not self.series_ids:
            return
        connection = db.session.connection()
        stand = [
            (number, one.version) for number, one in zip(self.series_ids, self.model.series, strict=True)
        ]
        assert _SERIES.rows(connection, {}) == stand
        skipped = {
            (number, local_day(OPENING) + timedelta(days=day))
            for number, one in zip(self.series_ids, self.model.series, strict=True)
            for day in one.skipped
        }
        assert set(_SKIPS.rows(connection, {})) == skipped

    def _part(
        self, number: int, scope: str, day: int, missed: int
    ) -> tuple[int, int, int, series_changes.Part]:
        """A series, one of its days, its version as somebody has seen it, and how the services are told."""
        number %= len(self.series_ids)
        mine = [one for one in self.model.bookings if one.series == number]
        day = mine[day % len(mine)].occurrence or 0
        part = series_changes.Part(Scope(scope), local_day(OPENING) + timedelta(days=day))
        return number, day, self.model.series[number].version - missed, part

    def _of(self, number: int) -> tuple:
        return self.stage.residents[self.model.series[number].who], self.series_ids[number]
