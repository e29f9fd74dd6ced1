"""Random histories of shows: said anew, called off, run and wrapped up, with all that their booths go through."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from domain.studio.presses import Press
from domain.studio.running import Action, SkipReason
from models import RundownItem, RundownItemBooth, Show, ShowRun, db
from models.prepared import Prepared
from services.studio import cancelling, planning, running, wrapping
from tests.support.history_machine import MISSED_VERSIONS, NUMBERS, BookingHistory

PRESSES = st.sampled_from(["start", "next", "next", "end", "skip", "undo"])
_SHOWS = Prepared(select(Show.id, Show.status, Show.version, Show.wrapped_up_at).order_by(Show.id))
_RUNS = Prepared(select(ShowRun.show_id, ShowRun.version, ShowRun.started_at, ShowRun.ended_at))
_ITEMS = Prepared(
    select(
        RundownItem.show_id, RundownItem.id, RundownItem.state, RundownItem.skip_reason, RundownItemBooth.booking_id
    )
    .join(RundownItemBooth, RundownItemBooth.item_id == RundownItem.id)
    .order_by(RundownItem.position, RundownItem.id, RundownItemBooth.booking_id)
)  # fmt: skip


class ShowsHistory(BookingHistory):
    """What staff do with shows, between whatever else happens."""

    @precondition(lambda self: self.show_ids)
    @rule(number=NUMBERS, title=st.sampled_from(["年货节", "秋茶"]), missed=MISSED_VERSIONS)
    def change_show(self, number: int, title: str, missed: int) -> None:
        """Say something anew."""
        number = self._show(number)
        version = self.model.shows[number].version - missed
        self.ends_as(
            self.model.change_show(number, version),
            lambda: planning.change_show(
                self.stage.staff, self.show_ids[number], {"title": title}, version=version, now=self.now
            ),
        )

    @precondition(lambda self: self.show_ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def cancel_show(self, number: int, missed: int) -> None:
        """Call it off."""
        number = self._show(number)
        version = self.model.shows[number].version - missed
        self.ends_as(
            self.model.cancel_show(number, version),
            lambda: cancelling.cancel_show(
                self.stage.staff, self.show_ids[number], version=version, reason="停电", now=self.now
            ),
        )

    @precondition(lambda self: self.show_ids)
    @rule(number=NUMBERS, action=PRESSES, missed=MISSED_VERSIONS)
    def press(self, number: int, action: str, missed: int) -> None:
        """Press something at the console."""
        number = self._show(number)
        run = self.model.runs.get(number)
        item = run.first("waiting") if run else None
        pressed = Press(Action(action))
        if action == "skip":
            pressed = Press(
                Action.SKIP, item=self._item(self.show_ids[number], item), reason=SkipReason.ABSENT
            )
        version = run.version - missed if run else 0
        self.ends_as(
            self.model.press(number, action, version),
            lambda: running.press(
                self.stage.staff, self.show_ids[number], pressed, version=version, now=self.now
            ),
        )

    @precondition(lambda self: self._coming())
    @rule(number=NUMBERS)
    def the_show_begins(self, number: int) -> None:
        """It is time, and the first booth goes on air."""
        coming = self._coming()
        number = coming[number % len(coming)]
        self.model.now = max(self.model.now, self.model.shows[number].start)
        version = run.version if (run := self.model.runs.get(number)) else 0
        self.ends_as(
            self.model.press(number, "start", version),
            lambda: running.press(
                self.stage.staff, self.show_ids[number], Press(Action.START), version=version, now=self.now
            ),
        )

    @precondition(lambda self: self._open_shows())
    @rule(number=NUMBERS)
    def wrap_up(self, number: int) -> None:
        """Write down what became of it."""
        shows = self._open_shows()
        number = shows[number % len(shows)]
        self.ends_as(
            self.model.wrap_up(number),
            lambda: wrapping.wrap_up(self.stage.staff, self.show_ids[number], {}, {}, now=self.now),
        )

    @invariant()
    def shows_are_those_of_the_model(self) -> None:
        """Each with how it stands, how its run does, and what was on air until it was written down."""
        connection = db.session.connection()
        assert [(n, s.value, v, bool(w)) for n, s, v, w in _SHOWS.rows(connection, {})] == [
            (number, show.status, show.version, show.wrapped)
            for number, show in zip(self.show_ids, self.model.shows, strict=True)
        ]
        if not self.model.runs:
            return
        runs = {
            self.show_ids[number]: (run.version, run.began, run.ended)
            for number, run in self.model.runs.items()
            if not self.model.shows[number].wrapped
        }
        found = {n: (v, bool(s), bool(e)) for n, v, s, e in _RUNS.rows(connection, {})}
        assert {number: stand for number, stand in found.items() if number in runs} == runs
        due = [
            (self.show_ids[number], item.state, item.reason, self.ids[booth])
            for number, run in self.model.runs.items()
            for item in run.items
            for booth in item.booths
            if self.show_ids[number] in runs
        ]
        items = [
            (number, state.value, reason.value if reason else None, booth)
            for number, _, state, reason, booth in _ITEMS.rows(connection, {})
            if number in runs
        ]
        assert sorted(items, key=repr) == sorted(due, key=repr)

    def _show(self, number: int) -> int:
        """The newest first."""
        return (-1 - number) % len(self.show_ids)

    def _coming(self) -> list[int]:
        """Shows of today that have not begun, and have a booth for certain."""
        return [
            number
            for number, show in enumerate(self.model.shows)
            if show.status == "open"
            and self.model.now < show.start + show.slots
            and any(one.show == number and one.status == "confirmed" for one in self.model.bookings)
        ]

    def _item(self, show_id: int, item: object) -> int | None:
        """The id of an item of the running order, by its first booth."""
        booth = self.ids[item.booths[0]] if item else None  # type: ignore[attr-defined]  # an item
        rows = _ITEMS.rows(db.session.connection(), {})
        return next((row[1] for row in rows if (row[0], row[4]) == (show_id, booth)), None)
