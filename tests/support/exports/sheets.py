"""How the export of a platform looks, told by those who write test files: its headers, states and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from tests.support.exports.common import Cells, Row, personal, written


class Back(Enum):
    """How much of a line's money went back."""

    NOTHING = 0
    PART = 1
    WHOLE = 2


@dataclass(frozen=True, slots=True)
class State:
    """The words of a row, and what a person who knows the platform says that they come to.

    `shape` tells apart rows of the same words whose amounts are written differently.
    """

    status: str
    after_sale: str = ""
    paid: bool = True
    back: Back = Back.NOTHING
    held: bool = False
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One line that was really sold: amounts in fen, `goods_fen` being what the buyer paid without freight.

    `discount_fen` was taken off before. `part_fen` goes back in a state that gives back a part.
    """

    number: int
    order_no: str
    line_no: str
    title: str
    spec: str
    quantity: int
    goods_fen: int
    freight_fen: int
    discount_fen: int
    part_fen: int
    ordered_at: datetime
    live: bool
    state: State

    @property
    def refunded_fen(self) -> int:
        """What went back for the goods."""
        if not self.state.paid or self.state.held:
            return 0
        return {Back.NOTHING: 0, Back.PART: self.part_fen, Back.WHOLE: self.goods_fen}[self.state.back]

    @property
    def whole_fen(self) -> int:
        """What the buyer paid, with freight."""
        return self.goods_fen + self.freight_fen

    @property
    def paid_at(self) -> datetime | None:
        """When the buyer paid; a held row has been paid as well, nobody knows for what."""
        return self.ordered_at + timedelta(seconds=20) if self.state.paid else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The export of one platform.

    `optional`: ours that a merchant may leave out. `freight`: the column without which freight must be nothing.
    `per_line`: where rows of one order may be joined by `;`, the columns that are. `life`: the states that an order
    goes through, each further than the one before. `has_lines`: an order may have several rows.
    """

    code: str
    ours: tuple[str, ...]
    optional: frozenset[str]
    personal: tuple[str, ...]
    others: tuple[str, ...]
    quantity: str
    key: Callable[[Facts], str]
    cells: Callable[[Facts], Cells]
    states: tuple[State, ...]
    life: tuple[State, ...]
    freight: str | None = None
    per_line: frozenset[str] = frozenset()
    has_lines: bool = False
    tells_live: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every header of a whole export."""
        return self.ours + self.personal + self.others

    def row(self, facts: Facts, way: int | None = None) -> Row:
        """The row of a line, its cells written in one of their ways, its personal columns full of canaries."""
        ours = self.cells(facts)
        shifts = {name: None if way is None else way + 7 * at for at, name in enumerate(ours)}
        row = {name: written(cell, shifts[name]) for name, cell in ours.items()}
        others = dict.fromkeys(self.others, f"另{facts.number}")
        return others | personal(self.personal, facts.number) | row
