"""Random histories with all that the desk decides, held step by step against the reference model."""

from __future__ import annotations

from hypothesis.stateful import precondition, rule

from services import decisions
from services.desk import proposing, undoing
from tests.support.history_full_machine import FullHistory
from tests.support.history_machine import LENGTHS, MISSED_VERSIONS, NUMBERS, STARTS


class DeskHistory(FullHistory):
    """What people do around bookings and what the desk does with them, in any order."""

    @precondition(lambda self: self._requests())
    @rule(number=NUMBERS, missed=MISSED_VERSIONS, start=STARTS, length=LENGTHS)
    def suggest(self, number: int, missed: int, start: int, length: int) -> None:
        """Another time for a request."""
        start += self.model.this_day
        number, version = self._pick(number, missed, self._requests())
        self.ends_as(
            self.model.suggest(number, version, start, start + length),
            lambda: proposing.propose(
                self.stage.staff, self.ids[number], self.when(start, length), version=version, now=self.now
            ),
        )

    @precondition(lambda self: self._suggested())
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def take_suggestion(self, number: int, missed: int) -> None:
        """Come at the proposed time."""
        number, version = self._pick(number, missed, self._suggested())
        self.ends_as(
            self.model.take_suggestion(number, version),
            lambda: proposing.accept(self._owner(number), self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self._suggested())
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def refuse_suggestion(self, number: int, missed: int) -> None:
        """Stay with what was asked for."""
        number, version = self._pick(number, missed, self._suggested())
        self.ends_as(
            self.model.refuse_suggestion(number, version),
            lambda: proposing.refuse(self._owner(number), self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.model.decisions)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def undo(self, number: int, missed: int) -> None:
        """Take a decision back."""
        number, version = self._pick(number, missed, self._just_decided())
        self.ends_as(
            self.model.undo(number, version),
            lambda: undoing.undo(self.stage.staff, self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self._waited_for())
    @rule(number=NUMBERS)
    def say_no_and_think_again(self, number: int) -> None:
        """Decline what somebody waits for, and take that back with the offer that it made."""
        number = self._one_of(self._waited_for(), number)
        seen = self.model.bookings[number].version
        self.ends_as(
            self.model.decline(number, seen),
            lambda: decisions.decline(
                self.stage.staff, self.ids[number], version=seen, reason="检修", now=self.now
            ),
        )
        version = self.model.bookings[number].version
        self.ends_as(
            self.model.undo(number, version),
            lambda: undoing.undo(self.stage.staff, self.ids[number], version=version, now=self.now),
        )

    def _waited_for(self) -> list[int]:
        """Requests for whose time somebody stands in line."""
        return [
            number
            for number in self._undecided()
            if any(
                entry.status == "waiting"
                and (entry.space, entry.place) == (one.space, one.place)
                and entry.start < one.end
                and one.start < entry.end
                for one in [self.model.bookings[number]]
                for entry in self.model.line
            )
        ]

    def _requests(self) -> list[int]:
        """Requests of rooms that can still be decided."""
        return [one for one in self._ahead("pending") if self.model.bookings[one].show is None]

    def _suggested(self) -> list[int]:
        return [one for one in self._some("pending") if self.model.bookings[one].proposed is not None]

    def _just_decided(self) -> list[int]:
        return [
            number
            for number, one in self.model.decisions.items()
            if one.at == self.model.now and one.version == self.model.bookings[number].version
        ]
