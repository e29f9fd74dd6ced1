"""Booths of a show: the axes on which one stands besides its booking, and the rules of taking and confirming one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import wraps

from domain.bookings import BookingStatus
from domain.errors import Violation
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import Lack, LackKind
from domain.merchants.shops import MerchantStatus
from domain.studio.shows import Allotment, BoothTime, ShowStatus, lock_moment


class OnAir(StrEnum):
    """How far a booth slot has come in the live show."""

    WAITING = "waiting"
    ON_AIR = "on_air"
    DONE = "done"
    SKIPPED = "skipped"


class Sample(StrEnum):
    """Where the sample of a product is that the studio needs to show it."""

    AWAITED = "awaited"
    RECEIVED = "received"
    RETURNED = "returned"


class SwapStatus(StrEnum):
    """How far a proposal of two shops to change booths has come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


def nearest_booths(wanted: BoothTime, free: Sequence[BoothTime], most: int = 3) -> list[BoothTime]:
    """The free booth slots nearest to a wish: by time first, then by number."""

    def distance(found: BoothTime) -> tuple[timedelta, int, datetime]:
        apart = abs(found.interval.starts_at - wanted.interval.starts_at)
        return apart, abs(found.booth - wanted.booth), found.interval.starts_at

    return sorted(free, key=distance)[:most]


MOVABLE = frozenset({BookingStatus.PENDING, BookingStatus.CONFIRMED})
"""Booths that may change places; an offer is answered first."""
SAMPLE_STEPS: dict[Sample, Sample] = {Sample.AWAITED: Sample.RECEIVED, Sample.RECEIVED: Sample.RETURNED}
"""What follows what; the way back is an undo."""
SAMPLE_UNDO = timedelta(hours=24)
"""How long somebody may take back that a sample came or went home."""


def withdrawal_costs(
    withdrawn_at: datetime, show_starts_at: datetime, *, free_hours: int, points: int
) -> int:
    """Points for giving a confirmed booth back: none until some hours before the show [seed: 48 h, then 1]."""
    return 0 if withdrawn_at <= show_starts_at - timedelta(hours=free_hours) else points


MAY_TAKE = frozenset({MerchantStatus.SUBMITTED, MerchantStatus.VERIFIED})
"""A shop that waits for our own review may ask: nobody loses a booth to our queue."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a shop, and what it wants to sell, stand for a show: what its papers lack on `day`, what staff have read.

    Without a product (`claims` None) only the shop itself is looked at.
    """

    day: date
    merchant: MerchantStatus = MerchantStatus.VERIFIED
    lacks: tuple[Lack, ...] = ()
    claims: ClaimsStatus | None = None


@dataclass(frozen=True, slots=True)
class BoothAsk:
    """What the rules of taking a booth look at; the counts leave out the booth slot asked for.

    The counts are of live booth slots of the shop; the month's are live or done, since a past booth is used up too.
    `by_hand` when somebody asks for a booth now, and neither a draw nor the waiting line gives it.
    """

    now: datetime
    show_status: ShowStatus
    show_starts_at: datetime
    lock_hours: int
    same_time_count: int
    same_product_count: int
    month_count: int
    monthly_quota: int
    here_count: int = 0
    others_wait: bool = False
    readiness: Readiness | None = None
    by_hand: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    allotment: Allotment = Allotment.FIRST_COME
    is_drawn: bool = False

    @property
    def waits_for_draw(self) -> bool:
        """Whether its booths are drawn, and have not been yet."""
        return self.allotment is Allotment.DRAW and not self.is_drawn


Check = Callable[[BoothAsk], Violation | None]
Confirmation = Callable[[Readiness], Violation | None]


def _not_open(ask: BoothAsk) -> Violation | None:
    return None if ask.show_status is ShowStatus.OPEN else Violation("show_not_open")


def _locked(ask: BoothAsk) -> Violation | None:
    if ask.now >= lock_moment(ask.show_starts_at, ask.lock_hours):
        return Violation("show_locked", {"hours": ask.lock_hours})
    return None


def _too_early(ask: BoothAsk) -> Violation | None:
    if ask.by_hand and ask.opens_at is not None and ask.now < ask.opens_at:
        return Violation("applications_not_open", {"opens_at": ask.opens_at})
    return None


def _too_late(ask: BoothAsk) -> Violation | None:
    """What a draw left over may be had until the lock."""
    left_over = ask.allotment is Allotment.DRAW and ask.is_drawn
    if ask.by_hand and not left_over and ask.closes_at is not None and ask.now >= ask.closes_at:
        return Violation("applications_closed", {"closed_at": ask.closes_at})
    return None


def _drawn(ask: BoothAsk) -> Violation | None:
    return Violation("show_is_drawn") if ask.by_hand and ask.waits_for_draw else None


def _not_verified(ask: BoothAsk) -> Violation | None:
    if ask.readiness is not None and ask.readiness.merchant not in MAY_TAKE:
        return Violation("merchant_not_verified")
    return None


def _twice_at_once(ask: BoothAsk) -> Violation | None:
    return Violation("merchant_twice_at_once") if ask.same_time_count else None


def _product_twice(ask: BoothAsk) -> Violation | None:
    return Violation("product_twice", field="product_id") if ask.same_product_count else None


def _others_wait(ask: BoothAsk) -> Violation | None:
    return Violation("one_booth_while_others_wait") if ask.here_count and ask.others_wait else None


def _quota(ask: BoothAsk) -> Violation | None:
    if ask.month_count >= ask.monthly_quota:
        return Violation("booth_quota", {"maximum": ask.monthly_quota})
    return None


def _lacking(readiness: Readiness, lack: LackKind) -> tuple[str, ...]:
    return tuple(one.kind.value for one in readiness.lacks if one.lack is lack)


def _missing(readiness: Readiness) -> Violation | None:
    kinds = _lacking(readiness, LackKind.MISSING)
    params = {"kinds": kinds, "day": readiness.day}
    return Violation("paper_missing", params, "product_id") if kinds else None


def _expired(readiness: Readiness) -> Violation | None:
    kinds = _lacking(readiness, LackKind.EXPIRED)
    params = {"kinds": kinds, "day": readiness.day}
    return Violation("paper_expired", params, "product_id") if kinds else None


def _refused(readiness: Readiness) -> Violation | None:
    if readiness.claims is ClaimsStatus.REFUSED:
        return Violation("claims_refused", field="product_id")
    return None


def _unverified(readiness: Readiness) -> Violation | None:
    return None if readiness.merchant is MerchantStatus.VERIFIED else Violation("merchant_unverified")


def _unreviewed(readiness: Readiness) -> Violation | None:
    kinds = _lacking(readiness, LackKind.UNREVIEWED)
    return Violation("paper_unreviewed", {"kinds": kinds}) if kinds else None


def _unread_claims(readiness: Readiness) -> Violation | None:
    return Violation("claims_unreviewed") if readiness.claims is ClaimsStatus.UNREVIEWED else None


def _of_product(check: Confirmation) -> Check:
    """A rule of papers or claims as one of taking."""

    @wraps(check)
    def of_ask(ask: BoothAsk) -> Violation | None:
        return check(ask.readiness) if ask.readiness is not None else None

    return of_ask


PRODUCT_RULES: tuple[Confirmation, ...] = (_missing, _expired, _refused)
"""What speaks against one product of a shop, and not against another."""
BOOTH_RULES: tuple[Check, ...] = (
    _not_open,
    _locked,
    _too_early,
    _too_late,
    _drawn,
    _not_verified,
    _twice_at_once,
    _product_twice,
    _others_wait,
    _quota,
    *(_of_product(check) for check in PRODUCT_RULES),
)
CONFIRMATION_RULES: tuple[Confirmation, ...] = (
    _unverified,
    _missing,
    _expired,
    _unreviewed,
    _unread_claims,
    _refused,
)


def booth_violations(ask: BoothAsk) -> list[Violation]:
    """All broken rules of taking a booth, in the order of the list."""
    return [found for check in BOOTH_RULES if (found := check(ask)) is not None]


def product_violations(readiness: Readiness) -> list[Violation]:
    """What speaks against a product already before it is asked for."""
    return [found for check in PRODUCT_RULES if (found := check(readiness)) is not None]


def confirmation_violations(readiness: Readiness) -> list[Violation]:
    """What still stands against confirming a booth (直播电商监督管理办法: verify sellers, review claims beforehand)."""
    return [found for check in CONFIRMATION_RULES if (found := check(readiness)) is not None]


@dataclass(frozen=True, slots=True)
class ChangeAsk:
    """What the rules of moving and swapping look at: shops may until the lock, staff until the show begins."""

    now: datetime
    show_status: ShowStatus
    show_starts_at: datetime
    lock_hours: int
    by_staff: bool
    meets_own: bool


def change_violations(ask: ChangeAsk) -> list[Violation]:
    """What speaks against giving a booth another place and time, the ticks apart."""
    found = []
    if ask.show_status is not ShowStatus.OPEN:
        found.append(Violation("show_not_open"))
    if ask.now >= ask.show_starts_at:
        found.append(Violation("show_began"))
    elif not ask.by_staff and ask.now >= lock_moment(ask.show_starts_at, ask.lock_hours):
        found.append(Violation("booth_change_locked", {"hours": ask.lock_hours}))
    if ask.meets_own:
        found.append(Violation("merchant_twice_at_once"))
    return found
