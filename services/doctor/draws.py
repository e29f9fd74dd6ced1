"""Draws must be what they were promised to be: each show that is drawn has its seed, and what was published agrees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.studio.shows import Allotment
from models import Draw, Show
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.studio import draw_reading
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """Shows without the seed that they are drawn with, and draws that do not verify."""
    hold_still(session)
    found = [*_without_seed(session), *_faulty(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _without_seed(session: Session) -> Iterator[Finding]:
    wrong = (
        select(Show.id)
        .outerjoin(Draw, Draw.show_id == Show.id)
        .where(Show.allotment == Allotment.DRAW, Draw.show_id.is_(None))
    )
    for show_id in session.scalars(wrong.order_by(Show.id).limit(MOST)):
        yield Finding("draw_without_seed", f"show {show_id} is to be drawn, but no seed was promised for it.")


def _faulty(session: Session) -> Iterator[Finding]:
    closed = (
        select(Show.id)
        .join(Draw, Draw.show_id == Show.id)
        .where(Show.allotment == Allotment.DRAW, Draw.closed_at.is_not(None))
        .order_by(Show.id)
    )
    for show_id in session.scalars(closed).all():
        for fault in draw_reading.checked(session, show_id):
            about = f" (applications {fault.params['applications']})" if fault.params else ""
            yield Finding(
                fault.code, f"the draw of show {show_id} does not agree with what was published{about}."
            )
