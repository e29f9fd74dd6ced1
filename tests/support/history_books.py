"""The reference model of imports: order lines in plain numbers, each counted once whichever files told of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.history_things import OK, RULE

WORDS = {
    "待支付": (0, False),
    "已发货": (1, True),
    "已完成": (2, True),
}
"""How far an order is, and whether it is paid."""
UNKNOWN = "神秘状态"
"""Nobody knows what it means: the row waits for a person and counts nothing."""


@dataclass(frozen=True)
class Line:
    """One row of an export; money in fen."""

    number: int
    word: str
    quantity: int
    amount: int
    back: int
    """What went back: all of it, as far as one reading knows."""

    @classmethod
    def told(cls, number: int, word: str, refunded: bool, quantity: int, amount: int) -> Line:
        """As a platform tells it: nothing goes back of what nobody paid."""
        all_of_it = refunded and word in WORDS and WORDS[word][1]
        return cls(number, word, quantity, amount, amount if all_of_it else 0)

    @property
    def progress(self) -> tuple[bool, int, int]:
        """How far it is: of two the further one stays."""
        rank, paid = WORDS[self.word]
        return paid, rank, -self.amount

    def joined(self, later: Line) -> Line:
        """What both say together, whichever came first; money that went back stays back."""
        far = self if self.progress > later.progress else later
        return Line(self.number, far.word, far.quantity, far.amount, max(self.back, later.back))

    @property
    def paid(self) -> bool:
        """Whether it counts."""
        return WORDS[self.word][1]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Pieces, amount and refund, as far as they count."""
        return (self.quantity, self.amount, self.amount if self.back else 0) if self.paid else (0, 0, 0)


@dataclass
class Sold:
    """A line in the books, and which import had the last word on it."""

    line: Line
    last: int


@dataclass
class Import:
    """An upload; what its lines were before it was applied, None where they were not there."""

    rows: list[Line]
    at: int
    status: str = "staged"
    before: dict[int, Sold | None] = field(default_factory=dict)


@dataclass
class Books:
    """All imports and what the books come to."""

    imports: list[Import] = field(default_factory=list)
    sold: dict[int, Sold] = field(default_factory=dict)

    def stage(self, rows: list[Line], now: int) -> tuple[int, int, int, int]:
        """A file is read; how many lines would be new, changed and as known, and how many wait for a person."""
        self.imports.append(Import(rows, now))
        return self.laid_over(rows)[1]

    def laid_over(self, rows: list[Line]) -> tuple[dict[int, Line], tuple[int, int, int, int]]:
        """The lines that a file changes, and its counts."""
        changed: dict[int, Line] = {}
        known = {number: sold.line for number, sold in self.sold.items()}
        inserted = updated = unchanged = held = 0
        for row in rows:
            if row.word == UNKNOWN:
                held += 1
            elif row.number not in known:
                inserted += 1
                known[row.number] = changed[row.number] = row
            elif known[row.number].joined(row) == known[row.number]:
                unchanged += 1
            else:
                updated += 1
                known[row.number] = changed[row.number] = known[row.number].joined(row)
        return changed, (inserted, updated, unchanged, held)

    def apply(self, number: int) -> str:
        """Put a file into the books; a second time changes nothing."""
        one = self.imports[number]
        if one.status == "staged":
            for key, line in self.laid_over(one.rows)[0].items():
                one.before[key] = self.sold.get(key)
                self.sold[key] = Sold(line, number)
            one.status = "applied"
        return OK if one.status == "applied" else RULE

    def undo(self, number: int) -> str:
        """Take a file out again, unless a later one was laid over its lines."""
        one = self.imports[number]
        if one.status == "undone":
            return OK
        if one.status != "applied" or number in self.built_on():
            return RULE
        for key, before in one.before.items():
            if before is None:
                del self.sold[key]
            else:
                self.sold[key] = before
        one.status = "undone"
        return OK

    def built_on(self) -> list[int]:
        """Applied files over whose lines a later one was laid."""
        return [
            number
            for number, one in enumerate(self.imports)
            if one.status == "applied" and any(self.sold[key].last != number for key in one.before)
        ]

    def cancel(self, number: int) -> str:
        """Drop what was read and not applied."""
        one = self.imports[number]
        if one.status == "staged":
            one.status = "cancelled"
        return OK if one.status == "cancelled" else RULE

    def sums(self, lines: set[int]) -> tuple[int, int, int, int, int]:
        """Orders, pieces, amount, refunds and orders with a refund of these lines; two neighbours are one order."""
        paid = [sold.line for number, sold in self.sold.items() if number in lines and sold.line.paid]
        pieces, amount, back = (sum(line.counts[n] for line in paid) for n in range(3))
        orders = {line.number // 2 for line in paid}
        returned = {line.number // 2 for line in paid if line.back}
        return len(orders), pieces, amount, back, len(returned)
