"""The reference model of what people do around bookings: stand in line, come, stay away, leave, and come again."""

from __future__ import annotations

from tests.support.history_reference import House
from tests.support.history_things import GRACE, LOCK, OK, RULE, STALE, Booking, Entry


class FullHouse(House):
    """The house with its waiting line and its door."""

    def join(self, name: str, start: int, end: int, who: str) -> str:
        """Stand in line for a time that is full."""
        space = self.spaces[name]
        place = None if space.places > 1 else 1
        if (
            self.breaks_a_rule(space, start, end, who, counted=False)
            or self._is_in_line(name, start, end, who, None)
            or self.is_free(space, start, end, place)
        ):
            return RULE
        self.line.append(Entry(name, place, start, end, who))
        return OK

    def join_for_booth(self, number: int, booth: int, slot: int, product: str, who: str) -> str:
        """Stand in line for a booth that somebody has."""
        start = self.shows[number].start + slot
        if (
            self.breaks_a_booth_rule(number, start, product, who, counted=False)
            or self._is_in_line("studio", start, start + 1, who, booth)
            or self.is_free(self.spaces["studio"], start, start + 1, booth)
        ):
            return RULE
        self.line.append(Entry("studio", booth, start, start + 1, who, product=product, show=number))
        return OK

    def _is_in_line(self, name: str, start: int, end: int, who: str, place: int | None) -> bool:
        """Whether somebody waits for that time already, or for as many as anybody may."""
        mine = [one for one in self.line if one.who == who and one.status in {"waiting", "offered"}]
        same = [
            one
            for one in mine
            if one.space == name
            and one.start < end
            and start < one.end
            and (place is None or one.place == place)
        ]
        return bool(same) or len(mine) >= 5

    def leave_the_line(self, number: int) -> str:
        """Wait no more."""
        entry = self.line[number]
        if entry.status != "waiting":
            return STALE
        entry.status = "withdrawn"
        return OK

    def accept(self, number: int) -> str:
        """Take an offer; it waits for a yes where any request would."""
        one = self.bookings[number]
        if one.status != "offered":
            return STALE
        if one.expires is not None and one.expires <= self.now:
            return RULE
        one.status = "pending" if self.spaces[one.space].needs_yes else "confirmed"
        one.version += 1
        self.entry_of(number).status = "fulfilled"
        return OK

    def check_in(self, number: int) -> str:
        """Be there: from a quarter before until the grace is over."""
        one = self.bookings[number]
        if one.status != "confirmed" or one.show is not None:
            return STALE
        if not one.start - 1 <= self.now < self._closes(one):
            return RULE
        freed = self.held(number)
        one.status, one.proposed, one.version = "checked_in", None, one.version + 1
        self.pass_on(one.space, freed)
        return OK

    def _closes(self, one: Booking) -> int:
        return min(max(one.start, one.settled) + GRACE, one.end)

    def go_early(self, number: int) -> str:
        """Leave before the end: the rest is free, but for the quarter that runs where cleaning follows."""
        one = self.bookings[number]
        if one.status != "checked_in" or one.end <= self.now:
            return STALE
        freed = self.held(number)
        end = min(one.end, max(self.now, one.start) + 1)
        if self.spaces[one.space].buffer == 0:
            one.status = "completed"
        one.end, one.version = end, one.version + 1
        self.pass_on(one.space, freed)
        return OK

    def erase(self, who: str) -> None:
        """Somebody leaves for good: out of every line, and what has not begun is taken back, the earliest first."""
        for entry in self.line:
            if entry.who == who and entry.status == "waiting":
                entry.status = "withdrawn"
        for number in self._due(who=who):
            one = self.bookings[number]
            if one.status in {"offered", "pending", "confirmed"} and one.start > self.now:
                self.cancel(number, one.version)

    def _due(self, **wanted: object) -> list[int]:
        found = [
            number
            for number, one in enumerate(self.bookings)
            if all(getattr(one, name) == value for name, value in wanted.items())
        ]
        return sorted(found, key=lambda number: (self.bookings[number].start, number))

    def expire(self) -> None:
        """Requests that nobody decided by their start."""
        for number in self._due(status="pending"):
            if self.bookings[number].start <= self.now:
                self.end(number, "expired")

    def drop_undecided_moves(self) -> None:
        """Proposed times that nobody decided until either began."""
        for number in self._due():
            one = self.bookings[number]
            if (
                one.status in {"pending", "confirmed"}
                and one.proposed is not None
                and min(one.start, one.proposed[0]) <= self.now
            ):
                self.drop_proposal(number, one.version)

    def lapse(self) -> None:
        """Offers that nobody took."""
        for number in self._due(status="offered"):
            one = self.bookings[number]
            if one.expires is not None and one.expires <= self.now:
                self.entry_of(number).status = "lapsed"
                self.end(number, "expired")

    def end_hopes(self) -> None:
        """Times that began, and booths that were locked, without becoming free."""
        for entry in self.line:
            over = entry.start if entry.show is None else self.shows[entry.show].start - LOCK
            if entry.status == "waiting" and over <= self.now:
                entry.status = "lapsed"

    def miss(self) -> None:
        """Who did not come."""
        for number in self._due(status="confirmed", show=None):
            one = self.bookings[number]
            if self._closes(one) <= self.now:
                self.missed.append(one.who)
                self.end(number, "no_show")

    def complete(self) -> None:
        """Who came, once it is over and cleaned up; booths wait for their show to be wrapped up."""
        for one in self.bookings:
            if one.status == "checked_in" and one.end + self.spaces[one.space].buffer <= self.now:
                one.status, one.version = "completed", one.version + 1
