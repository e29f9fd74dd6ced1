"""What all steps of an import share: who may, one import as it stands, and the lock on a platform's books."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.sales.lines import Platform
from models import Sale, SalesImport, SalesPlatform
from models.engine import insert_ignoring
from services.unit_of_work import query

SALES = cast(Table, Sale.__table__)
SMALL = 5_000
"""An import of up to so many rows is read and applied while its person waits."""


@query
def find(session: Session, actor: Actor, import_id: int) -> SalesImport:
    """One import with its show and its author; raises Forbidden, Missing."""
    require_staff(actor)
    return load(session, import_id)


def load(session: Session, import_id: int) -> SalesImport:
    """An import as it stands, with its show and its author; raises Missing."""
    found = session.scalar(
        select(SalesImport)
        .options(joinedload(SalesImport.show), joinedload(SalesImport.created_by))
        .where(SalesImport.id == import_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


def load_locked(session: Session, import_id: int) -> SalesImport:
    """The same, and nobody else changes it before this transaction ends; raises Missing."""
    session.execute(select(SalesImport.id).where(SalesImport.id == import_id).with_for_update(key_share=True))
    return load(session, import_id)


def platform_of(session: Session, import_id: int) -> Platform:
    """Whose export it is; raises Missing."""
    platform = session.scalar(select(SalesImport.platform).where(SalesImport.id == import_id))
    if platform is None:
        raise Missing
    return platform


def require_staff(actor: Actor) -> None:
    """Only staff see and import exports; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden


def lock_platform(session: Session, platform: Platform) -> int:
    """Let one transaction at a time change a platform's sales, and those who read them wait; returns the revision."""
    session.execute(insert_ignoring(session, SalesPlatform, platform=platform, revision=0))
    return session.scalars(
        select(SalesPlatform.revision).where(SalesPlatform.platform == platform).with_for_update()
    ).one()


def revision_of(session: Session, platform: Platform) -> int:
    """The revision of a platform's sales, which nobody changes before this transaction ends."""
    session.execute(insert_ignoring(session, SalesPlatform, platform=platform, revision=0))
    return session.scalars(
        select(SalesPlatform.revision).where(SalesPlatform.platform == platform).with_for_update(read=True)
    ).one()


def bump(session: Session, platform: Platform) -> None:
    """Say that a locked platform's sales, or what its rows are read by, changed: whoever read before reads anew."""
    session.execute(
        update(SalesPlatform)
        .where(SalesPlatform.platform == platform)
        .values(revision=SalesPlatform.revision + 1)
        .execution_options(synchronize_session=False)
    )


def rewrite_sales(session: Session, updates: dict[int, dict[str, Any]]) -> None:
    """Give sales new columns, the same ones for all, by id."""
    names = next(iter(updates.values())).keys()
    statement = (
        update(SALES)
        .where(SALES.c.id == bindparam("sale_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    rows = [
        {"sale_id": sale_id, **{f"new_{name}": value for name, value in values.items()}}
        for sale_id, values in updates.items()
    ]
    session.execute(statement, rows)
