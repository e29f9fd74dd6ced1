"""A show while it is live: get the running order ready, and do what is pressed at the console, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing, RuleViolation, StaleRun, Violation
from domain.people import Actor
from domain.studio import rundown as steps
from domain.studio.presses import STEPS, Press
from domain.studio.rundown import NEW, Item, Rundown
from domain.studio.running import Action
from domain.studio.shows import Layout, ShowStatus
from models import Booking, BoothSlot, RunEvent, Show, ShowRun
from services import arbiter, records
from services.studio import run_law, run_store
from services.studio.run_law import STANDS, STILL_THERE
from services.studio.shows import load_show
from services.unit_of_work import transaction

EARLY = timedelta(minutes=30)
"""How long before its planned start a show may go on air."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the booths of a show since its running order was made."""

    standing: tuple[Item, ...]
    gone: frozenset[int]

    @property
    def any(self) -> bool:
        """Whether there is anything to take in."""
        return bool(self.standing or self.gone)


@transaction
def prepare(session: Session, actor: Actor, show_id: int, *, now: datetime) -> int:
    """Make the running order out of the confirmed booths in the order of their time; returns its version.

    A second time changes nothing. Raises Forbidden, Missing, RuleViolation.
    """
    show = _show(session, actor, show_id)
    known = _known(session, show)
    return known.version if known else _make(session, actor, show, now)


def _show(session: Session, actor: Actor, show_id: int) -> Show:
    """A show that may be run by this person, its studio locked: nobody cancels it or seals its file meanwhile."""
    if not actor.is_staff:
        raise Forbidden
    arbiter.lock_spaces(session, [load_show(session, show_id, actor).space_id])
    show = load_show(session, show_id, actor)
    if show.status is not ShowStatus.OPEN:
        raise RuleViolation([Violation("show_not_open")])
    if show.wrapped_up_at is not None:
        raise RuleViolation([Violation("show_wrapped_up")])
    return show


def _known(session: Session, show: Show) -> ShowRun | None:
    """The run of a show, which nobody else can make from here on."""
    session.execute(select(Show.id).where(Show.id == show.id).with_for_update(key_share=True)).all()
    return run_store.load_run(session, show.id)


def _make(session: Session, actor: Actor, show: Show, now: datetime) -> int:
    run = ShowRun(show_id=show.id, version=1)
    session.add(run)
    session.flush()
    run_store.add_all(session, run, planned_items(session, show))
    records.audit(session, actor, "run.prepared", show, now)
    return run.version


def planned_items(session: Session, show: Show) -> tuple[Item, ...]:
    """What a show would air by its confirmed booths: one item each, in a market one for each slot."""
    rows = session.execute(
        select(BoothSlot.booking_id, Booking.starts_at, Booking.ends_at)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(BoothSlot.show_id == show.id, Booking.status.in_(STANDS))
        .order_by(Booking.starts_at, Booking.place, Booking.id)
    ).all()
    if show.layout is Layout.MARKET:
        slots = [list(group) for _, group in groupby(rows, key=lambda row: row.starts_at)]
    else:
        slots = [[row] for row in rows]
    return tuple(
        Item(
            NEW,
            int((slot[0].ends_at - slot[0].starts_at).total_seconds()),
            tuple(sorted(row.booking_id for row in slot)),
            slot[0].starts_at,
        )
        for slot in slots
    )


def changes(session: Session, show: Show, order: Rundown) -> Changes:
    """Booths that were confirmed since the order was made, and those in it that were withdrawn before they aired."""
    known = {booth for item in order.items for booth in item.booths}
    standing = []
    for item in planned_items(session, show):
        new = tuple(booth for booth in item.booths if booth not in known)
        if new:
            standing.append(Item(NEW, item.planned_seconds, new, item.planned_starts_at))
    waiting = {booth for item in order.waiting for booth in item.booths}
    there = session.scalars(
        select(Booking.id).where(Booking.id.in_(waiting), Booking.status.in_(STILL_THERE))
    )
    return Changes(tuple(standing), frozenset(waiting - set(there)))


@transaction
def press(
    session: Session, actor: Actor, show_id: int, pressed: Press, *, version: int, now: datetime
) -> int:
    """Do what was pressed, if the console still stands as the presser saw it; returns the new version.

    The first start makes the running order where nobody did before (version 0). Raises Forbidden, Missing,
    BadInput, RuleViolation, StaleRun.
    """
    show = _show(session, actor, show_id)
    if version == 0 and pressed.action is Action.START:
        if _known(session, show):
            raise StaleRun(show.id)
        version = _make(session, actor, show, now)
    _claim(session, show.id, version)
    run = run_store.load_run(session, show.id)
    if run is None:
        raise Missing
    order = run_store.load_order(session, run)
    if pressed.action is Action.UNDO:
        before, detail = {}, {"undid": _undo(session, run)}
    else:
        after = _step(session, show, order, pressed, now)
        run_law.check(session, show, order, after, now)
        before, detail = run_store.save(session, run, order, after), pressed.detail()
    _write_down(session, actor, show, run, pressed.action, before, detail, now)
    return run.version


def _claim(session: Session, show_id: int, version: int) -> None:
    """Take the next version for this press; of two at once one waits here, and then comes too late."""
    claimed = session.execute(
        update(ShowRun)
        .where(ShowRun.show_id == show_id, ShowRun.version == version)
        .values(version=version + 1)
        .returning(ShowRun.show_id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(claimed) != 1:
        raise StaleRun(show_id)


def _step(session: Session, show: Show, order: Rundown, pressed: Press, now: datetime) -> Rundown:
    if pressed.action is Action.CATCH_UP:
        found = changes(session, show, order)
        return steps.catch_up(order, found.standing, found.gone, now)
    if pressed.action in (Action.START, Action.NEXT) and now < show.starts_at - EARLY:
        raise RuleViolation([Violation("run_too_early", {"minutes": EARLY.seconds // 60})])
    return STEPS[pressed.action](order, pressed, now)


def _undo(session: Session, run: ShowRun) -> int:
    """Put back what stood before the last press that was not taken back yet; returns the version of that press."""
    taken_back: set[int] = set()
    for event in session.scalars(
        select(RunEvent).where(RunEvent.show_id == run.show_id).order_by(RunEvent.version.desc())
    ):
        if event.action == Action.UNDO:
            taken_back.add(event.detail["undid"])
        elif event.version not in taken_back:
            run_store.restore(session, run, event.before)
            return event.version
    raise RuleViolation([Violation("nothing_to_undo")])


def _write_down(
    session: Session,
    actor: Actor,
    show: Show,
    run: ShowRun,
    action: Action,
    before: dict[str, Any],
    detail: dict[str, Any],
    now: datetime,
) -> None:
    session.add(
        RunEvent(
            show_id=show.id,
            version=run.version,
            action=action.value,
            at=now,
            actor_id=actor.id,
            detail=detail,
            before=before,
        )
    )
    records.audit(session, actor, f"run.{action.value}", show, now, **detail)
