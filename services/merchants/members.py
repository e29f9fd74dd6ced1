"""The people who act for a shop: inviting one more by a link, joining, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing, RuleViolation, Violation
from domain.merchants.shops import MerchantStatus
from domain.people import Actor
from models import Merchant, MerchantInvite, MerchantMember, Person
from services import arbiter, joining, people, records
from services.login import LoggedIn, open_session
from services.merchants import onboarding, shops
from services.merchants.handing_over import hand_over
from services.secrets import hashed, new_secret
from services.unit_of_work import query, transaction

INVITE_LASTS = timedelta(days=7)
MOST_INVITES = 10
"""[default] How many unused links a shop may have at a time."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new link; `token` is its secret, which is kept nowhere else."""

    token: str
    invite: MerchantInvite
    shop: str


@transaction
def invite(session: Session, actor: Actor, *, now: datetime) -> Invited:
    """A link by which one more person may join the own shop; raises Forbidden, RuleViolation beyond ten of them."""
    shop = shops.locked(session, shops.own_id(actor))
    unused = select(func.count()).where(MerchantInvite.merchant_id == shop.id, _is_open(now))
    if (session.scalar(unused) or 0) >= MOST_INVITES:
        raise RuleViolation([Violation("invites_too_many", {"maximum": MOST_INVITES})])
    token = new_secret()
    made = MerchantInvite(
        merchant_id=shop.id,
        token_hash=hashed(token),
        created_by_id=actor.id,
        created_at=now,
        expires_at=now + INVITE_LASTS,
    )
    session.add(made)
    records.audit(session, actor, "merchant.invited", shop, now)
    return Invited(token, made, shop.name)


@transaction
def revoke_invite(session: Session, actor: Actor, invite_id: int, *, now: datetime) -> None:
    """End an unused link of the own shop; raises Missing."""
    shop = shops.locked(session, shops.own_id(actor))
    link = session.get(MerchantInvite, invite_id, populate_existing=True)
    if link is None or link.merchant_id != shop.id or link.used_at is not None:
        raise Missing
    session.delete(link)
    records.audit(session, actor, "merchant.invite_revoked", shop, now)


@query
def invitation(session: Session, token: str, *, now: datetime) -> str:
    """The name of the shop that a link leads into; raises RuleViolation when it is used, over or unknown."""
    link = _link(session, token, now)
    return session.get_one(Merchant, link.merchant_id).name


@transaction
def accept(session: Session, actor: Actor, token: str, *, now: datetime) -> Merchant:
    """Join the shop of a link as a merchant without one; raises RuleViolation for anybody else, and for an old link."""
    link = _link(session, token, now)
    if not actor.is_merchant:
        raise RuleViolation([Violation("needs_merchant_account")])
    shop = shops.locked(session, link.merchant_id)
    arbiter.lock_person(session, actor.id)
    onboarding.require_no_shop(session, actor.id)
    claim(session, link.id, actor.id, now)
    session.add(MerchantMember(merchant_id=shop.id, person_id=actor.id))
    if shop.status is MerchantStatus.VERIFIED:
        vouch_for(session, [actor.id], None, now)
    records.audit(session, actor, "merchant.member_joined", shop, now, person=actor.id)
    return shop


def join(
    *, token: str, phone: str, name: str, password: str, address: str, lifetime: timedelta, now: datetime
) -> LoggedIn:
    """Make a merchant's account that joins the shop of a link, and log it in.

    `address` is the network's; raises BadInput, RuleViolation for an old link, and TooManyAttempts.
    """
    joining.count_attempt(address, now)
    invitation(token, now=now)
    person = people.merchant_account(phone=phone, name=name, password=password, now=now)
    _join(person, token, now)
    return open_session(person.id, lifetime=lifetime, now=now)


@transaction
def _join(_session: Session, person: Person, token: str, now: datetime) -> None:
    people.add(person, now)
    accept(person.as_actor(), token, now=now)


@transaction
def remove(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """End somebody's acting for the own shop, or one's own; links that they made and nobody used end with it.

    What they asked for in its name is then of whoever removed them, else of another one. It counts from their next
    request on. Raises Forbidden, Missing, and RuleViolation for the last one.
    """
    shop = shops.locked(session, shops.own_id(actor))
    acting = shops.member_ids(session, shop.id)
    if actor.id not in acting:
        raise Forbidden  # somebody else removed the one who asks
    if person_id not in acting:
        raise Missing
    stay = who_stays(session, acting, person_id)
    if not stay:
        raise RuleViolation([Violation("last_member")])
    hand_over(session, shop.id, person_id, actor.id if actor.id in stay else stay[0])
    session.execute(
        delete(MerchantMember).where(
            MerchantMember.merchant_id == shop.id, MerchantMember.person_id == person_id
        )
    )
    session.execute(
        delete(MerchantInvite).where(
            MerchantInvite.merchant_id == shop.id,
            MerchantInvite.created_by_id == person_id,
            MerchantInvite.used_at.is_(None),
        )
    )
    records.audit(session, actor, "merchant.member_left", shop, now, person=person_id)
    if person_id != actor.id:
        records.tell(session, person_id, "shop_member_removed", now, shop=shop.name)


def who_stays(session: Session, acting: list[int], leaving_id: int) -> list[int]:
    """The others of a shop; a closed account can do nothing for it."""
    others = select(Person.id).where(
        Person.id.in_(acting), Person.id != leaving_id, Person.disabled_at.is_(None)
    )
    return list(session.scalars(others.order_by(Person.id)))


def vouch_for(session: Session, person_ids: list[int], by: Actor | None, now: datetime) -> None:
    """Let the people of a verified shop count as verified, inside another service."""
    session.execute(
        update(Person)
        .where(Person.id.in_(person_ids), Person.verified_at.is_(None))
        .values(verified_at=now, verified_by_id=by.id if by else None)
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    return MerchantInvite.used_at.is_(None) & (MerchantInvite.expires_at > now)


def _link(session: Session, token: str, now: datetime) -> MerchantInvite:
    link = session.scalar(
        select(MerchantInvite).where(MerchantInvite.token_hash == hashed(token), _is_open(now))
    )
    if link is None:
        raise RuleViolation([Violation("invite_over")])
    return link


def claim(session: Session, invite_id: int, person_id: int, now: datetime) -> None:
    """Use a link up; of two who come at once the second raises RuleViolation."""
    used = session.execute(
        update(MerchantInvite)
        .where(MerchantInvite.id == invite_id, MerchantInvite.used_at.is_(None))
        .values(used_at=now, used_by_id=person_id)
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise RuleViolation([Violation("invite_over")])
