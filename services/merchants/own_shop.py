"""What the people of a shop see of it: how far it is, its papers, what its goods still need, who acts for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from domain.interval import local_day
from domain.merchants.papers import Lack, LackKind, PaperFacts, PaperKind, PaperStatus
from domain.merchants.steps import Standing, Step, next_step
from domain.people import Actor
from models import Merchant, MerchantInvite, MerchantMember, Paper, Person, Product
from models.rows import core
from services.merchants import onboarding, shops
from services.studio import compliance
from services.unit_of_work import query

SOON = 30
"""[default] Days before its end from which a paper counts as ending soon."""


@dataclass(frozen=True, slots=True)
class Need:
    """A paper that some goods lack, and which goods those are."""

    lack: Lack
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShopHome:
    """Everything on the page of the own shop; `today` is the day that ends are counted from."""

    shop: Merchant
    papers: Sequence[Paper]
    people: Sequence[Person]
    invites: Sequence[MerchantInvite]
    needs: Sequence[Need]
    gaps: tuple[str, ...]
    step: Step
    today: date

    @property
    def replaced(self) -> set[int | None]:
        """The papers for which a newer one waits for its review; until then they count."""
        return replaced_soon(self.papers)


@query
def home(session: Session, actor: Actor, *, now: datetime) -> ShopHome:
    """The page of the own shop, the first of several; raises Forbidden without one."""
    shop = session.get_one(Merchant, shops.own_id(actor), populate_existing=True)
    today = local_day(now)
    papers = papers_of(session, shop.id)
    needs = needs_of(session, shop, papers, today)
    has_licence = onboarding.has_licence_on_file(session, shop.id, today)
    gaps = tuple(gap.code for gap in shops.facts_of(shop).gaps(has_licence=has_licence))
    standing = Standing(
        shop.status,
        gaps,
        has_returned=any(one.status is PaperStatus.RETURNED for one in papers),
        has_lack=any(need.lack.lack is not LackKind.UNREVIEWED for need in needs),
        ends_soon=any(ends_soon(one, today) for one in papers if one.id not in replaced_soon(papers)),
    )
    return ShopHome(
        shop=shop,
        papers=papers,
        people=people_of(session, shop.id),
        invites=_invites(session, shop.id, now),
        needs=needs,
        gaps=gaps,
        step=next_step(standing),
        today=today,
    )


@query
def was_verified(session: Session, actor: Actor) -> bool:
    """Whether staff have ever verified a shop that somebody acts for."""
    return core(session).execute(_verified(), {"shops": actor.merchant_ids}).first() is not None


@cache
def _verified() -> Select[int]:
    ever = Merchant.id.in_(bindparam("shops", expanding=True)) & Merchant.verified_at.is_not(None)
    return select(Merchant.id).where(ever).limit(1)


@query
def own(session: Session, actor: Actor) -> Merchant:
    """The own shop, the first of several; raises Forbidden without one."""
    return session.get_one(Merchant, shops.own_id(actor), populate_existing=True)


@query
def own_papers(session: Session, actor: Actor) -> Sequence[Paper]:
    """The papers of the own shop that were not withdrawn; raises Forbidden without one."""
    return papers_of(session, shops.own_id(actor))


@query
def own_people(session: Session, actor: Actor) -> Sequence[Person]:
    """Who acts for the own shop; raises Forbidden without one."""
    return people_of(session, shops.own_id(actor))


@query
def own_invites(session: Session, actor: Actor, *, now: datetime) -> Sequence[MerchantInvite]:
    """The links of the own shop that can still be used; raises Forbidden without one."""
    return _invites(session, shops.own_id(actor), now)


def papers_of(session: Session, merchant_id: int, *, withdrawn: bool = False) -> Sequence[Paper]:
    """The papers of a shop with the facts of their scans, the newest of each kind first, inside another service."""
    wanted = select(Paper).options(joinedload(Paper.scan)).where(Paper.merchant_id == merchant_id)
    if not withdrawn:
        wanted = wanted.where(Paper.status != PaperStatus.WITHDRAWN)
    order = {kind: place for place, kind in enumerate(PaperKind)}
    found = session.scalars(wanted.order_by(Paper.id.desc()).execution_options(populate_existing=True))
    return sorted(found, key=lambda one: order[one.kind])


def people_of(session: Session, merchant_id: int) -> Sequence[Person]:
    """Who acts for a shop, inside another service."""
    acting = select(Person).join(MerchantMember, MerchantMember.person_id == Person.id)
    return session.scalars(acting.where(MerchantMember.merchant_id == merchant_id).order_by(Person.id)).all()


def needs_of(session: Session, shop: Merchant, papers: Sequence[Paper], today: date) -> list[Need]:
    """Which papers the goods of a shop lack on a day, inside another service."""
    facts = [PaperFacts(one.kind, one.status, one.expires_on) for one in papers]
    sold = session.scalars(
        select(Product)
        .where(Product.merchant_id == shop.id, Product.archived_at.is_(None))
        .order_by(Product.id)
    )
    lacking: dict[Lack, list[str]] = {}
    for product in sold:
        for lack in compliance.lacks_of(shop, product.food_type, facts, today):
            lacking.setdefault(lack, []).append(product.name)
    return [Need(lack, tuple(names)) for lack, names in lacking.items()]


def replaced_soon(papers: Sequence[Paper]) -> set[int | None]:
    """The papers for which a newer one waits for its review; until then they count."""
    return {one.replaces_id for one in papers if one.status is PaperStatus.SUBMITTED}


def ends_soon(paper: Paper, today: date) -> bool:
    """Whether a paper on file ends within a month, or has."""
    on_file = paper.status in (PaperStatus.SUBMITTED, PaperStatus.APPROVED)
    return on_file and paper.expires_on is not None and (paper.expires_on - today).days <= SOON


def _invites(session: Session, merchant_id: int, now: datetime) -> Sequence[MerchantInvite]:
    unused = select(MerchantInvite).where(
        MerchantInvite.merchant_id == merchant_id,
        MerchantInvite.used_at.is_(None),
        MerchantInvite.expires_at > now,
    )
    return session.scalars(unused.order_by(MerchantInvite.id)).all()
