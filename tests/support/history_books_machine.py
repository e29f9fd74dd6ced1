"""Random histories of imports, held step by step against plain books: whoever brings what in again, it counts once."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import func, select

from models import Product, Sale, SalesImport, SalesTotal, db
from models.sales_books import Band, Scope
from services.sales import applying, removing, undoing
from tests.support.exports import Row, doudian_csv, doudian_row
from tests.support.history_base import History
from tests.support.history_books import UNKNOWN, WORDS, Books, Line
from tests.support.importing import read, receive

LINES = st.builds(
    Line.told,
    number=st.integers(0, 5),
    word=st.sampled_from([*WORDS, "已完成", UNKNOWN]),
    refunded=st.sampled_from([False, False, True]),
    quantity=st.integers(1, 2),
    amount=st.sampled_from([1990, 3990, 4000]),
)
FILES = st.lists(LINES, min_size=1, max_size=4)
WHICH = st.integers(0, 6)
ENCODINGS = st.sampled_from(["gb18030", "utf-8-sig"])
FIRST = 6917_500_000_000_000_000


class BooksHistory(History):
    """What staff do with exports, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.import_ids: list[int] = []

    @rule(rows=FILES, encoding=ENCODINGS)
    def stage_export(self, rows: list[Line], encoding: str) -> None:
        """Upload what a platform tells, and have it read."""
        counts = self.books.stage(rows, self.model.now)
        made = receive(
            self.stage.staff, doudian_csv([self._row(line) for line in rows], encoding=encoding), now=self.now
        )
        read(made.id, now=self.now)
        self.import_ids.append(made.id)
        found = self._counts(made.id)
        assert found == counts, (found, counts)

    @precondition(lambda self: self.import_ids)
    @rule(number=WHICH, encoding=ENCODINGS)
    def stage_again(self, number: int, encoding: str) -> None:
        """Upload a file that came before."""
        self.stage_export(self.books.imports[self._import(number)].rows, encoding)

    @precondition(lambda self: self.books.sold)
    @rule(number=WHICH, word=st.sampled_from(list(WORDS)), refunded=st.booleans())
    def stage_news(self, number: int, word: str, refunded: bool) -> None:
        """Upload what became of lines that are known."""
        known = [sold.line for _, sold in sorted(self.books.sold.items())]
        lines = [known[number % len(known)], known[(number + 1) % len(known)]]
        self.stage_export(
            [Line.told(one.number, word, refunded, one.quantity, one.amount) for one in lines], "gb18030"
        )

    @precondition(lambda self: self.import_ids)
    @rule(number=WHICH)
    def apply_import(self, number: int) -> None:
        """Put it into the books."""
        number = self._import(number, "staged")
        is_new = self.books.imports[number].status == "staged"
        counts = self.books.laid_over(self.books.imports[number].rows)[1]
        self.ends_as(
            self.books.apply(number),
            lambda: applying.apply(self.stage.staff, self.import_ids[number], now=self.now),
        )
        if is_new:
            assert self._counts(self.import_ids[number]) == counts
        self.books_are_those_of_the_model()

    @precondition(lambda self: any(one.status == "applied" for one in self.books.imports))
    @rule(number=WHICH)
    def undo_import(self, number: int) -> None:
        """Take it out again."""
        self._undo(self._import(number, "applied"))

    @precondition(lambda self: self.books.built_on())
    @rule(number=WHICH)
    def undo_what_is_built_on(self, number: int) -> None:
        """Try to take out what a later one was laid over."""
        built_on = self.books.built_on()
        self._undo(built_on[number % len(built_on)])

    def _undo(self, number: int) -> None:
        self.ends_as(
            self.books.undo(number),
            lambda: undoing.undo(self.stage.staff, self.import_ids[number], now=self.now),
        )
        self.books_are_those_of_the_model()

    @precondition(lambda self: self.import_ids)
    @rule(number=WHICH)
    def cancel_import(self, number: int) -> None:
        """Drop it."""
        number = self._import(number)
        self.ends_as(
            self.books.cancel(number),
            lambda: removing.cancel(self.stage.staff, self.import_ids[number], now=self.now),
        )
        self.books_are_those_of_the_model()

    def look_closely(self) -> None:
        """No other step has touched the books."""
        super().look_closely()
        self.books_are_those_of_the_model()

    def books_are_those_of_the_model(self) -> None:
        """Line by line, and the sums of the community and of each shop to the fen."""
        db.session.rollback()
        found = {
            int(row.line_key) - FIRST: (row.quantity, row.amount_fen, row.refunded_fen)
            if row.paid
            else (0, 0, 0)
            for row in db.session.execute(
                select(Sale.line_key, Sale.quantity, Sale.amount_fen, Sale.refunded_fen, Sale.paid)
            )
        }
        assert found == {number: sold.line.counts for number, sold in self.books.sold.items()}
        states = [
            one.value for one in db.session.scalars(select(SalesImport.status).order_by(SalesImport.id))
        ]
        assert states == [one.status for one in self.books.imports]
        shops = list(self.stage.products)
        due = {shop: self.books.sums({n for n in range(6) if n % 3 == at}) for at, shop in enumerate(shops)}
        assert self._sums() == {name: sums for name, sums in due.items() if any(sums)} | (
            {"": everything} if any(everything := self.books.sums(set(range(6)))) else {}
        )

    def _sums(self) -> dict[str, tuple[int, ...]]:
        """What the kept sums say, by shop; the community's under no name."""
        owner = {
            db.session.get_one(Product, products[0]).merchant_id: name
            for name, products in self.stage.products.items()
        }
        columns = (
            SalesTotal.orders, SalesTotal.items, SalesTotal.gmv_fen, SalesTotal.refunded_fen, SalesTotal.refunded_orders
        )  # fmt: skip
        rows = db.session.execute(
            select(SalesTotal.scope, SalesTotal.scope_id, *(func.sum(column) for column in columns))
            .where(SalesTotal.band == Band.ALL, SalesTotal.scope.in_([Scope.COMMUNITY, Scope.MERCHANT]))
            .group_by(SalesTotal.scope, SalesTotal.scope_id)
        )
        return {
            "" if scope is Scope.COMMUNITY else owner[number]: tuple(map(int, sums))
            for scope, number, *sums in rows
        }

    def _counts(self, import_id: int) -> tuple[int, int, int, int]:
        db.session.rollback()
        found = db.session.get_one(SalesImport, import_id, populate_existing=True)
        return found.inserted, found.updated, found.unchanged, found.held

    def _import(self, number: int, status: str = "") -> int:
        """Mostly the newest in a state, now and then any."""
        fitting = [n for n, one in enumerate(self.books.imports) if one.status == status]
        chosen = fitting if fitting and number < 6 else range(len(self.import_ids))
        return chosen[(-1 - number) % len(chosen)]

    def _row(self, line: Line) -> Row:
        """As the platform writes it: every third line is of the one shop, of the other, or of nobody known."""
        shops = list(self.stage.products)
        title = f"{shops[line.number % 3]} 0" if line.number % 3 < len(shops) else "没人认识的紫菜"
        return doudian_row(
            line.number,
            主订单编号=str(6917_000_000_000_000_000 + line.number // 2),
            选购商品=title,
            商品数量=str(line.quantity),
            订单应付金额=f"{line.amount / 100:.2f}",
            订单提交时间=f"2026-{6 + line.number // 4:02}-{line.number // 2 + 3:02} 20:0{line.number}:00",
            订单状态=line.word,
            售后状态="已全额退款" if line.back else "-",
            支付完成时间=f"2026-{6 + line.number // 4:02}-05 20:00:00"
            if WORDS.get(line.word, (0, 0))[1]
            else "-",
            订单完成时间="-",
        )
