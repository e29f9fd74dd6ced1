"""The licences and filings of a shop: hand in, put a newer one in the place of an old one, withdraw."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, StaleShop
from domain.interval import local_day
from domain.merchants.papers import PaperStatus, PaperWords
from domain.merchants.shops import MerchantStatus
from domain.people import Actor
from models import Paper
from services import records
from services.merchants import files, shops
from services.unit_of_work import query, transaction

MOST_PAPERS = 60
"""[default] How many papers a shop may have: those on file, and whatever it handed in lately and took back."""
LATELY = timedelta(days=30)


@transaction
def add(
    session: Session, actor: Actor, words: PaperWords, scan: files.Scan | int | None, *, now: datetime
) -> Paper:
    """Hand in a paper of the own shop with a scan from files.brought or files.keep; raises Forbidden, BadInput."""
    shop = shops.locked(session, shops.own_id(actor))
    _require_room(session, shop.id, now, MOST_PAPERS)
    paper = _new(actor, shop.id, words.checked(local_day(now)), files.taken(session, actor, scan, now), now)
    session.add(paper)
    records.audit(session, actor, "paper.added", paper, now, kind=paper.kind.value)
    if shop.status is MerchantStatus.VERIFIED:
        records.tell_staff(session, "shop_handed_in", now, shop=shop.name)
    return paper


@transaction
def replace(
    session: Session,
    actor: Actor,
    paper_id: int,
    words: PaperWords,
    scan: files.Scan | int | None,
    *,
    version: int,
    now: datetime,
) -> Paper:
    """Hand in a newer one of the same kind; without a new scan the old one serves.

    An approved one counts until staff approve the newer one; any other is withdrawn at once.
    Raises Missing, BadInput, StaleShop.
    """
    old = _locked(session, actor, paper_id, version)
    _require_room(session, old.merchant_id, now, 2 * MOST_PAPERS)  # each may be renewed
    words = PaperWords(old.kind, words.number, words.issuer, words.expires_on).checked(local_day(now))
    scan_id = old.scan_id if scan is None else files.taken(session, actor, scan, now)
    paper = _new(actor, old.merchant_id, words, scan_id, now)
    if old.status is PaperStatus.APPROVED:
        paper.replaces_id = old.id
    else:
        paper.replaces_id = old.replaces_id
        _take_away(old)
    for other in _in_its_place(session, paper.replaces_id):
        _take_away(other)
    session.add(paper)
    records.audit(session, actor, "paper.replaced", paper, now, kind=paper.kind.value, replaces=old.id)
    return paper


@transaction
def withdraw(session: Session, actor: Actor, paper_id: int, *, version: int, now: datetime) -> Paper:
    """Take a paper of the own shop back; raises Missing, StaleShop."""
    paper = _locked(session, actor, paper_id, version)
    _take_away(paper)
    records.audit(session, actor, "paper.withdrawn", paper, now, kind=paper.kind.value)
    return paper


@query
def own(session: Session, actor: Actor, paper_id: int) -> Paper:
    """A paper of the own shop; a foreign one raises Missing like one that isn't there."""
    paper = session.scalar(select(Paper).where(Paper.id == paper_id, files.is_own(actor)))
    if paper is None:
        raise Missing
    return paper


def _locked(session: Session, actor: Actor, paper_id: int, version: int) -> Paper:
    paper = own(actor, paper_id)
    shops.locked(session, paper.merchant_id)
    session.refresh(paper)
    if paper.status is PaperStatus.WITHDRAWN or paper.version != version:
        raise StaleShop(paper.merchant_id)
    return paper


def _require_room(session: Session, merchant_id: int, now: datetime, most: int) -> None:
    """Raises BadInput where a locked shop has too many papers; what was taken back lies on the disk as before."""
    has = or_(Paper.status != PaperStatus.WITHDRAWN, Paper.created_at > now - LATELY)
    counted = session.scalar(select(func.count()).where(Paper.merchant_id == merchant_id, has))
    if (counted or 0) >= most:
        raise BadInput("papers_too_many", field="scan", maximum=MOST_PAPERS)


def _in_its_place(session: Session, replaced_id: int | None) -> list[Paper]:
    """What was handed in for the same approved paper before and is not approved."""
    if replaced_id is None:
        return []
    undecided = Paper.status.in_((PaperStatus.SUBMITTED, PaperStatus.RETURNED))
    return list(session.scalars(select(Paper).where(Paper.replaces_id == replaced_id, undecided)))


def _take_away(paper: Paper) -> None:
    paper.status, paper.version = PaperStatus.WITHDRAWN, paper.version + 1


def _new(actor: Actor, merchant_id: int, words: PaperWords, scan_id: int, now: datetime) -> Paper:
    return Paper(
        merchant_id=merchant_id,
        kind=words.kind,
        number=words.number,
        issuer=words.issuer,
        expires_on=words.expires_on,
        scan_id=scan_id,
        created_by_id=actor.id,
        created_at=now,
    )
