"""Putting held rows into the books once they are clear, and taking them out again: order lines and their sales."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.orm import Session

from domain.people import Actor
from domain.sales.lines import AfterSale, Level, OrderLine, Platform
from domain.sales.updating import joined
from models import HeldRow, Sale, SaleBefore, SaleDraft
from services.sales import totals
from services.sales.importing import SALES, bump, rewrite_sales
from services.sales.lines import Values, from_json, from_sale, to_sale
from services.sales.matching import Matcher, keep_what_a_hand_chose
from services.sales.planning import Heeded, cases_of, has_orders_and_lines, match_columns
from services.sales.rulings import SETTLED, Ruling, books_of, built_on, mark_decided, mark_open
from services.sales.totals import Touched


class Posting:
    """Changes of one platform's sales by held rows; the caller holds the platform and ends with `finish`.

    `words` are the after-sale words that somebody explained, as domain/sales/updating.py asks for them.
    """

    def __init__(
        self,
        session: Session,
        actor: Actor,
        platform: Platform,
        now: datetime,
        words: Mapping[str, AfterSale],
    ) -> None:
        self.session, self.actor, self.platform, self.now = session, actor, platform, now
        self._words = words
        self._matcher = Matcher(session, platform)
        self._touched = Touched()

    def post(self, rulings: Sequence[Ruling]) -> None:
        """Insert or update the sales of these lines and mark their rows as decided.

        A row that was decided before starts from how its sale was before that. Raises RuleViolation("held_built_on").
        """
        stored = self._stored([one.held for one in rulings])
        posted = [self._ruled(one, stored.get(one.held.line_key)) for one in rulings]
        heeded = self._heeded([line for _one, line in posted])
        self._matcher.expect(
            [line for _one, line in posted], [sale["product_id"] for sale in stored.values()]
        )
        inserts: list[Values] = []
        updates: dict[int, Values] = {}
        for one, line in posted:
            sale = stored.get(one.held.line_key)
            values = self._columns(line, sale, heeded) | {"last_import_id": one.held.import_id}
            if sale is None:
                inserts.append(values | {"first_import_id": one.held.import_id})
            else:
                updates[sale["id"]] = values
        if inserts:
            self.session.execute(insert(SALES), inserts)
        if updates:
            rewrite_sales(self.session, updates)
        self._recount_orders({row["order_no"] for row in inserts})

    def take_back(self, rows: Sequence[HeldRow]) -> None:
        """Let decided rows of lines wait again, with their sales as before; raises RuleViolation("held_built_on")."""
        stored = self._stored(rows)
        befores = {held.line_key: self._before(held, stored.get(held.line_key)) for held in rows}
        heeded = self._heeded([line for line in befores.values() if line is not None])
        gone: list[Values] = []
        updates: dict[int, Values] = {}
        for held in rows:
            sale, before = stored[held.line_key], befores[held.line_key]
            if before is None:
                self._touched.note(sale)
                gone.append(sale)
            else:
                last = {"last_import_id": held.order["books"]["last_import_id"]}
                updates[sale["id"]] = self._columns(before, sale, heeded) | last
            mark_open(held)
        if updates:
            rewrite_sales(self.session, updates)
        self._delete(gone)
        self._recount_orders({sale["order_no"] for sale in gone})

    def recount(self, chosen: ColumnElement[bool], last_import_id: int | None = None) -> None:
        """Work out anew what counts of the chosen sales; `last_import_id` is the import whose doing it is."""
        rows = self.session.execute(select(SALES).where(SALES.c.platform == self.platform, chosen)).mappings()
        sales = [dict(row) for row in rows]
        heeded = self._heeded([from_sale(sale) for sale in sales])
        trace = {"updated_at": self.now} | ({"last_import_id": last_import_id} if last_import_id else {})
        updates: dict[int, Values] = {}
        for sale in sales:
            counted = heeded.counted(from_sale(sale))
            if any(counted[name] != sale[name] for name in counted):
                self._touched.note(sale)
                updates[sale["id"]] = counted | trace
        if updates:
            rewrite_sales(self.session, updates)

    def finish(self) -> None:
        """Let imports that were read before be read anew, and bring the sums up to date."""
        bump(self.session, self.platform)
        totals.refresh(self.session, self._touched)

    def _ruled(self, one: Ruling, sale: Values | None) -> tuple[Ruling, OrderLine]:
        """The line that a ruling makes of its sale; the row is marked."""
        current = None if sale is None else from_sale(sale)
        books = books_of(one.held, sale, current)
        line = _order_line(one.told)
        if books["before"] is not None:
            line = joined(_order_line(from_json(books["before"])), line, self._words)
        if one.held.decided_at is not None and current is not None:
            # What later files told beside the decision stays.
            line = _settled_like(current, line)
        mark_decided(one, self.actor, self.now, books, line)
        return one, line

    def _before(self, held: HeldRow, sale: Values | None) -> OrderLine | None:
        """The line that the sale of a decided row was, None where there was none."""
        current = None if sale is None else from_sale(sale)
        books = books_of(held, sale, current)
        if sale is None or current is None or sale["last_import_id"] != held.import_id:
            raise built_on()
        if books["before"] is not None:
            return _settled_like(current, _order_line(from_json(books["before"])))
        if sale["attributed_by_id"] is not None:
            raise built_on()
        return None

    def _stored(self, rows: Sequence[HeldRow]) -> dict[str, Values]:
        keys = [held.line_key for held in rows]
        found = self.session.execute(
            select(SALES).where(SALES.c.platform == self.platform, SALES.c.line_key.in_(keys))
        )
        return {row["line_key"]: dict(row) for row in found.mappings()}

    def _heeded(self, lines: Sequence[OrderLine]) -> Heeded:
        whole = {line.order_no for line in lines if line.level is Level.ORDER}
        cases = cases_of(self.session, self.platform, [line.line_key for line in lines])
        return Heeded(cases, self._known_by_line(whole), self._words)

    def _known_by_line(self, orders: Collection[str]) -> set[str]:
        if not orders or not has_orders_and_lines(self.platform):
            return set()
        known = select(Sale.order_no).where(
            Sale.platform == self.platform, Sale.level == Level.LINE, Sale.order_no.in_(orders)
        )
        return set(self.session.scalars(known))

    def _columns(self, line: OrderLine, sale: Values | None, heeded: Heeded) -> Values:
        match = self._matcher.match(line, sale["product_id"] if sale else None)
        matched = match_columns(match)
        if sale is not None:
            matched = keep_what_a_hand_chose(sale, matched)
        values = to_sale(line) | matched | heeded.counted(line) | {"updated_at": self.now}
        self._touched.note(sale, values)
        return values

    def _recount_orders(self, orders: Iterable[str]) -> None:
        """An order that came in as a whole counts nothing while its lines are there by themselves."""
        if has_orders_and_lines(self.platform):
            self.recount(and_(SALES.c.level == Level.ORDER, SALES.c.order_no.in_(list(orders))))

    def _delete(self, gone: Sequence[Values]) -> None:
        ids = [sale["id"] for sale in gone]
        if not ids:
            return
        if self.session.scalar(select(SaleBefore.sale_id).where(SaleBefore.sale_id.in_(ids)).limit(1)):
            raise built_on()
        # A staged import that was read on top of these sales is read anew before it is applied.
        self.session.execute(delete(SaleDraft).where(SaleDraft.sale_id.in_(ids)))
        self.session.execute(delete(SALES).where(SALES.c.id.in_(ids)))


def _settled_like(line: OrderLine, settled: OrderLine) -> OrderLine:
    names = (*SETTLED, "status_text", "after_sale_text")
    return replace(line, **{name: getattr(settled, name) for name in names})


def _order_line(told: object) -> OrderLine:
    if not isinstance(told, OrderLine):
        raise TypeError(f"no order line: {type(told).__name__}")
    return told
