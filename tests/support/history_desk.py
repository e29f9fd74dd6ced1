"""The reference model of the desk: another time that the house proposes, and taking a decision back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from tests.support.history_full import FullHouse
from tests.support.history_things import OK, RULE, STALE, TAKEN, Booking


@dataclass
class Decision:
    """How a booking stood before it was decided on, its version since, when that was, and the offers it made."""

    before: Booking
    version: int
    at: int
    offers: range


@dataclass
class DeskHouse(FullHouse):
    """The house with all that its desk decides; nobody is told in between, so all of one quarter can be undone."""

    decisions: dict[int, Decision] = field(default_factory=dict)

    def approve(self, number: int, version: int) -> str:
        """Say yes."""
        return self._recorded(number, lambda: super(DeskHouse, self).approve(number, version))

    def decline(self, number: int, version: int) -> str:
        """Say no."""
        return self._recorded(number, lambda: super(DeskHouse, self).decline(number, version))

    def suggest(self, number: int, version: int, start: int, end: int) -> str:
        """Propose another time for a request and hold both."""
        return self._recorded(number, lambda: self._suggest(number, version, start, end))

    def _recorded(self, number: int, decide: Callable[[], str]) -> str:
        before, known = deepcopy(self.bookings[number]), len(self.bookings)
        ending = decide()
        if ending == OK:
            offers = range(known, len(self.bookings))
            self.decisions[number] = Decision(before, self.bookings[number].version, self.now, offers)
        return ending

    def _suggest(self, number: int, version: int, start: int, end: int) -> str:
        one = self.bookings[number]
        waits = one.status == "pending" or (one.proposed is not None and not one.of_house)
        if (waits and one.decided_until <= self.now) or one.show is not None:
            return RULE
        if one.status != "pending" or one.version != version:
            return STALE
        space = self.spaces[one.space]
        if (start, end) == (one.start, one.end) or self.breaks_a_rule(
            space, start, end, one.who, leaving=number
        ):
            return RULE
        if not self.is_free(space, start, end, one.place, leaving=number):
            return TAKEN
        freed = self.held(number) if one.proposed else set[int]()
        one.proposed, one.of_house, one.version = (start, end), True, version + 1
        self.pass_on(one.space, freed)
        return OK

    def take_suggestion(self, number: int, version: int) -> str:
        """Come at the proposed time, for certain."""
        refused, one = self._to_answer(number, version), self.bookings[number]
        if refused or one.proposed is None:
            return refused or STALE
        freed = self.held(number)
        (one.start, one.end), one.status, one.settled = one.proposed, "confirmed", self.now
        self._answered(number, freed)
        return OK

    def refuse_suggestion(self, number: int, version: int) -> str:
        """Stay with what was asked for."""
        refused = self._to_answer(number, version)
        if not refused:
            self._answered(number, self.held(number))
        return refused or OK

    def _to_answer(self, number: int, version: int) -> str:
        one = self.bookings[number]
        if one.status != "pending" or one.proposed is None or one.version != version:
            return STALE
        return RULE if min(start for start, _ in one.times) <= self.now else ""

    def _answered(self, number: int, freed: set[int]) -> None:
        one = self.bookings[number]
        one.proposed, one.version = None, one.version + 1
        self.pass_on(one.space, freed)

    def undo(self, number: int, version: int) -> str:
        """Take back the last decision, and first the offers that it made."""
        one, decision = self.bookings[number], self.decisions.get(number)
        if one.version != version:
            return STALE
        if decision is None or decision.version != version or decision.at != self.now:
            return RULE
        kept = deepcopy((self.bookings, self.line))
        freed = self.held(number) if one.status != "declined" else set[int]()
        for offer in decision.offers:
            if self.bookings[offer].status == "offered":
                freed |= self.held(offer)
                self._withdraw(offer)
        before, space = decision.before, self.spaces[one.space]
        if not all(self.is_free(space, *time, one.place, leaving=number) for time in before.times):
            self.bookings, self.line = kept
            return RULE
        self.bookings[number] = deepcopy(before)
        self.bookings[number].version = version + 1
        self.pass_on(one.space, freed)
        return OK

    def _withdraw(self, offer: int) -> None:
        entry, one = self.entry_of(offer), self.bookings[offer]
        entry.status, entry.offer = "waiting", None
        one.status, one.version = "cancelled", one.version + 1
