"""Reading a chunk of an order export: lines become drafts of sales, rows in doubt are noted for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.sales.deciding import decided
from domain.sales.lines import HeldLine, Level, OrderLine, RefundBasis
from domain.sales.refunds import released
from domain.sales.rows import Outcome
from models import HeldRow, Sale
from models.sales_imports import RowFate, SalesImport
from services.sales.bulk import Plain, listed, write, write_plain
from services.sales.importing import SALES
from services.sales.lines import Values
from services.sales.noting import Noted, decisions
from services.sales.planning import (
    COLUMNS,
    DRAFTS,
    Heeded,
    cases_of,
    draft_of,
    has_orders_and_lines,
    plan,
    stored_sales,
)
from services.sales.reader import Reader


def read_orders(session: Session, found: SalesImport, reader: Reader, outcomes: Sequence[Outcome]) -> Noted:
    """Plan a chunk's lines on top of the stored sales and of what earlier rows of the file made of them."""
    return _Chunk(session, found, reader).read(outcomes)


def drafts_of(session: Session, import_id: int, keys: Sequence[str]) -> dict[str, Values]:
    """What earlier rows made of these lines, by key."""
    wanted = listed(session, keys)
    # Each for itself: PostgreSQL, which knows nothing of drafts just written, would read all of them for each chunk.
    place = (
        select(DRAFTS.c.position)
        .where(DRAFTS.c.import_id == import_id, DRAFTS.c.line_key == wanted.c.value)
        .scalar_subquery()
    )
    places = select(place.label("position")).select_from(wanted).subquery()
    positions = session.scalars(select(places.c.position).where(places.c.position.is_not(None))).all()
    if not positions:
        return {}
    rows = session.execute(
        select(DRAFTS).where(DRAFTS.c.import_id == import_id, DRAFTS.c.position.in_(positions))
    ).mappings()
    return {row["line_key"]: dict(row) for row in rows}


def write_drafts(
    session: Session, import_id: int, drafts: Sequence[Values], rewritten: Sequence[str]
) -> None:
    """Write drafts; those of the rewritten keys were there before."""
    if rewritten:
        session.execute(
            delete(DRAFTS).where(DRAFTS.c.import_id == import_id, DRAFTS.c.line_key.in_(rewritten))
        )
    for draft in drafts:
        draft["import_id"] = import_id
    write(session, DRAFTS, drafts)


class _Chunk:
    def __init__(self, session: Session, found: SalesImport, reader: Reader) -> None:
        self._session, self._found, self._reader = session, found, reader
        self._import_id, self._draft = found.id, reader.stencils.draft
        self._drafts: dict[str, Values] = {}
        self._stored: dict[str, Values] = {}
        self._changed: dict[str, None] = {}
        self._earlier: frozenset[str] = frozenset()
        self._alone: frozenset[str] = frozenset()
        self._fresh: list[Plain] = []
        self._heeded = Heeded(words=reader.words)
        self._noted = Noted()

    def read(self, outcomes: Sequence[Outcome]) -> Noted:
        outcomes = self._settled(outcomes)
        self._look_up([outcome for outcome in outcomes if isinstance(outcome, OrderLine)])
        for position, outcome in enumerate(outcomes, start=self._found.read_count + 1):
            if isinstance(outcome, OrderLine):
                self._take(position, outcome)
            else:
                self._noted.doubt(position, outcome)
        self._noted.fates[RowFate.INSERTED] += len(self._fresh)
        self._replace_orders()
        rewritten = [key for key in self._changed if key in self._earlier]
        drafts = [self._drafts[key] for key in self._changed]
        write_drafts(self._session, self._found.id, drafts, rewritten)
        write_plain(self._session, DRAFTS, self._fresh)
        return self._noted

    def _settled(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Held rows that a person decided, or whose cases tell what was missing, are lines like any other."""
        held = [outcome for outcome in outcomes if isinstance(outcome, HeldLine)]
        if not held:
            return list(outcomes)
        rulings = decisions(self._session, self._found.platform, held)
        keys = [one.order.line_key for one in held]
        cases = cases_of(self._session, self._found.platform, keys)
        settled: list[Outcome] = []
        for outcome in outcomes:
            if isinstance(outcome, HeldLine) and isinstance(outcome.order, OrderLine):
                row = rulings.get((outcome.order.line_key, outcome.code, outcome.text))
                known = released(outcome, cases.get(outcome.order.line_key, ()))
                settled.append(known or (outcome if row is None else as_decided(outcome.order, row)))
            else:
                settled.append(outcome)
        return settled

    def _look_up(self, lines: Sequence[OrderLine]) -> None:
        keys = list(dict.fromkeys(line.line_key for line in lines))
        if not keys:
            return
        platform = self._found.platform
        self._drafts = drafts_of(self._session, self._found.id, keys)
        self._earlier = frozenset(self._drafts)
        self._stored = stored_sales(self._session, platform, (k for k in keys if k not in self._drafts))
        orders: set[str] = set()
        if has_orders_and_lines(platform) and self._reader.layout.level is Level.ORDER:
            orders = {line.order_no for line in lines}
            chosen = select(Sale.order_no).where(
                Sale.platform == platform, Sale.level == Level.LINE, Sale.order_no.in_(orders)
            )
            orders = set(self._session.scalars(chosen))
        cases = cases_of(self._session, platform, keys)
        self._heeded = Heeded(cases, orders, self._reader.words)
        if not has_orders_and_lines(platform):
            twice = (
                {} if len(keys) == len(lines) else Counter(line.line_key for line in lines) - Counter(keys)
            )
            self._alone = frozenset(keys).difference(self._drafts, self._stored, cases, twice)

    def _take(self, position: int, line: OrderLine) -> None:
        key = line.line_key
        if line.goods is not None and key in self._alone:
            self._fresh.append(self._draft(line, self._import_id, position))
            return
        draft, stored = self._drafts.get(key), self._stored.get(key)
        planned = plan(line, draft or stored, self._reader.matcher, self._heeded)
        self._noted.fates[planned.fate] += 1
        if draft is None:
            sale_id = None if stored is None else stored["id"]
            self._drafts[key] = draft_of(planned.values, position, planned.fate, sale_id)
        elif planned.fate is RowFate.UNCHANGED:
            return
        else:
            fate = RowFate.INSERTED if draft["sale_id"] is None else RowFate.UPDATED
            self._drafts[key] = draft_of(planned.values, draft["position"], fate, draft["sale_id"])
        self._changed[key] = None

    def _replace_orders(self) -> None:
        """An order that came in as a whole counts nothing any more once its lines come in by themselves."""
        platform = self._found.platform
        if self._reader.layout.level is Level.ORDER or not has_orders_and_lines(platform):
            return
        of_order = {self._drafts[key]["order_no"]: self._drafts[key]["position"] for key in self._changed}
        whole = self._session.execute(
            select(SALES.c.id, *(SALES.c[name] for name in COLUMNS)).where(
                SALES.c.platform == platform,
                SALES.c.level == Level.ORDER,
                SALES.c.replaced.is_(False),
                SALES.c.order_no.in_(of_order),
            )
        ).mappings()
        found = {row["line_key"]: dict(row) for row in whole}
        for key in drafts_of(self._session, self._found.id, list(found)):
            del found[key]
        nothing = {"replaced": True, "paid": False, "refunded_fen": 0, "refund_basis": RefundBasis.NONE.value}
        for key, sale in found.items():
            position = -of_order[sale["order_no"]]
            self._drafts[key] = draft_of(sale | nothing, position, RowFate.UPDATED, sale["id"])
            self._changed[key] = None


def as_decided(order: OrderLine, row: HeldRow) -> OrderLine:
    """A held line with what a person said that it comes to."""
    return decided(order, paid=bool(row.decided_paid), refunded_fen=row.decided_refunded_fen or 0)
