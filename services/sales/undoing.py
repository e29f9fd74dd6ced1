"""Undoing an import: its new sales go, the others stand as before, as long as nothing was built on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, or_, select, update
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.sales.lines import CaseState, Level
from models import (
    AfterSale,
    AfterSaleDraft,
    HeldRow,
    Sale,
    SaleBefore,
    SaleDraft,
    SalesImport,
    Statement,
    StatementItem,
)
from models.sales_imports import ImportStatus, RowFate
from models.sales_inbox import HeldState
from services import records
from services.sales import totals
from services.sales.applying import BEFORE, touch
from services.sales.holding import take_back
from services.sales.importing import SALES, bump, load_locked, lock_platform, platform_of, require_staff
from services.sales.lines import from_json, to_after_sale
from services.sales.planning import BY_HAND, COLUMNS
from services.sales.reading import counts
from services.unit_of_work import transaction

_MATCHED = ("product_id", "tier", "show_id", "booth_booking_id", "rule_version", "evidence", *BY_HAND)


@transaction
def undo(session: Session, actor: Actor, import_id: int, *, now: datetime) -> SalesImport:
    """Take an import out of the books again; one that was undone before is given back as it is.

    Raises Forbidden, Missing, RuleViolation: import_not_applied, or why not (`obstacles`).
    """
    require_staff(actor)
    lock_platform(session, platform_of(session, import_id))
    found = load_locked(session, import_id)
    if found.status is ImportStatus.UNDONE:
        return found
    if found.status is not ImportStatus.APPLIED:
        raise RuleViolation([Violation("import_not_applied")])
    against = obstacles(session, found)
    if against:
        raise RuleViolation(against)
    stale = _stale(session, found)
    take_back(session, found)
    _restore_sales(session, found, now)
    _restore_cases(session, found, now)
    bump(session, found.platform)
    found.status, found.undone_at, found.undone_by_id = ImportStatus.UNDONE, now, actor.id
    records.audit(session, actor, "sales_import.undone", found, now, **counts(found))
    totals.refresh(session, stale)
    return found


def obstacles(session: Session, found: SalesImport) -> list[Violation]:
    """Why an applied import can't be undone any more: what was built on its sales since; none if it can."""
    checks = {
        "undo_later_import": _later_import(found),
        "undo_attributed": _attributed(found),
        "undo_held_decided": _decided(found),
    }
    against = [code for code, check in checks.items() if session.scalar(check.limit(1)) is not None]
    if _is_in_locked_statement(session, found):
        against.append("undo_statement_locked")
    return [Violation(code) for code in against]


def _of_import(found: SalesImport) -> ColumnElement[bool]:
    updated = select(SaleBefore.sale_id).where(SaleBefore.import_id == found.id)
    return or_(Sale.first_import_id == found.id, Sale.id.in_(updated))


def _stale(session: Session, found: SalesImport) -> totals.Touched:
    """The sums of its sales as they stand, and as they stood before."""
    stale = totals.Touched()
    touch(session, stale, Sale, _of_import(found))
    touch(session, stale, SaleBefore, SaleBefore.import_id == found.id)
    return stale


def _later_import(found: SalesImport) -> Select[Any]:
    """A sale or case that another import changed since, or that heeds what only this one brought."""
    changed = and_(_of_import(found), Sale.last_import_id != found.id)
    numbers = select(AfterSaleDraft.case_no).where(AfterSaleDraft.import_id == found.id)
    keys = select(AfterSaleDraft.line_key).where(
        AfterSaleDraft.import_id == found.id, AfterSaleDraft.state == CaseState.REFUNDED
    )
    later = select(SalesImport.id).where(
        SalesImport.id != found.id,
        or_(
            SalesImport.applied_at > found.applied_at,
            and_(SalesImport.applied_at == found.applied_at, SalesImport.id > found.id),
        ),
    )
    met = and_(Sale.platform == found.platform, Sale.line_key.in_(keys), Sale.last_import_id.in_(later))
    orders = select(Sale.order_no).where(Sale.first_import_id == found.id, Sale.level == Level.LINE)
    replaced = and_(
        Sale.platform == found.platform,
        Sale.replaced,
        Sale.order_no.in_(orders),
        Sale.last_import_id != found.id,
    )
    sales = select(Sale.id).where(or_(changed, met, replaced))
    cases = select(AfterSale.id).where(
        AfterSale.platform == found.platform,
        AfterSale.case_no.in_(numbers),
        AfterSale.last_import_id != found.id,
    )
    return sales.union_all(cases)  # type: ignore[return-value]  # selected from alike


def _attributed(found: SalesImport) -> Select[Any]:
    return select(Sale.id).where(_of_import(found), Sale.attributed_at >= found.applied_at)


def _decided(found: SalesImport) -> Select[Any]:
    return select(HeldRow.id).where(
        HeldRow.import_id == found.id,
        or_(HeldRow.made_sale, HeldRow.state == HeldState.DECIDED),
    )


def _is_in_locked_statement(session: Session, found: SalesImport) -> bool:
    """Whether a statement that was locked since holds a product and month of these sales."""
    locked = session.execute(
        select(StatementItem.product_id, StatementItem.of_month)
        .join(Statement, Statement.id == StatementItem.statement_id)
        .where(Statement.locked_at >= found.applied_at)
        .distinct()
    )
    held = {(row.product_id, row.of_month) for row in locked}
    if not held:
        return False
    stale = _stale(session, found)
    return any(
        (product, day.replace(day=1)) in held for day, ids in stale.products.items() for product in ids
    )


def _restore_sales(session: Session, found: SalesImport, now: datetime) -> None:
    mine = BEFORE.c.import_id == found.id
    # What somebody linked or attributed anew in the meantime is theirs and stays.
    untouched = SALES.c.updated_at == found.applied_at
    columns = {
        name: case((untouched, BEFORE.c[name]), else_=SALES.c[name]) if name in _MATCHED else BEFORE.c[name]
        for name in COLUMNS
    }
    trace = {"last_import_id": BEFORE.c.previous_import_id, "updated_at": now}
    session.execute(update(SALES).values(columns | trace).where(mine, BEFORE.c.sale_id == SALES.c.id))
    fresh = select(Sale.id).where(Sale.first_import_id == found.id)
    # A staged import that was read on top of these sales is read anew before it is applied.
    for statement in (
        delete(SaleDraft).where(SaleDraft.sale_id.in_(fresh)),
        delete(SaleBefore).where(SaleBefore.import_id == found.id),
        delete(Sale).where(Sale.first_import_id == found.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _restore_cases(session: Session, found: SalesImport, now: datetime) -> None:
    drafts = session.scalars(
        select(AfterSaleDraft).where(
            AfterSaleDraft.import_id == found.id, AfterSaleDraft.fate == RowFate.UPDATED
        )
    )
    for draft in drafts:
        before = dict(draft.before or {})
        last = before.pop("last_import_id")
        values = to_after_sale(from_json(before)) | {"last_import_id": last, "updated_at": now}  # type: ignore[arg-type]  # a case
        session.execute(
            update(AfterSale)
            .where(AfterSale.platform == found.platform, AfterSale.case_no == draft.case_no)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        delete(AfterSale)
        .where(AfterSale.first_import_id == found.id)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(AfterSaleDraft).where(AfterSaleDraft.import_id == found.id))
