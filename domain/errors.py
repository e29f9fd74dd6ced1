"""Every way in which the house can say no, each with a stable code that a sentence belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.interval import Interval

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; `field` names the form field that it belongs to."""

    code: str
    params: Params = field(default_factory=dict)
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free choice near to what was asked for."""

    space_code: str
    interval: Interval
    place: int | None = None


class Refusal(Exception):
    """Base of every expected no; it never leaves a trace in the database."""

    code = "refused"

    def __init__(self, code: str | None = None, **params: Any) -> None:
        self.code = code or type(self).code
        self.params: Params = params
        super().__init__(self.code)


class BadInput(Refusal):
    """What was sent can't be understood; `field` says where."""

    code = "bad_input"

    def __init__(self, code: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.field = field


class RuleViolation(Refusal):
    """One or more rules are broken; all of them come together, in a stable order."""

    code = "rule_violation"

    def __init__(self, violations: Sequence[Violation], alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__()
        self.violations = tuple(violations)
        self.alternatives = tuple(alternatives)


class SlotTaken(Refusal):
    """The arbiter's key was already owned for some of the ticks asked for."""

    code = "slot_taken"

    def __init__(self, blocking: Sequence[Interval] = (), alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__()
        self.blocking = tuple(blocking)
        self.alternatives = tuple(alternatives)


class Stale(Refusal):
    """Somebody else changed it first; `object_id` names what has to be looked at again."""

    code = "stale"

    def __init__(self, object_id: int) -> None:
        super().__init__()
        self.object_id = object_id


class StaleEntry(Stale):
    """A place in line changed first: it became an offer, or it is over; `object_id` is that of the entry."""


class StaleShop(Stale):
    """A shop, or one of its papers, changed first; `object_id` is that of the shop."""


class StaleReport(Stale):
    """A report of income was changed or decided first; `object_id` is that of the report."""


class StaleSwap(Stale):
    """A proposal to change booths is answered or over already; `object_id` is that of the proposal."""


class StaleRun(Stale):
    """Somebody else pressed the console of a show first; `object_id` is that of the show."""


class StaleSale(Stale):
    """An order line changed first, by a person, an import or the rule; `object_id` is that of the line."""


class StalePerson(Stale):
    """An account changed first; `object_id` is that of the person."""


class Changed(Refusal):
    """The house itself was changed by somebody else while this one was looking at it."""

    code = "house_changed"


class InTheWay(Refusal):
    """Bookings that somebody has to decide on first; `booking_ids` names them."""

    code = "bookings_in_the_way"

    def __init__(self, booking_ids: Sequence[int], code: str | None = None) -> None:
        super().__init__(code, count=len(booking_ids))
        self.booking_ids = tuple(booking_ids)


class IdempotencyMismatch(Refusal):
    """The same key came with another request."""

    code = "idempotency_mismatch"


class Missing(Refusal):
    """It does not exist, or is none of the asker's business: both answer alike."""

    code = "not_found"


class Forbidden(Refusal):
    """The asker is known and may not do this."""

    code = "forbidden"


class NotLoggedIn(Refusal):
    """Nobody is logged in where somebody must be."""

    code = "not_logged_in"


class TabletLocked(NotLoggedIn):
    """Nobody has touched this shared tablet for too long, or somebody locked it: a PIN leads on."""

    code = "tablet_locked"


class TooManyAttempts(Refusal):
    """A limit on attempts is reached; `retry_after` is in seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after, minutes=-(-retry_after // 60))
        self.retry_after = retry_after


class TooManySignUps(TooManyAttempts):
    """The whole house has had as many sign-ups as it can look at; who is told so has done nothing wrong."""

    code = "too_many_sign_ups"


class Unavailable(Refusal):
    """The database can't answer right now; `retry_after` is in seconds."""

    code = "unavailable"
    retry_after = 2
