"""The demo's draws: one that is over, and applications for every show that is still to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Refusal
from domain.interval import at_local, local_day
from domain.studio.draw import sha256
from domain.studio.planning import ShowWish
from domain.studio.shows import Allotment, Layout, ShowStatus
from models import Draw, Show
from services.seed.people import Cast
from services.seed.shops import Stall
from services.studio import applying, closing_list, drawing, planning

DRAWN_DAY = 6
AFTERNOON = 15 * 60
BOOTHS = 3
WISHES = (3, None, 1, None, 3, 2)
"""The booths that the stalls would like best, in their order."""


def play_draws(session: Session, cast: Cast, stalls: Sequence[Stall], now: datetime) -> None:
    """Draw a small show in the afternoon a few days ahead, and apply for those that take applications."""
    _drawn_show(session, cast, stalls, now)
    waiting = select(Show).join(Draw, Draw.show_id == Show.id)
    for show in session.scalars(
        waiting.where(
            Draw.closed_at.is_(None),
            Show.status == ShowStatus.OPEN,
            Show.applications_close_at > now,
        ).order_by(Show.id)
    ).all():
        apply_for_draw(session, stalls, show, now)


def apply_for_draw(session: Session, stalls: Sequence[Stall], show: Show, now: datetime) -> int:
    """Let the demo's shops apply for a show, one every hour until now; returns how many may."""
    applied = 0
    for hours, (stall, wish) in enumerate(zip(reversed(stalls), WISHES, strict=False)):
        try:
            with session.begin_nested():
                applying.apply(
                    stall.keeper,
                    show.id,
                    stall.products[-1].id,
                    booth=wish,
                    now=now - timedelta(hours=hours),
                )
        except Refusal:
            continue  # this shop has used up its booths of the month
        applied += 1
    return applied


def _drawn_show(session: Session, cast: Cast, stalls: Sequence[Stall], now: datetime) -> None:
    planned_at, closed_at = now - timedelta(days=4), now - timedelta(days=1)
    wish = ShowWish(
        "午后好物 · 抽签小场",
        at_local(local_day(now) + timedelta(days=DRAWN_DAY), AFTERNOON),
        Layout.RUNDOWN,
        booths=BOOTHS,
        allotment=Allotment.DRAW,
        applications_close_at=closed_at,
    )
    show = planning.create_show(cast.staff, wish, now=planned_at)
    draw = session.get_one(Draw, show.id)
    draw.seed = sha256(f"demo {planned_at.isoformat()}")  # the same moment gives the same demo
    draw.seed_hash = sha256(draw.seed)
    session.flush()
    apply_for_draw(session, stalls, show, closed_at - timedelta(hours=2))
    closing_list.close(cast.staff, show.id, now=closed_at)
    drawing.draw(cast.staff, show.id, now=closed_at + timedelta(minutes=2))
