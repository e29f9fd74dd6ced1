"""Held rows on their way to the inbox: put there when an import is applied, taken back when it is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.orm import Session

from models import AfterSaleDraft, HeldRow, Sale, SaleDraft, SalesImport, SalesImportLine
from models.sales_imports import ImportStatus, RowFate
from models.sales_inbox import HeldState
from services.sales.chunks import chunks
from services.sales.lines import CASE_KEY, Values, from_json, held_key

_UNDECIDED = {
    "state": HeldState.OPEN,
    "decided_paid": None,
    "decided_refunded_fen": None,
    "decided_by_id": None,
    "decided_at": None,
    "reason": "",
}


def put_into_inbox(session: Session, found: SalesImport) -> None:
    """Let the held rows of an import wait in the inbox, one for each line; a decided doubt does not come again."""
    lines = session.scalars(
        select(SalesImportLine)
        .where(SalesImportLine.import_id == found.id, SalesImportLine.fate == RowFate.HELD)
        .order_by(SalesImportLine.position)
    )
    for some in chunks(lines):
        _put(session, [(found, line) for line in some])


def overtake(session: Session, found: SalesImport) -> None:
    """Settle open rows whose line or case came in without the doubt, or whose cases told what was missing."""
    lines = select(SaleDraft.line_key).where(
        SaleDraft.import_id == found.id, or_(SaleDraft.position > 0, SaleDraft.fate == RowFate.INSERTED)
    )
    cases = select(literal(CASE_KEY) + AfterSaleDraft.case_no).where(AfterSaleDraft.import_id == found.id)
    for keys in (lines, cases):
        session.execute(
            update(HeldRow)
            .where(
                HeldRow.platform == found.platform,
                HeldRow.state == HeldState.OPEN,
                HeldRow.line_key.in_(keys),
            )
            .values(state=HeldState.OVERTAKEN, version=HeldRow.version + 1)
            .execution_options(synchronize_session=False)
        )


def take_back(session: Session, found: SalesImport) -> None:
    """Undo both: rows that were overtaken wait again, open ones go unless another import holds them too.

    The sales of the import must still be there.
    """
    fresh = select(Sale.line_key).where(Sale.first_import_id == found.id)
    session.execute(
        update(HeldRow)
        .where(
            HeldRow.platform == found.platform,
            HeldRow.state == HeldState.OVERTAKEN,
            HeldRow.line_key.in_(fresh),
        )
        .values(state=HeldState.OPEN, version=HeldRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    mine = (
        HeldRow.import_id == found.id,
        HeldRow.state == HeldState.OPEN,
        HeldRow.made_sale.is_(False),
    )
    keys = list(session.scalars(select(HeldRow.line_key).where(*mine)))
    session.execute(delete(HeldRow).where(*mine).execution_options(synchronize_session=False))
    for some in chunks(keys):
        _put(session, _held_elsewhere(session, found, some))


def _held_elsewhere(
    session: Session, found: SalesImport, keys: Iterable[str]
) -> list[tuple[SalesImport, SalesImportLine]]:
    """The rows of other applied imports that wait for the same lines, the older ones first."""
    wanted = set(keys)
    bare = {key.removeprefix(CASE_KEY) for key in wanted}
    order = SalesImportLine.order
    rows = session.execute(
        select(SalesImport, SalesImportLine)
        .join(SalesImportLine, SalesImportLine.import_id == SalesImport.id)
        .where(
            SalesImport.platform == found.platform,
            SalesImport.status == ImportStatus.APPLIED,
            SalesImport.id != found.id,
            SalesImportLine.fate == RowFate.HELD,
            or_(order["line_key"].as_string().in_(bare), order["case_no"].as_string().in_(bare)),
        )
        .order_by(SalesImport.applied_at, SalesImportLine.position)
    )
    return [(row[0], row[1]) for row in rows if held_key(from_json(row[1].order or {})) in wanted]


def _put(session: Session, rows: Sequence[tuple[SalesImport, SalesImportLine]]) -> None:
    keyed = {held_key(from_json(line.order or {})): (found, line) for found, line in rows}
    if not keyed:
        return
    platform = rows[0][0].platform
    stored = {
        row.line_key: row
        for row in session.scalars(
            select(HeldRow).where(HeldRow.platform == platform, HeldRow.line_key.in_(keyed))
        )
    }
    for key, (found, line) in keyed.items():
        facts = {
            "layout": found.layout,
            "code": line.code,
            "column_name": line.column_name,
            "text": line.text,
            "order": line.order,
            "import_id": found.id,
            "line": line.line,
        }
        if key not in stored:
            session.add(HeldRow(platform=platform, line_key=key, state=HeldState.OPEN, **facts))
        else:
            _rewrite(stored[key], facts)
    session.flush()


def _rewrite(row: HeldRow, facts: Values) -> None:
    """The doubt as it stands now; whoever has it on the screen need only know when it is another one."""
    same = row.state is HeldState.OPEN and (row.code, row.text, row.order) == (
        facts["code"],
        facts["text"],
        facts["order"],
    )
    # The import of a row that made a sale is the one that the sale is counted for.
    kept = {"import_id": row.import_id} if row.made_sale else {}
    for name, value in (facts | _UNDECIDED | kept).items():
        setattr(row, name, value)
    row.version += 0 if same else 1
