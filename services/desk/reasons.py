"""The usual reasons for saying no, one tap each at the desk; admins keep the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from domain.desk import LONGEST_REASON, LONGEST_REASON_EN, REASONS, ReasonKind
from domain.errors import BadInput, Missing
from domain.people import Actor
from models import Booking, DeclineReason
from services import records
from services.house import looking
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Offered:
    """The reasons of one kind as the desk offers them; `own` is whether the house has written them itself."""

    kind: ReasonKind
    reasons: Sequence[DeclineReason]
    own: bool


def kind_of(booking: Booking) -> ReasonKind:
    """Which reasons fit a request."""
    return ReasonKind.BOOTH if booking.booth_slot is not None else ReasonKind.ROOM


@query
def offered(session: Session, kind: ReasonKind) -> Offered:
    """The reasons for one kind of request, in their order; the house's usual ones as long as none is written."""
    own = _in_use(session, kind)
    return Offered(kind, own or _usual(kind), own=bool(own))


@query
def everything(session: Session, actor: Actor) -> list[Offered]:
    """The list as admins keep it; raises Forbidden."""
    looking.require_admin(actor)
    return [offered(kind) for kind in ReasonKind]


@transaction
def begin(session: Session, actor: Actor, kind: ReasonKind, *, now: datetime) -> None:
    """Write the usual reasons into the list, so that each can be changed; raises Forbidden."""
    looking.require_admin(actor)
    if not _in_use(session, kind):
        _write_usual(session, actor, kind, now)


@transaction
def add(
    session: Session, actor: Actor, kind: ReasonKind, text: str, text_en: str, *, now: datetime
) -> DeclineReason:
    """Add a reason at the end, the usual ones before it if there is none yet; raises Forbidden, BadInput."""
    looking.require_admin(actor)
    text, text_en = _clean(text, text_en)
    if not _in_use(session, kind):
        _write_usual(session, actor, kind, now)
    last = session.scalar(select(func.max(DeclineReason.position)).where(DeclineReason.kind == kind)) or 0
    added = DeclineReason(kind=kind, text=text, text_en=text_en, position=last + 1)
    session.add(added)
    records.audit(session, actor, "decline_reason.added", added, now, text=text)
    return added


@transaction
def edit(
    session: Session, actor: Actor, reason_id: int, text: str, text_en: str, *, now: datetime
) -> DeclineReason:
    """Say a reason otherwise; what was declined with it stays as it is. Raises Forbidden, Missing, BadInput."""
    looking.require_admin(actor)
    text, text_en = _clean(text, text_en)
    reason = _one(session, reason_id)
    before, reason.text, reason.text_en = reason.text, text, text_en
    records.audit(session, actor, "decline_reason.edited", reason, now, before=before, after=text)
    return reason


@transaction
def shift(session: Session, actor: Actor, reason_id: int, *, up: bool, now: datetime) -> None:
    """Swap a reason with the one before or after it; raises Forbidden, Missing."""
    looking.require_admin(actor)
    reason = _one(session, reason_id)
    order = _in_use(session, reason.kind)
    place = order.index(reason)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(order):
        return
    order[place], order[target] = order[target], order[place]
    for number, one in enumerate(order, 1):
        one.position = number
    records.audit(session, actor, "decline_reason.ordered", reason, now, before=place + 1, after=target + 1)


@transaction
def archive(session: Session, actor: Actor, reason_id: int, *, now: datetime) -> None:
    """Offer a reason no more; raises Forbidden, Missing."""
    looking.require_admin(actor)
    reason = _one(session, reason_id)
    reason.archived_at = now
    records.audit(session, actor, "decline_reason.archived", reason, now, text=reason.text)


def _in_use(session: Session, kind: ReasonKind) -> list[DeclineReason]:
    return list(session.scalars(_of_kind(), {"kind": kind}))


@cache
def _of_kind() -> Select[DeclineReason]:
    return (
        select(DeclineReason)
        .where(DeclineReason.kind == bindparam("kind"), DeclineReason.archived_at.is_(None))
        .order_by(DeclineReason.position, DeclineReason.id)
    )


def _usual(kind: ReasonKind) -> list[DeclineReason]:
    return [
        DeclineReason(kind=kind, text=text, text_en=text_en, position=number)
        for number, (text, text_en) in enumerate(REASONS[kind], 1)
    ]


def _write_usual(session: Session, actor: Actor, kind: ReasonKind, now: datetime) -> None:
    usual = _usual(kind)
    session.add_all(usual)
    records.audit_each(session, actor, "decline_reason.added", usual, now)


def _one(session: Session, reason_id: int) -> DeclineReason:
    reason = session.get(DeclineReason, reason_id, populate_existing=True)
    if reason is None or reason.archived_at is not None:
        raise Missing
    return reason


def _clean(text: str, text_en: str) -> tuple[str, str]:
    text, text_en = " ".join(text.split()), " ".join(text_en.split())
    if not text:
        raise BadInput("decline_reason_missing", field="text")
    if len(text) > LONGEST_REASON:
        raise BadInput("decline_reason_long", field="text", maximum=LONGEST_REASON)
    if len(text_en) > LONGEST_REASON_EN:
        raise BadInput("decline_reason_long", field="text_en", maximum=LONGEST_REASON_EN)
    return text, text_en
