"""Running orders must make sense: one item on air at most, places that differ, nothing left of a show that ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.studio.booths import OnAir
from models import RundownItem, RunEvent, ShowRun
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """Running orders that contradict themselves, at most twenty of each kind."""
    hold_still(session)
    found = [*_several_on_air(session), *_same_place(session), *_left_over(session), *_behind(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _several_on_air(session: Session) -> Iterator[Finding]:
    wrong = (
        select(RundownItem.show_id, func.count())
        .where(RundownItem.state == OnAir.ON_AIR)
        .group_by(RundownItem.show_id)
        .having(func.count() > 1)
    )
    for show_id, count in session.execute(wrong.order_by(RundownItem.show_id).limit(MOST)):
        yield Finding("several_on_air", f"show {show_id} has {count} items on air at once.")


def _same_place(session: Session) -> Iterator[Finding]:
    wrong = (
        select(RundownItem.show_id, RundownItem.position)
        .group_by(RundownItem.show_id, RundownItem.position)
        .having(func.count() > 1)
    )
    for show_id, position in session.execute(wrong.order_by(RundownItem.show_id).limit(MOST)):
        yield Finding("items_at_one_place", f"show {show_id} has several items at place {position}.")


def _left_over(session: Session) -> Iterator[Finding]:
    wrong = (
        select(RundownItem.id, RundownItem.show_id)
        .join(ShowRun, ShowRun.show_id == RundownItem.show_id)
        .where(ShowRun.ended_at.is_not(None), RundownItem.state.in_((OnAir.WAITING, OnAir.ON_AIR)))
    )
    for item_id, show_id in session.execute(wrong.order_by(RundownItem.id).limit(MOST)):
        yield Finding("item_after_the_end", f"item {item_id} runs or waits in show {show_id}, which ended.")


def _behind(session: Session) -> Iterator[Finding]:
    last = func.max(RunEvent.version)
    wrong = (
        select(RunEvent.show_id, last)
        .join(ShowRun, ShowRun.show_id == RunEvent.show_id, isouter=True)
        .group_by(RunEvent.show_id, ShowRun.version)
        .having(last > func.coalesce(ShowRun.version, 0))
    )
    for show_id, version in session.execute(wrong.order_by(RunEvent.show_id).limit(MOST)):
        yield Finding(
            "run_behind_its_presses", f"show {show_id} was pressed {version - 1} times, its run is older."
        )
