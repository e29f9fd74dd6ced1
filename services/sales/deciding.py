"""What staff say about one held row: whether it is paid and what went back; it counts as a sale from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, RuleViolation, Stale, Violation
from domain.money import MAX_FEN
from domain.people import Actor
from domain.sales.deciding import decided, decided_case
from domain.sales.lines import OrderLine
from models import HeldRow
from models.sales_inbox import HeldState
from services import records
from services.sales.importing import lock_platform, require_staff
from services.sales.lines import from_json
from services.sales.posting import Posting
from services.sales.posting_cases import is_case, post_case, take_back_cases
from services.sales.rulings import Ruling
from services.sales.words import after_sales
from services.unit_of_work import query, transaction

MAX_REASON = 200


class StaleHeld(Stale):
    """Somebody else decided the held row first, or a file brought it anew; `object_id` is its id."""


@query
def one(session: Session, actor: Actor, held_id: int) -> HeldRow:
    """One held row, whatever its state; raises Forbidden, Missing."""
    require_staff(actor)
    found = session.get(HeldRow, held_id, populate_existing=True)
    if found is None:
        raise Missing
    return found


@transaction
def decide(
    session: Session,
    actor: Actor,
    held_id: int,
    *,
    paid: bool,
    refunded_fen: int,
    reason: str = "",
    version: int,
    now: datetime,
) -> HeldRow:
    """Say what a held row comes to, in fen, or say it otherwise than before; an unpaid row refunds nothing.

    Of a case only the refund is asked: nothing went back closes it.
    Raises Forbidden, Missing, BadInput (held_refund_range, held_reason_long), StaleHeld, and RuleViolation:
    held_overtaken where a later file made it clear, held_built_on where newer files rest on the decision before.
    """
    require_staff(actor)
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        raise BadInput("held_reason_long", field="reason", maximum=MAX_REASON)
    held = _locked(session, held_id, version)
    told = from_json(held.order)
    maximum = told.amount_fen if isinstance(told, OrderLine) else MAX_FEN
    if not 0 <= refunded_fen <= maximum:
        raise BadInput("held_refund_range", field="refunded", maximum=maximum)
    before = [held.decided_paid, held.decided_refunded_fen] if held.decided_at else None
    posting = Posting(session, actor, held.platform, now, after_sales(session, held.platform))
    if isinstance(told, OrderLine):
        said = decided(told, paid=paid, refunded_fen=refunded_fen)
        posting.post([Ruling(held, said, reason=reason)])
    else:
        post_case(posting, Ruling(held, decided_case(told, refunded_fen=refunded_fen), reason=reason))
    posting.finish()
    _audit(session, actor, "held_row.decided", held, now, before)
    return held


@transaction
def reopen(session: Session, actor: Actor, held_id: int, *, version: int, now: datetime) -> HeldRow:
    """Take a decision back: the row waits again and its sale is as it was before.

    Raises Forbidden, Missing, StaleHeld, RuleViolation (held_not_decided, held_overtaken, held_built_on).
    """
    require_staff(actor)
    held = _locked(session, held_id, version)
    if held.state is not HeldState.DECIDED:
        raise RuleViolation([Violation("held_not_decided")])
    before = [held.decided_paid, held.decided_refunded_fen]
    posting = Posting(session, actor, held.platform, now, after_sales(session, held.platform))
    if is_case(held):
        take_back_cases(posting, [held])
    else:
        posting.take_back([held])
    posting.finish()
    _audit(session, actor, "held_row.reopened", held, now, before)
    return held


def _locked(session: Session, held_id: int, version: int) -> HeldRow:
    platform = session.scalar(select(HeldRow.platform).where(HeldRow.id == held_id))
    if platform is None:
        raise Missing
    lock_platform(session, platform)
    held = session.get(HeldRow, held_id, populate_existing=True)
    if held is None:
        raise Missing
    if held.version != version:
        raise StaleHeld(held_id)
    if held.state is HeldState.OVERTAKEN:
        raise RuleViolation([Violation("held_overtaken")])
    return held


def _audit(
    session: Session, actor: Actor, action: str, held: HeldRow, now: datetime, before: Sequence[object] | None
) -> None:
    records.audit(
        session,
        actor,
        action,
        held,
        now,
        paid=held.decided_paid,
        refunded_fen=held.decided_refunded_fen,
        reason=held.reason,
        before=before,
    )
