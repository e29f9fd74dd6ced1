"""After a show: what became of each booth, and what a staff member or, a day later, the house itself may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Violation
from domain.studio.booths import OnAir
from domain.studio.running import Airing, SkipReason


class Outcome(StrEnum):
    """What became of a booth: it was aired, or the reason why not."""

    AIRED = "aired"
    ABSENT = "absent"
    NO_TIME = "no_time"
    NOT_READY = "not_ready"
    OTHER = "other"

    @property
    def skip_reason(self) -> SkipReason | None:
        """Why it was not aired; None where it was."""
        return None if self is Outcome.AIRED else SkipReason(self.value)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of one booth; nothing said of it leaves it at what is known."""

    booking_id: int
    outcome: Outcome | None = None


def known_outcome(airing: Airing, *, console_used: bool) -> Outcome:
    """What is known of a booth: as the console has it; without one it went as planned."""
    if airing.state in (OnAir.DONE, OnAir.ON_AIR):
        return Outcome.AIRED
    if airing.state is OnAir.SKIPPED and airing.skip_reason is not None:
        return Outcome(airing.skip_reason.value)
    return Outcome.NO_TIME if console_used else Outcome.AIRED


def contradicts(airing: Airing, outcome: Outcome, *, shared: bool) -> Violation | None:
    """Whether a word goes against the console, which saw the booth on air; a slot that others shared tells nothing."""
    if airing.state is OnAir.DONE and outcome is not Outcome.AIRED and not shared:
        return Violation("booth_was_aired", field="outcome")
    return None
