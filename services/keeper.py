"""Looking after the house from the command line: who acts there, and importing an export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.people import STAFF_ROLES, Actor, Role
from models import Person, SalesImport
from services import leases
from services.sales import applying, importing, receiving, removing, reports, undoing, work
from services.sales.reading import counts
from services.unit_of_work import query


@query
def on_duty(session: Session) -> Actor:
    """The first admin, else the first of the staff; raises BadInput where there is neither."""
    person = session.scalar(
        select(Person)
        .where(Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None))
        .order_by(case((Person.role == Role.ADMIN, 0), else_=1), Person.id)
        .limit(1)
    )
    if person is None:
        raise BadInput("no_staff_account")
    return person.as_actor()


def import_sales(
    file: Path,
    *,
    show_id: int | None,
    platform: str | None,
    dry_run: bool,
    now: datetime,
    told: Callable[[SalesImport], None] = lambda _found: None,
) -> dict[str, int]:
    """Import an order export as the page does, or only tell what it would do; returns the counts.

    `told` hears how far it has come. Raises FileError, BadInput, RuleViolation("import_not_staged") when it was
    cancelled meanwhile or could not be read.
    """
    actor, worker = on_duty(), leases.new_worker()
    with file.open("rb") as stream:
        made = receiving.receive(
            actor, stream, file.name, show_id=show_id, platform=platform, worker=worker, now=now
        )
    try:
        work.run_to_end(made.id, worker, now, told)
        if not dry_run:
            applying.apply(actor, made.id, now=now)
            work.run_to_end(made.id, worker, now, told)
        return counts(importing.find(actor, made.id))
    finally:
        if dry_run:
            removing.forget(made.id)


def latest_imports(number: int) -> Sequence[SalesImport]:
    """So many imports, newest first."""
    return reports.import_page(on_duty(), size=number)


def undo_import(import_id: int, *, now: datetime) -> SalesImport:
    """Take an import out of the books again; raises Missing, RuleViolation."""
    return undoing.undo(on_duty(), import_id, now=now)
