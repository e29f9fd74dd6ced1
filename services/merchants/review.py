"""What staff decide about shops and their papers; each decision guards the version that they looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing, RuleViolation, StaleShop
from domain.interval import local_day
from domain.merchants.papers import PaperStatus
from domain.merchants.shops import MerchantStatus, clean_review_reason, may_become
from domain.people import Actor
from models import Merchant, Paper
from services import records
from services.merchants import members, onboarding, shops
from services.unit_of_work import transaction


@transaction
def verify(session: Session, actor: Actor, merchant_id: int, *, version: int, now: datetime) -> Merchant:
    """The shop is who it says it is; raises Forbidden, Missing, StaleShop, RuleViolation where something is missing."""
    shop = _open(session, actor, merchant_id, MerchantStatus.SUBMITTED, version)
    _vouch(session, actor, shop, now)
    acting = _note(session, actor, shop, "merchant.verified", now)
    records.tell_each(session, acting, "shop_verified", now, shop=shop.name)
    return shop


@transaction
def send_back(
    session: Session, actor: Actor, merchant_id: int, *, version: int, reason: str, now: datetime
) -> Merchant:
    """Something has to be put right first; raises Forbidden, Missing, StaleShop, BadInput without a reason."""
    reason = clean_review_reason(reason)
    shop = _open(session, actor, merchant_id, MerchantStatus.SUBMITTED, version)
    shop.status, shop.review_reason = MerchantStatus.RETURNED, reason
    acting = _note(session, actor, shop, "merchant.returned", now, reason=reason)
    records.tell_each(session, acting, "shop_returned", now, shop=shop.name, reason=reason)
    return shop


@transaction
def suspend(
    session: Session, actor: Actor, merchant_id: int, *, version: int, reason: str, now: datetime
) -> Merchant:
    """The shop takes no more booths; raises Forbidden, Missing, StaleShop, BadInput without a reason."""
    reason = clean_review_reason(reason)
    shop = _open(session, actor, merchant_id, MerchantStatus.VERIFIED, version)
    shop.status, shop.review_reason = MerchantStatus.SUSPENDED, reason
    acting = _note(session, actor, shop, "merchant.suspended", now, reason=reason)
    records.tell_each(session, acting, "shop_suspended", now, shop=shop.name, reason=reason)
    return shop


@transaction
def lift(session: Session, actor: Actor, merchant_id: int, *, version: int, now: datetime) -> Merchant:
    """The shop may go on as it stands now; raises Forbidden, Missing, StaleShop, RuleViolation."""
    shop = _open(session, actor, merchant_id, MerchantStatus.SUSPENDED, version)
    _vouch(session, actor, shop, now)
    acting = _note(session, actor, shop, "merchant.lifted", now)
    records.tell_each(session, acting, "shop_lifted", now, shop=shop.name)
    return shop


@transaction
def approve_paper(session: Session, actor: Actor, paper_id: int, *, version: int, now: datetime) -> Paper:
    """The paper is in order, and the one that it replaces is withdrawn; raises Forbidden, Missing, StaleShop."""
    paper = _open_paper(session, actor, paper_id, version)
    _decide(paper, actor, PaperStatus.APPROVED, "", now)
    if paper.replaces_id is not None:
        _withdraw_replaced(session, actor, paper.replaces_id, now)
    records.audit(session, actor, "paper.approved", paper, now, kind=paper.kind.value)
    acting = shops.member_ids(session, paper.merchant_id)
    records.tell_each(session, acting, "paper_approved", now, paper=paper.kind.value)
    return paper


@transaction
def return_paper(
    session: Session, actor: Actor, paper_id: int, *, version: int, reason: str, now: datetime
) -> Paper:
    """The paper can't be used; raises Forbidden, Missing, StaleShop, BadInput without a reason."""
    reason = clean_review_reason(reason)
    paper = _open_paper(session, actor, paper_id, version)
    _decide(paper, actor, PaperStatus.RETURNED, reason, now)
    records.audit(session, actor, "paper.returned", paper, now, kind=paper.kind.value, reason=reason)
    acting = shops.member_ids(session, paper.merchant_id)
    records.tell_each(session, acting, "paper_returned", now, paper=paper.kind.value, reason=reason)
    return paper


def require_staff(actor: Actor) -> None:
    """Forbidden for everybody else."""
    if not actor.is_staff:
        raise Forbidden


def _open(
    session: Session, actor: Actor, merchant_id: int, expected: MerchantStatus, version: int
) -> Merchant:
    require_staff(actor)
    shop = shops.locked(session, merchant_id, version)
    if shop.status is not expected:
        raise StaleShop(merchant_id)
    return shop


def _vouch(session: Session, actor: Actor, shop: Merchant, now: datetime) -> None:
    """Verify a shop and the people who act for it."""
    if not may_become(shop.status, MerchantStatus.VERIFIED):
        raise StaleShop(shop.id)
    has_licence = onboarding.has_licence_on_file(session, shop.id, local_day(now))
    if gaps := shops.facts_of(shop).gaps(has_licence=has_licence):
        raise RuleViolation(gaps)
    shop.status, shop.review_reason = MerchantStatus.VERIFIED, ""
    shop.verified_at, shop.verified_by_id = now, actor.id
    members.vouch_for(session, shops.member_ids(session, shop.id), actor, now)


def _note(
    session: Session, actor: Actor, shop: Merchant, action: str, now: datetime, **detail: str
) -> list[int]:
    """Write a decision down; returns whom to tell."""
    shop.version += 1
    records.audit(session, actor, action, shop, now, **detail)
    return shops.member_ids(session, shop.id)


def _open_paper(session: Session, actor: Actor, paper_id: int, version: int) -> Paper:
    require_staff(actor)
    merchant_id = session.scalar(select(Paper.merchant_id).where(Paper.id == paper_id))
    if merchant_id is None:
        raise Missing
    shops.locked(session, merchant_id)
    paper = session.get_one(Paper, paper_id, populate_existing=True)
    if paper.status is not PaperStatus.SUBMITTED or paper.version != version:
        raise StaleShop(merchant_id)
    return paper


def _withdraw_replaced(session: Session, actor: Actor, paper_id: int, now: datetime) -> None:
    old = session.get_one(Paper, paper_id, populate_existing=True)
    if old.status is PaperStatus.APPROVED:
        old.status, old.version = PaperStatus.WITHDRAWN, old.version + 1
        records.audit(session, actor, "paper.withdrawn", old, now, kind=old.kind.value)


def _decide(paper: Paper, actor: Actor, status: PaperStatus, reason: str, now: datetime) -> None:
    paper.status, paper.review_reason = status, reason
    paper.reviewed_at, paper.reviewed_by_id = now, actor.id
    paper.version += 1
