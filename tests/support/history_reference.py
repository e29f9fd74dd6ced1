"""The house retold with sets and plain numbers, to hold the services against; it shares no code with them.

Time is counted in quarter-hours from the opening of the one day on which everything happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.history_things import (
    A_DAY,
    BOOTH_QUOTA,
    CLOSED,
    LIVE,
    LOCK,
    MAX_UPCOMING,
    MIDNIGHT,
    NO_SHOW_LIMIT,
    OFFER,
    OFFER_EARLIER,
    OK,
    OPEN,
    RULE,
    STALE,
    TAKEN,
    Booking,
    Entry,
    Show,
    Space,
)


@dataclass
class House:
    """The rules and the changes of bookings; each method returns how the operation has to end."""

    spaces: dict[str, Space]
    now: int
    bookings: list[Booking] = field(default_factory=list)
    shows: list[Show] = field(default_factory=list)
    line: list[Entry] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    pruned: int = -A_DAY * 10
    """No ticks are left from before."""

    @property
    def today(self) -> int:
        """How many days have passed."""
        return (self.now + MIDNIGHT) // A_DAY

    @property
    def this_day(self) -> int:
        """The opening of the day at hand."""
        return self.today * A_DAY

    def prune(self) -> None:
        """Ticks of more than a day ago go."""
        self.pruned = max(self.pruned, self.now - A_DAY)

    def shows_ahead(self) -> int:
        """Shows that have not begun."""
        return sum(show.start > self.now and show.status == "open" for show in self.shows)

    def held(self, number: int) -> set[int]:
        """The quarters that a booking holds, clean-up included."""
        one = self.bookings[number]
        buffer = self.spaces[one.space].buffer
        return {quarter for start, end in one.times for quarter in range(start, end + buffer)}

    def owned(self) -> set[tuple[str, int, int | None, int]]:
        """(space, quarter, place or None in a pool, booking) of everything that is held."""
        return {
            (one.space, quarter, one.place, number)
            for number, one in enumerate(self.bookings)
            if one.status in LIVE
            for quarter in self.held(number)
        }

    def is_free(
        self, space: Space, start: int, end: int, place: int | None, leaving: int | None = None
    ) -> bool:
        """Whether every quarter-hour has a place left, not counting the booking that moves away."""
        held = [key for key in self.owned() if key[0] == space.name and key[3] != leaving]
        for quarter in range(start, end + space.buffer):
            here = [key for key in held if key[1] == quarter and key[2] == place]
            if len(here) >= (space.places if place is None else 1):
                return False
        return True

    def breaks_a_rule(
        self,
        space: Space,
        start: int,
        end: int,
        who: str,
        *,
        leaving: int | None = None,
        in_line: bool = False,
        counted: bool = True,
    ) -> bool:
        """The rulebook for a verified resident and a party of one; who waits in line need not be early."""
        earliest = self.now + space.lead if space.lead else self.now
        mine = [
            time
            for number, one in enumerate(self.bookings)
            if one.who == who and one.status in LIVE and one.show is None and number != leaving
            for time in one.times
        ]
        upcoming = [time for time in mine if time[1] > self.now]
        return (
            not space.shortest <= end - start <= space.longest
            or (start < earliest and not in_line)
            or not 0 < end - start // A_DAY * A_DAY <= CLOSED
            or (counted and len(upcoming) >= MAX_UPCOMING)
            or self.missed.count(who) >= NO_SHOW_LIMIT
            or any(a < end and start < b for a, b in mine)
        )

    def request(self, name: str, start: int, end: int, who: str) -> str:
        """Ask for a room or a seat."""
        space = self.spaces[name]
        if self.breaks_a_rule(space, start, end, who):
            return RULE
        place = None if space.places > 1 else 1
        if not self.is_free(space, start, end, place):
            return TAKEN
        status = "pending" if space.needs_yes else "confirmed"
        self.bookings.append(Booking(name, place, start, end, who, status, settled=self.now))
        return OK

    def approve(self, number: int, version: int) -> str:
        """Say yes to a request, or to another time."""
        return self._decide(number, version, "confirmed")

    def decline(self, number: int, version: int) -> str:
        """Say no; a declined move leaves the confirmed time."""
        return self._decide(number, version, "declined")

    def _decide(self, number: int, version: int, verdict: str) -> str:
        one = self.bookings[number]
        waits = one.status == "pending" or one.proposed is not None
        if waits and one.decided_until <= self.now:
            return RULE
        if not waits or one.version != version:
            return STALE
        freed = self.held(number)
        if one.status == "pending":
            one.status = verdict
        elif one.proposed is not None and verdict == "confirmed":
            one.start, one.end = one.proposed
        if verdict == "confirmed":
            one.settled = self.now
        one.proposed, one.version = None, version + 1
        self.pass_on(one.space, freed)
        return OK

    def cancel(self, number: int, version: int) -> str:
        """Take back what has not begun, or turn an offer down."""
        one = self.bookings[number]
        if one.status in LIVE and one.start <= self.now:
            return RULE
        if one.status not in {"offered", "pending", "confirmed"} or one.version != version:
            return STALE
        if one.status == "offered":
            self.entry_of(number).status = "withdrawn"
        self.end(number, "cancelled")
        return OK

    def end(self, number: int, status: str) -> None:
        """A booking is over, and what it held goes to the next in line."""
        one, freed = self.bookings[number], self.held(number)
        one.status, one.proposed, one.version = status, None, one.version + 1
        self.pass_on(one.space, freed)

    def move(self, number: int, version: int, start: int, end: int) -> str:
        """Another time for a room or a seat; a confirmed one keeps its own until staff agree."""
        one = self.bookings[number]
        space = self.spaces[one.space]
        if one.show is not None:
            return RULE
        if one.status not in {"pending", "confirmed"}:
            return STALE
        if one.start <= self.now or self.breaks_a_rule(space, start, end, one.who, leaving=number):
            return RULE
        if (start, end) == (one.start, one.end) and not (one.proposed and one.status == "pending"):
            return self.drop_proposal(number, version) if one.proposed else OK
        if one.version != version:
            return STALE
        if not self.is_free(space, start, end, one.place, leaving=number):
            return TAKEN
        freed = self.held(number)
        if one.status == "confirmed" and space.needs_yes:
            one.proposed, one.of_house = (start, end), False
        else:
            one.start, one.end, one.proposed = start, end, None
        one.version, one.by_hand = version + 1, one.series is not None
        self.pass_on(one.space, freed)
        return OK

    def drop_proposal(self, number: int, version: int) -> str:
        """Stay with the confirmed time."""
        one = self.bookings[number]
        if one.proposed is None or one.version != version:
            return STALE
        freed = self.held(number)
        one.proposed, one.version = None, version + 1
        self.pass_on(one.space, freed)
        return OK

    def plan_show(self, start: int, slots: int, booths: int) -> str:
        """Hold the whole studio."""
        if start <= self.now or start % A_DAY < OPEN or start % A_DAY + slots > CLOSED:
            return RULE
        if any(
            start < show.start + show.slots and show.start < start + slots
            for show in self.shows
            if show.status == "open"
        ):
            return TAKEN
        self.shows.append(Show(start, slots, booths))
        return OK

    def breaks_a_booth_rule(
        self, show: int, start: int, product: str, who: str, *, counted: bool = True
    ) -> bool:
        """The rules of a booth for a shop of one person."""
        mine = [one for one in self.bookings if one.who == who and one.show is not None]
        here = [one for one in mine if one.show == show and one.status in LIVE]
        used = [one for one in mine if one.status in LIVE | {"completed"}]
        return (
            self.now >= self.shows[show].start - LOCK
            or any(one.start == start for one in here)
            or any(one.product == product for one in here)
            or (counted and len(used) >= BOOTH_QUOTA)
            or (counted and bool(here) and self._others_wait(show, who))
        )

    def _others_wait(self, show: int, who: str) -> bool:
        """Whether a shop without a booth in a show waits for one, and it is not this shop."""
        served = {one.who for one in self.bookings if one.show == show and one.status in LIVE}
        return any(
            entry.show == show and entry.status == "waiting" and entry.who not in served | {who}
            for entry in self.line
        )

    def take_booth(self, number: int, booth: int, slot: int, product: str, who: str) -> str:
        """One booth in one slot of a show, for one product of a shop of one person."""
        start = self.shows[number].start + slot
        if self.breaks_a_booth_rule(number, start, product, who):
            return RULE
        if not self.is_free(self.spaces["studio"], start, start + 1, booth):
            return TAKEN
        self.bookings.append(
            Booking("studio", booth, start, start + 1, who, "pending", self.now, product=product, show=number)
        )
        return OK

    def entry_of(self, number: int) -> Entry:
        """The place in line that an offer was made to."""
        return next(entry for entry in self.line if entry.offer == number)

    def pass_on(self, name: str, freed: set[int]) -> None:
        """Offer what became free, first come first served; an offer stands for a quarter and never past the start."""
        space = self.spaces[name]
        for entry in self.line:
            wanted = set(range(entry.start, entry.end + space.buffer))
            if (
                entry.space != name
                or entry.status != "waiting"
                or entry.start <= self.now
                or not wanted & freed
            ):
                continue
            if entry.show is None:
                broken = self.breaks_a_rule(space, entry.start, entry.end, entry.who, in_line=True)
            else:
                broken = self.breaks_a_booth_rule(entry.show, entry.start, entry.product or "", entry.who)
            if broken or not self.is_free(space, entry.start, entry.end, entry.place):
                continue
            entry.status, entry.offer = "offered", len(self.bookings)
            self.bookings.append(
                Booking(
                    name, entry.place, entry.start, entry.end, entry.who, "offered", self.now,
                    product=entry.product, show=entry.show, expires=self._offer_ends(entry.start),
                )
            )  # fmt: skip

    def _offer_ends(self, start: int) -> int:
        """A quarter on the day itself, two hours on an earlier one, never past the start."""
        on_the_day = (start + MIDNIGHT) // A_DAY == (self.now + MIDNIGHT) // A_DAY
        return min(start, self.now + (OFFER if on_the_day else OFFER_EARLIER))
