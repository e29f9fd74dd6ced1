"""What the page of a booking shows beside it when it is a booth, and the proposals that wait for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from blueprints import booth_cards
from blueprints.formats import clock_on
from domain.people import Actor
from models import Booking
from services.studio import booth_states, proposals, samples, withdrawals


def booth_part(booking: Booking, actor: Actor, now: datetime) -> dict[str, Any]:
    """How ready a booth is, who wants to change with it, and what giving it back would cost; nothing for a room."""
    state = booth_states.of_booking(actor, booking)
    if state is None:
        return {"booth": None, "proposals": [], "withdrawal": ""}
    return {
        "booth": booth_cards.ready_view(state, actor, samples.names(booking)),
        "proposals": booth_cards.proposal_cards(proposals.of_booking(actor, booking.id), actor, now),
        "withdrawal": _withdrawal(booking, actor, now),
    }


def _withdrawal(booking: Booking, actor: Actor, now: datetime) -> str:
    """Said before anybody withdraws."""
    if actor.is_staff:
        return _("工作人员取消不给商户记分，商户会收到通知。")
    cost = withdrawals.expected(booking, now)
    if cost.points:
        return _(
            "离开播不到 %(hours)s 小时，现在退出会记 %(points)s 分。",
            hours=cost.free_hours,
            points=cost.points,
        )
    if cost.free_until is None:
        return _("还没确认，现在退出不记分。退出后展位让给别人，不能恢复。")
    return _("%(time)s 以前退出不记分。退出后展位让给别人，不能恢复。", time=clock_on(cost.free_until))


def to_answer(actor: Actor, now: datetime) -> list[booth_cards.ProposalCard]:
    """The proposals that the own shop has to say yes or no to."""
    if not actor.merchant_ids:
        return []
    cards = booth_cards.proposal_cards(proposals.of_actor(actor), actor, now)
    return [card for card in cards if card.to_answer]
