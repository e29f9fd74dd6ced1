"""The nouns of the reference model, in plain numbers.

Time is counted in quarter-hours from the opening of the one day on which everything happens.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN, CLOSED, A_DAY = 0, 20, 96
LEAD = 2
MAX_UPCOMING = 4
BOOTH_QUOTA = 3
LOCK = 4
GRACE = 1
OFFER, OFFER_EARLIER = 1, 8
MIDNIGHT = 32
NO_SHOW_LIMIT = 2
LIVE = {"offered", "pending", "confirmed", "checked_in"}

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
    """What the services should know about a booking; `settled` is when its time became certain."""

    space: str
    place: int | None
    start: int
    end: int
    who: str
    status: str
    settled: int = 0
    version: int = 1
    product: str | None = None
    show: int | None = None
    proposed: tuple[int, int] | None = None
    expires: int | None = None
    series: int | None = None
    occurrence: int | None = None
    by_hand: bool = False
    of_house: bool = False

    @property
    def undecided(self) -> bool:
        """Whether somebody has to say yes or no."""
        return self.status == "pending" or self.proposed is not None

    @property
    def decided_until(self) -> int:
        """When it is too late for a yes or no: a request begins, or either time of a wish does."""
        return self.start if self.status == "pending" else min(start for start, _ in self.times)

    @property
    def times(self) -> list[tuple[int, int]]:
        """Its own time, and the proposed one."""
        return [(self.start, self.end), *([self.proposed] if self.proposed else [])]


@dataclass
class Show:
    """A market: every booth in every slot."""

    start: int
    slots: int
    booths: int
    status: str = "open"
    version: int = 1
    wrapped: bool = False


@dataclass
class Entry:
    """Somebody in line."""

    space: str
    place: int | None
    start: int
    end: int
    who: str
    status: str = "waiting"
    offer: int | None = None
    product: str | None = None
    show: int | None = None
