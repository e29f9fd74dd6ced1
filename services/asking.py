"""What the rulebook needs to know of a booker and a space, loaded once for one wish or for a whole series of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.attendance import paused_until
from domain.errors import BadInput, Forbidden, RuleViolation, Violation
from domain.interval import Interval, at_local, local_day, week_start
from domain.merchants.shops import MerchantStatus
from domain.people import Actor, Role
from domain.policies import (
    HELD_TO_LIMITS,
    LONGEST,
    OVERRIDABLE,
    RULEBOOK,
    Ask,
    Limits,
    Override,
    SpaceRules,
    violations,
)
from domain.spaces import openings_during
from models import Booking, Merchant, MerchantMember, Person
from services import figures, rule_facts
from services.making import Booker
from services.space_lines import AnySpace

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for whom; `by_captain` when a captain types it for a neighbour."""

    booker: Booker | Person
    by_staff: bool
    by_captain: bool

    @classmethod
    def of(cls, actor: Actor, booker: Booker | Person) -> Asker:
        """The actor as the rules see them."""
        return cls(
            booker=booker,
            by_staff=actor.is_staff,
            by_captain=not actor.is_staff and actor.id != booker.id,
        )


@dataclass(slots=True)
class Wishes:
    """Judges one wish after the other against what is known; what was granted counts for the next one.

    Counted limits are only safe while the booker is locked. `own_times` stay empty for those whom no limits are for.
    """

    asker: Asker
    space: AnySpace
    now: datetime
    span: Interval
    facts: rule_facts.Facts
    own_times: list[Interval]
    limits: Limits
    paused_until: datetime | None
    rules: SpaceRules
    shop_verified: bool

    def violations(self, interval: Interval, party_size: int) -> list[Violation]:
        """Every broken rule, in the order of the rulebook."""
        return violations(self._ask(interval, party_size), RULEBOOK)

    def grant(self, interval: Interval) -> None:
        """Count a wish that was booked."""
        if self.asker.booker.role in HELD_TO_LIMITS:
            self.own_times.append(interval)

    def _ask(self, interval: Interval, party_size: int) -> Ask:
        booker = self.asker.booker
        monday = week_start(local_day(interval.starts_at))
        week = Interval(at_local(monday, 0), at_local(monday + 7 * DAY, 0))
        return Ask(
            interval=interval,
            party_size=party_size,
            now=self.now,
            rules=self.rules,
            openings=self._openings(interval),
            limits=self.limits,
            booker_role=booker.role,
            booker_verified=booker.verified_at is not None,
            upcoming_count=sum(own.ends_at > self.now for own in self.own_times),
            week_minutes=sum(
                own.minutes for own in self.own_times if week.starts_at <= own.starts_at < week.ends_at
            ),
            closures=self.facts.closures,
            own_times=self.own_times,
            paused_until=self.paused_until,
            by_staff=self.asker.by_staff,
            by_captain=self.asker.by_captain,
            shop_verified=self.shop_verified,
        )

    def _openings(self, interval: Interval) -> list[Interval]:
        """The hours around a wish, no further than was asked: a wish of a century is refused, not looked at."""
        around = Interval(
            max(self.span.starts_at, interval.starts_at - DAY), min(self.span.ends_at, interval.ends_at + DAY)
        )
        return openings_during(around, self.facts.hours, self.facts.calendar)


def wishes(
    session: Session,
    asker: Asker,
    space: AnySpace,
    span: Interval,
    now: datetime,
    *,
    moving: Booking | Sequence[Booking] | None = None,
) -> Wishes:
    """Load what judging wishes within a span needs; what is `moving` is left out of what the booker has."""
    booker = asker.booker
    counted = booker.role in HELD_TO_LIMITS
    facts = rule_facts.of(session, space.id, booker.id, span, now, _each(moving), counted=counted)
    house = facts.house
    return Wishes(
        asker=asker,
        space=space,
        now=now,
        span=span,
        facts=facts,
        own_times=facts.own_times,
        limits=Limits(house.max_upcoming_bookings, house.max_week_minutes),
        paused_until=paused_until(facts.points, now, house.discipline),
        rules=figures.rules_with(space, house),
        shop_verified=booker.role is Role.MERCHANT and _has_verified_shop(session, booker.id),
    )


def _each(moving: Booking | Sequence[Booking] | None) -> Collection[Booking]:
    if moving is None:
        return ()
    return [moving] if isinstance(moving, Booking) else moving


def _has_verified_shop(session: Session, person_id: int) -> bool:
    known = (
        select(Merchant.id)
        .join(MerchantMember, MerchantMember.merchant_id == Merchant.id)
        .where(MerchantMember.person_id == person_id, Merchant.status == MerchantStatus.VERIFIED)
    )
    return session.scalar(known.limit(1)) is not None


def looked_at(wanted: Interval) -> Interval:
    """What of a wish is looked at: one of a century is refused as too long, not looked at day by day."""
    return Interval(wanted.starts_at, min(wanted.ends_at, wanted.starts_at + LONGEST))


def own_times(
    session: Session,
    booker_id: int,
    span: Interval,
    now: datetime,
    moving: Booking | Sequence[Booking] | None = None,
) -> list[Interval]:
    """Everything that the booker holds from the week of the span or from now on, proposed times included.

    Booths are left out: they are the shop's, and have a quota of their own.
    """
    return rule_facts.own_times(session, booker_id, span, now, _each(moving))


def check(
    session: Session,
    actor: Actor,
    booker: Booker | Person,
    space: AnySpace,
    interval: Interval,
    party_size: int,
    now: datetime,
    *,
    moving: Booking | None = None,
    override: Override | None = None,
) -> frozenset[str]:
    """Judge one wish; returns the codes that were set aside. Raises RuleViolation, Forbidden, BadInput."""
    known = wishes(session, Asker.of(actor, booker), space, looked_at(interval), now, moving=moving)
    return judge(actor, known.violations(interval, party_size), override)


def judge(actor: Actor, broken: list[Violation], override: Override | None) -> frozenset[str]:
    """Refuse what is broken, but for the rules that staff name and may set aside; returns those.

    Where one rule still stands in the way, all that are broken are told again.
    """
    if override is None:
        set_aside, silent = frozenset[str](), []
    else:
        allow(actor, override)
        set_aside = frozenset(violation.code for violation in broken) & override.codes
        unsaid = set_aside and not override.reason.strip()
        silent = [Violation("override_reason_missing", field="override_reason")] if unsaid else []
    if silent or any(violation.code not in set_aside for violation in broken):
        raise RuleViolation([*broken, *silent])
    return set_aside


def allow(actor: Actor, override: Override) -> None:
    """Whether somebody may set these rules aside: staff may, but not just any rule."""
    if not actor.is_staff:
        raise Forbidden
    if not override.codes <= OVERRIDABLE:
        raise BadInput("rule_stands", field="override")
