"""The house retold with sets and plain numbers, to hold the services against; it shares no code with them.

Time is counted in quarter-hours from the opening of the one day on which everything happens.
"""

from __future__ import annotations

from dataclasses import dataclass, field

OPEN, CLOSED = 0, 20
LEAD = 2
MAX_UPCOMING = 4
BOOTH_QUOTA = 3
LOCK = 4
LIVE = {"pending", "confirmed"}

OK, RULE, STALE, TAKEN = "ok", "rule", "stale", "taken"


@dataclass
class Space:
    """A room (one place), a pool (places without numbers) or the studio."""

    name: str
    places: int = 1
    buffer: int = 0
    shortest: int = 2
    longest: int = 8
    lead: int = LEAD
    needs_yes: bool = True


@dataclass
class Booking:
    """What the services should know about a booking."""

    space: str
    place: int | None
    start: int
    end: int
    who: str
    status: str
    version: int = 1
    product: str | None = None
    show: int | None = None


@dataclass
class Show:
    """A market: every booth in every slot."""

    start: int
    slots: int
    booths: int


@dataclass
class House:
    """The whole reference model; each method returns how the operation has to end."""

    spaces: dict[str, Space]
    now: int
    bookings: list[Booking] = field(default_factory=list)
    shows: list[Show] = field(default_factory=list)

    def owned(self) -> set[tuple[str, int, int | None, int]]:
        """(space, quarter, place or None in a pool, booking) of everything that is held."""
        return {
            (one.space, quarter, one.place, number)
            for number, one in enumerate(self.bookings)
            if one.status in LIVE
            for quarter in range(one.start, one.end + self.spaces[one.space].buffer)
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

    def breaks_a_rule(self, space: Space, start: int, end: int, who: str, leaving: int | None = None) -> bool:
        """The rulebook for a verified resident and a party of one; no opening but that of the day."""
        earliest = self.now + space.lead if space.lead else self.now
        upcoming = [
            number
            for number, one in enumerate(self.bookings)
            if one.who == who and one.status in LIVE and one.end > self.now and number != leaving
        ]
        return (
            not space.shortest <= end - start <= space.longest
            or start < earliest
            or start < OPEN
            or end > CLOSED
            or len(upcoming) >= MAX_UPCOMING
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
        self.bookings.append(Booking(name, place, start, end, who, status))
        return OK

    def approve(self, number: int, version: int) -> str:
        """Say yes."""
        return self._decide(number, version, "confirmed")

    def decline(self, number: int, version: int) -> str:
        """Say no."""
        return self._decide(number, version, "declined")

    def _decide(self, number: int, version: int, verdict: str) -> str:
        one = self.bookings[number]
        if one.status == "pending" and one.start <= self.now:
            return RULE
        if one.status != "pending" or one.version != version:
            return STALE
        one.status, one.version = verdict, version + 1
        return OK

    def cancel(self, number: int, version: int) -> str:
        """Take back what has not begun."""
        one = self.bookings[number]
        if one.status in LIVE and one.start <= self.now:
            return RULE
        if one.status not in LIVE or one.version != version:
            return STALE
        one.status, one.version = "cancelled", version + 1
        return OK

    def move(self, number: int, version: int, start: int, end: int) -> str:
        """Another time for a room or a seat, which needs a yes again where one is needed."""
        one = self.bookings[number]
        space = self.spaces[one.space]
        if one.show is not None or (one.status in LIVE and one.start <= self.now):
            return RULE
        if self.breaks_a_rule(space, start, end, one.who, leaving=number):
            return RULE
        if one.status not in LIVE or one.version != version:
            return STALE
        if not self.is_free(space, start, end, one.place, leaving=number):
            return TAKEN
        one.start, one.end, one.version = start, end, version + 1
        one.status = "pending" if space.needs_yes else "confirmed"
        return OK

    def plan_show(self, start: int, slots: int, booths: int) -> str:
        """Hold the whole studio."""
        if start <= self.now or start < OPEN or start + slots > CLOSED:
            return RULE
        if any(start < show.start + show.slots and show.start < start + slots for show in self.shows):
            return TAKEN
        self.shows.append(Show(start, slots, booths))
        return OK

    def take_booth(self, number: int, booth: int, slot: int, product: str, who: str) -> str:
        """One booth in one slot of a show, for one product of a shop of one person."""
        show, start = self.shows[number], self.shows[number].start + slot
        mine = [one for one in self.bookings if one.who == who and one.show is not None]
        here = [one for one in mine if one.show == number and one.status in LIVE]
        used = [one for one in mine if one.status in LIVE | {"completed"}]
        if (
            self.now >= show.start - LOCK
            or any(one.start == start for one in here)
            or any(one.product == product for one in here)
            or len(used) >= BOOTH_QUOTA
        ):
            return RULE
        if not self.is_free(self.spaces["studio"], start, start + 1, booth):
            return TAKEN
        self.bookings.append(
            Booking("studio", booth, start, start + 1, who, "pending", product=product, show=number)
        )
        return OK

    def expire(self) -> None:
        """Requests that nobody decided by their start."""
        for one in self.bookings:
            if one.status == "pending" and one.start <= self.now:
                one.status, one.version = "expired", one.version + 1

    def complete(self) -> None:
        """Confirmed bookings that are over."""
        for one in self.bookings:
            if one.status == "confirmed" and one.end <= self.now:
                one.status, one.version = "completed", one.version + 1
