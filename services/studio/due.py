"""Steps of a draw that are due: each show in a transaction of its own, looked at again once its studio is locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.people import Actor
from domain.studio.shows import Allotment, ShowStatus
from models import Draw, Show
from services import arbiter
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

Step = Callable[[Session, Actor | None, int, datetime], Draw]


@query
def _found(session: Session, due: ColumnElement[bool]) -> list[int]:
    """The open shows of which something is due, found by the few draws that are still to be made."""
    undrawn = session.scalars(select(Draw.show_id).where(Draw.drawn_at.is_(None))).all()
    if not undrawn:
        return []
    drawn = select(Show.id).join(Draw, Draw.show_id == Show.id).where(Show.allotment == Allotment.DRAW)
    here = drawn.where(Show.id.in_(undrawn), Show.status == ShowStatus.OPEN, due)
    return list(session.scalars(here.order_by(Show.id)))


@transaction
def _if_due(session: Session, show_id: int, due: ColumnElement[bool], step: Step, now: datetime) -> bool:
    show = load_show(session, show_id, None)
    arbiter.lock_spaces(session, [show.space_id])
    if show_id not in _found(due):
        return False  # somebody else was faster, or the show was cancelled or moved
    step(session, None, show_id, now)
    return True


def each(due: ColumnElement[bool], step: Step, now: datetime) -> int:
    """Take a step for every show of which it is due; returns how many. Raises ExceptionGroup.

    One that fails keeps none of the others.
    """
    done, failures = 0, []
    for show_id in _found(due):
        try:
            done += _if_due(show_id, due, step, now)
        except Exception as failure:  # raised again below, when all the others have had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} shows could not be served", failures)
    return done
