"""Reading a chunk of an after-sales export: cases become drafts, and so do the sales that they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from domain.sales.deciding import decided_case
from domain.sales.lines import AfterSaleCase, HeldLine
from domain.sales.problems import HeldCode
from domain.sales.refunds import released
from domain.sales.rows import Outcome
from domain.sales.updating import joined_cases
from models import AfterSaleDraft, HeldRow
from models.sales_imports import RowFate, SalesImport
from models.sales_inbox import HeldState
from services.sales.bulk import write
from services.sales.lines import (
    CASE_COLUMNS,
    Values,
    from_after_sale,
    from_json,
    from_sale,
    to_after_sale,
    to_json,
)
from services.sales.noting import Noted, decisions
from services.sales.planning import CASES, Heeded, cases_of, draft_of, plan, stored_sales
from services.sales.reader import Reader
from services.sales.reading_orders import drafts_of, write_drafts

CASE_DRAFTS = cast(Table, AfterSaleDraft.__table__)


def read_cases(session: Session, found: SalesImport, reader: Reader, outcomes: Sequence[Outcome]) -> Noted:
    """Plan a chunk's cases on top of the stored ones, then what the sales of their lines come to."""
    return _Chunk(session, found, reader).read(outcomes)


class _Chunk:
    def __init__(self, session: Session, found: SalesImport, reader: Reader) -> None:
        self._session, self._found, self._reader = session, found, reader
        self._drafts: dict[str, Values] = {}
        self._stored: dict[str, Values] = {}
        self._changed: dict[str, None] = {}
        self._noted = Noted()

    def read(self, outcomes: Sequence[Outcome]) -> Noted:
        outcomes = self._settled(outcomes)
        self._look_up([outcome.case_no for outcome in outcomes if isinstance(outcome, AfterSaleCase)])
        earlier = list(self._drafts)
        for position, outcome in enumerate(outcomes, start=self._found.read_count + 1):
            if isinstance(outcome, AfterSaleCase):
                self._take(position, outcome)
            else:
                self._noted.doubt(position, outcome)
        self._write(earlier)
        self._plan_sales()
        return self._noted

    def _settled(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        held = [outcome for outcome in outcomes if isinstance(outcome, HeldLine)]
        decided = decisions(self._session, self._found.platform, held) if held else {}
        settled: list[Outcome] = []
        for outcome in outcomes:
            row = None
            if isinstance(outcome, HeldLine) and isinstance(outcome.order, AfterSaleCase):
                row = decided.get((f"case|{outcome.order.case_no}", outcome.code, outcome.text))
                settled.append(
                    outcome
                    if row is None
                    else decided_case(outcome.order, refunded_fen=row.decided_refunded_fen or 0)
                )
            else:
                settled.append(outcome)
        return settled

    def _look_up(self, numbers: Sequence[str]) -> None:
        mine = select(CASE_DRAFTS).where(
            CASE_DRAFTS.c.import_id == self._found.id, CASE_DRAFTS.c.case_no.in_(numbers)
        )
        self._drafts = {row["case_no"]: dict(row) for row in self._session.execute(mine).mappings()}
        stored = select(CASES).where(CASES.c.platform == self._found.platform, CASES.c.case_no.in_(numbers))
        self._stored = {row["case_no"]: dict(row) for row in self._session.execute(stored).mappings()}

    def _take(self, position: int, case: AfterSaleCase) -> None:
        draft, stored = self._drafts.get(case.case_no), self._stored.get(case.case_no)
        base = draft or stored
        both = case if base is None else joined_cases(from_after_sale(base), case)
        values = to_after_sale(both)
        changed = base is None or any(values[name] != base[name] for name in CASE_COLUMNS)
        fate = RowFate.INSERTED if base is None else RowFate.UPDATED if changed else RowFate.UNCHANGED
        self._noted.fates[fate] += 1
        if draft is not None and not changed:
            return
        if draft is not None:
            fate = draft["fate"] if draft["fate"] is RowFate.INSERTED else RowFate.UPDATED
        before = None if stored is None else _before(stored)
        where = position if draft is None else draft["position"]
        self._drafts[case.case_no] = {**values, "position": where, "fate": fate, "before": before}
        self._changed[case.case_no] = None

    def _write(self, earlier: Iterable[str]) -> None:
        rewritten = [number for number in earlier if number in self._changed]
        if rewritten:
            self._session.execute(
                delete(CASE_DRAFTS).where(
                    CASE_DRAFTS.c.import_id == self._found.id, CASE_DRAFTS.c.case_no.in_(rewritten)
                )
            )
        rows = [{**self._drafts[number], "import_id": self._found.id} for number in self._changed]
        write(self._session, CASE_DRAFTS, rows)

    def _plan_sales(self) -> None:
        """Lay the cases over the sales of their lines, and over rows that waited for nothing but them."""
        positions = {
            self._drafts[number]["line_key"]: -self._drafts[number]["position"] for number in self._changed
        }
        keys = list(positions)
        if not keys:
            return
        heeded = Heeded(self._cases(keys), words=self._reader.words)
        stored = stored_sales(self._session, self._found.platform, keys)
        earlier = drafts_of(self._session, self._found.id, keys)
        drafts: list[Values] = []
        for key, sale in stored.items():
            values = sale | heeded.counted(from_sale(sale)) | {"replaced": sale["replaced"]}
            if sale["replaced"]:
                continue
            if any(values[name] != sale[name] for name in values):
                position = earlier[key]["position"] if key in earlier else positions[key]
                drafts.append(draft_of(values, position, RowFate.UPDATED, sale["id"]))
        drafts += self._released([key for key in keys if key not in stored], heeded, positions, earlier)
        rewritten = [draft["line_key"] for draft in drafts if draft["line_key"] in earlier]
        write_drafts(self._session, self._found.id, drafts, rewritten)

    def _cases(self, keys: Sequence[str]) -> dict[str, list[AfterSaleCase]]:
        stored = cases_of(self._session, self._found.platform, keys)
        mine = self._session.execute(
            select(*(CASE_DRAFTS.c[name] for name in CASE_COLUMNS)).where(
                CASE_DRAFTS.c.import_id == self._found.id, CASE_DRAFTS.c.line_key.in_(keys)
            )
        ).mappings()
        by_number = {case.case_no: case for cases in stored.values() for case in cases}
        by_number |= {row["case_no"]: from_after_sale(dict(row)) for row in mine}
        cases: dict[str, list[AfterSaleCase]] = defaultdict(list)
        for number in sorted(by_number):
            cases[by_number[number].line_key].append(by_number[number])
        return cases

    def _released(
        self, keys: Sequence[str], heeded: Heeded, positions: dict[str, int], earlier: dict[str, Values]
    ) -> list[Values]:
        waiting = self._session.scalars(
            select(HeldRow).where(
                HeldRow.platform == self._found.platform,
                HeldRow.state == HeldState.OPEN,
                HeldRow.code == HeldCode.PARTIAL_REFUND,
                HeldRow.line_key.in_(keys),
            )
        )
        drafts: list[Values] = []
        for row in waiting:
            held = HeldLine(
                row.line, HeldCode.PARTIAL_REFUND, row.column_name, row.text, from_json(row.order)
            )
            line = released(held, heeded.cases.get(row.line_key, ()))
            if line is not None:
                values = plan(line, None, self._reader.matcher, heeded).values
                position = (
                    earlier[row.line_key]["position"] if row.line_key in earlier else positions[row.line_key]
                )
                drafts.append(draft_of(values, position, RowFate.INSERTED, None))
        return drafts


def _as_decided(case: AfterSaleCase, row: HeldRow) -> AfterSaleCase:
    return decided_case(case, refunded_fen=row.decided_refunded_fen or 0)


def _before(stored: Values) -> Values:
    return to_json(from_after_sale(stored)) | {"last_import_id": stored["last_import_id"]}
