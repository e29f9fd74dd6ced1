"""What staff see of imports: the list, and what one of them read, held, rejected and did not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.errors import Violation
from domain.people import Actor
from domain.sales.lines import Platform
from models import Product, ProductCode, SalesImport, SalesImportLine, Show
from models.sales_imports import ImportStatus, RowFate
from services.sales.importing import load, require_staff
from services.sales.undoing import obstacles
from services.unit_of_work import query

RECENT = 30
SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class UnknownProduct:
    """A product of an export without one of ours; `code` can be linked, without one only the name could match."""

    code: str
    title: str
    lines: int
    gmv_fen: int
    linked_to: str | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """An import with its troublesome rows, the first 200 of each kind, and why it can't be undone, if so."""

    staged: SalesImport
    rejected: Sequence[SalesImportLine]
    held: Sequence[SalesImportLine]
    unknown: Sequence[UnknownProduct]
    products: Sequence[Product]
    obstacles: Sequence[Violation]


@query
def recent_imports(session: Session, actor: Actor) -> Sequence[SalesImport]:
    """The latest imports with show and author, newest first; raises Forbidden."""
    require_staff(actor)
    return _imports(session, RECENT, None)


@query
def import_page(
    session: Session, actor: Actor, *, size: int, before_id: int | None = None
) -> Sequence[SalesImport]:
    """So many imports that are older than another one, newest first; raises Forbidden."""
    require_staff(actor)
    return _imports(session, size, before_id)


def _imports(session: Session, size: int, before_id: int | None) -> Sequence[SalesImport]:
    chosen = select(SalesImport).options(joinedload(SalesImport.show), joinedload(SalesImport.created_by))
    if before_id is not None:
        chosen = chosen.where(SalesImport.id < before_id)
    return session.scalars(chosen.order_by(SalesImport.id.desc()).limit(size)).all()


@query
def shows_to_choose(session: Session, actor: Actor) -> Sequence[Show]:
    """The latest shows, for noting what an export was uploaded for; raises Forbidden."""
    require_staff(actor)
    return session.scalars(select(Show).order_by(Show.starts_at.desc()).limit(RECENT)).all()


@query
def report(session: Session, actor: Actor, import_id: int) -> ImportReport:
    """All that the page of an import shows; raises Forbidden, Missing."""
    require_staff(actor)
    staged = load(session, import_id)
    unknown = _unknown(session, staged)
    return ImportReport(
        staged=staged,
        rejected=_lines(session, import_id, RowFate.REJECTED),
        held=_lines(session, import_id, RowFate.HELD),
        unknown=unknown,
        products=_products(session) if any(u.linked_to is None for u in unknown) else (),
        obstacles=obstacles(session, staged) if staged.status is ImportStatus.APPLIED else (),
    )


@query
def rejections(
    session: Session, actor: Actor, import_id: int
) -> tuple[SalesImport, Sequence[SalesImportLine]]:
    """An import and every row of it that was rejected, in the order of the file; raises Forbidden, Missing."""
    require_staff(actor)
    return load(session, import_id), _lines(session, import_id, RowFate.REJECTED, most=None)


def _lines(
    session: Session, import_id: int, fate: RowFate, most: int | None = SHOWN_LINES
) -> Sequence[SalesImportLine]:
    return session.scalars(
        select(SalesImportLine)
        .where(SalesImportLine.import_id == import_id, SalesImportLine.fate == fate)
        .order_by(SalesImportLine.position)
        .limit(most)
    ).all()


def _unknown(session: Session, staged: SalesImport) -> list[UnknownProduct]:
    codes = {_code(entry) for entry in staged.unknown_products}
    linked = _linked(session, staged.platform, codes)
    return [
        UnknownProduct(code, entry["title"], entry["lines"], entry["gmv_fen"], linked.get(code))
        for entry in staged.unknown_products
        for code in [_code(entry)]
    ]


def _code(entry: dict[str, Any]) -> str:
    """The platform's id of the product, or the merchant's own code where that is all the export has."""
    code: str = entry["code"] or entry["merchant_code"]
    return code


def _linked(session: Session, platform: Platform, codes: set[str]) -> dict[str, str]:
    rows = session.execute(
        select(ProductCode.code, Product.name)
        .join(Product, Product.id == ProductCode.product_id)
        .where(ProductCode.platform == platform, ProductCode.code.in_(codes))
    )
    return {row.code: row.name for row in rows}


def _products(session: Session) -> Sequence[Product]:
    return session.scalars(
        select(Product)
        .options(joinedload(Product.merchant))
        .where(Product.archived_at.is_(None))
        .order_by(Product.merchant_id, Product.name)
    ).all()
