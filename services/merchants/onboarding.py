"""A shop's way in: founding it, saying who it is, asking to be verified."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, RuleViolation, StaleShop, Violation
from domain.interval import local_day
from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus, ShopFacts, clean_shop_name, may_become
from domain.people import Actor
from models import Merchant, MerchantMember, Paper, Person
from services import arbiter, joining, people, records
from services.login import LoggedIn, open_session
from services.merchants import shops
from services.unit_of_work import transaction

UNFINISHED = frozenset({MerchantStatus.DRAFT, MerchantStatus.RETURNED})
"""A shop may leave gaps as long as nobody has looked at it."""


def join(
    *, phone: str, name: str, password: str, shop_name: str, address: str, lifetime: timedelta, now: datetime
) -> LoggedIn:
    """Make a merchant's account with a shop of its own and log it in.

    `address` is the network's; raises BadInput, TooManyAttempts and TooManySignUps.
    """
    joining.count_attempt(address, now)
    person = people.merchant_account(phone=phone, name=name, password=password, now=now)
    _join(person, clean_shop_name(shop_name), now)
    return open_session(person.id, lifetime=lifetime, now=now)


@transaction
def _join(session: Session, person: Person, shop_name: str, now: datetime) -> None:
    people.add(person, now)
    joining.count_account(now)
    _found(session, person.as_actor(), shop_name, now)


@transaction
def found(session: Session, actor: Actor, shop_name: str, *, now: datetime) -> Merchant:
    """Found a shop for a merchant who has none; raises BadInput, Forbidden, RuleViolation where there is one."""
    if not actor.is_merchant:
        raise Forbidden
    arbiter.lock_person(session, actor.id)
    require_no_shop(session, actor.id)
    return _found(session, actor, clean_shop_name(shop_name), now)


def _found(session: Session, actor: Actor, shop_name: str, now: datetime) -> Merchant:
    shop = shops.create(session, actor, shop_name, now)
    session.add(MerchantMember(merchant_id=shop.id, person_id=actor.id))
    session.flush()
    return shop


def require_no_shop(session: Session, person_id: int) -> None:
    """RuleViolation when somebody acts for a shop already; lock the person first."""
    if session.scalar(select(exists().where(MerchantMember.person_id == person_id))):
        raise RuleViolation([Violation("already_has_shop")])


@transaction
def save_facts(session: Session, actor: Actor, facts: ShopFacts, *, version: int, now: datetime) -> Merchant:
    """Write down what the own shop says about itself; what staff had verified has to be verified again.

    Raises Forbidden, BadInput, StaleShop, and RuleViolation for gaps once it was handed in.
    """
    shop = shops.locked(session, shops.own_id(actor), version)
    before, facts = shops.facts_of(shop), facts.checked()
    if facts == before:
        return shop
    anew = shop.status is MerchantStatus.VERIFIED and facts.differs_in_substance(before)
    if shop.status not in UNFINISHED:
        has_licence = not anew or has_licence_on_file(session, shop.id, local_day(now))
        _require_whole(facts, has_licence=has_licence)
    shop.name, shop.address = facts.name, facts.address
    shop.responsible_person, shop.contact_phone = facts.responsible_person, facts.contact_phone
    shop.credit_code, shop.exempt_reason = facts.credit_code, facts.exempt_reason
    if anew:
        shop.status, shop.submitted_at = MerchantStatus.SUBMITTED, now
    shop.version += 1
    shops.store(session, shop)
    changed = [name for name in ShopFacts.__slots__ if getattr(facts, name) != getattr(before, name)]
    records.audit(session, actor, "merchant.changed", shop, now, fields=changed, anew=anew)
    return shop


@transaction
def submit(session: Session, actor: Actor, *, version: int, now: datetime) -> Merchant:
    """Ask staff to verify the own shop; raises Forbidden, StaleShop, RuleViolation with everything that is missing."""
    shop = shops.locked(session, shops.own_id(actor), version)
    if not may_become(shop.status, MerchantStatus.SUBMITTED) or shop.status is MerchantStatus.VERIFIED:
        raise StaleShop(shop.id)
    has_licence = has_licence_on_file(session, shop.id, local_day(now))
    _require_whole(shops.facts_of(shop), has_licence=has_licence)
    shop.status, shop.submitted_at, shop.review_reason = MerchantStatus.SUBMITTED, now, ""
    shop.version += 1
    records.audit(session, actor, "merchant.submitted", shop, now)
    records.tell_staff(session, "shop_handed_in", now, shop=shop.name)
    return shop


def has_licence_on_file(session: Session, merchant_id: int, today: date) -> bool:
    """Whether a business licence that has not run out was handed in, reviewed or not."""
    on_file = exists().where(
        Paper.merchant_id == merchant_id,
        Paper.kind == PaperKind.BUSINESS_LICENCE,
        Paper.status.in_((PaperStatus.SUBMITTED, PaperStatus.APPROVED)),
        or_(Paper.expires_on.is_(None), Paper.expires_on >= today),
    )
    return bool(session.scalar(select(on_file)))


def _require_whole(facts: ShopFacts, *, has_licence: bool) -> None:
    if gaps := facts.gaps(has_licence=has_licence):
        raise RuleViolation(gaps)
