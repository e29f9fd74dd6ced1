"""What the exports of all platforms share: canaries, the quirks of their cells, and how a file is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

from domain.interval import ZONE

Row = dict[str, str]

ENCODINGS = ("gb18030", "utf-8-sig")
EMPTY = ("", "-", "--", "—", "/")
FIRST_ORDER = datetime(2026, 6, 6, 20, 0, tzinfo=ZONE)
TITLES = ("头水紫菜", '"手工"面线, 500g', "福建海带结;家庭装", "花生 — 咸香/蒜香", "𠮷田鱼丸", "=SUM(A1)酱油")


class Id(str):
    """A number or key that a platform gave."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fen:
    """An amount of money in a cell."""

    fen: int


Cell = str | Id | Fen | datetime | None
Cells = dict[str, Cell]
"""The cells of a row before they are written; None is an empty one, a plain text stays as it is."""


def canaries(number: int) -> tuple[str, str, str, str, str]:
    """A name, phone, address, message and payment number that must never be seen again after parsing."""
    return (
        f"金丝雀{number}号",
        f"138{number % 100_000_000:08d}",
        f"鸟笼路{number}号",
        f"留言{number}叽喳",
        f"4200{number:024d}",
    )


def personal(columns: Iterable[str], number: int) -> Row:
    """A canary, whole or in a sentence, for each of these columns."""
    seeds = canaries(number)
    return {name: f"{seeds[at % 5]}转{seeds[(at + 1) % 5]}" for at, name in enumerate(columns)}


def written(cell: Cell, way: int | None = None) -> str:
    """A cell as a platform writes it; `way` picks one of the quirks that spreadsheets and shopkeepers add."""
    ways = _ways(cell)
    return ways[0 if way is None else way % len(ways)]


def _ways(cell: Cell) -> Sequence[str]:
    if cell is None:
        return EMPTY
    if isinstance(cell, Fen):
        return money_ways(cell.fen)
    if isinstance(cell, datetime):
        return time_ways(cell)
    return id_ways(cell) if isinstance(cell, Id) else (cell,)


def id_ways(number: int | str) -> tuple[str, ...]:
    """The ways that keep a spreadsheet from spoiling an id."""
    return f"{number}", f"\t{number}", f"{number}\t", f'="{number}"', f"'{number}", f" {number} "


def money_ways(fen: int) -> tuple[str, ...]:
    """The ways in which platforms and shopkeepers write an amount."""
    plain, grouped = f"{fen // 100}.{fen % 100:02d}", f"{fen // 100:,}.{fen % 100:02d}"
    wide = plain.translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})
    ways = (
        plain,
        grouped,
        f"¥{grouped}",
        f"￥{plain}",
        f"{plain}\t",
        f"{plain}元",
        f"'{plain}",
        f'="{plain}"',
        wide,
    )
    return (*ways, str(fen // 100)) if fen % 100 == 0 else ways


def time_ways(moment: datetime) -> tuple[str, ...]:
    """The ways to write a time to the second, and to the minute where it has no seconds."""
    to_minute = f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}"
    to_second = (
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y/%m/%d %H:%M:%S}\t",
        f"{to_minute}:{moment.second:02d}",
    )
    return (*to_second, to_minute) if moment.second == 0 else to_second


def quirky_money(fen: int) -> st.SearchStrategy[str]:
    """An amount in one of the ways that platforms and shopkeepers write it."""
    return st.sampled_from(money_ways(fen))


def write_csv(
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str],
    encoding: str = "gb18030",
    newline: str = "\r\n",
) -> bytes:
    """A file of these rows with these columns in this order; a cell that a row lacks is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline)
    writer.writerow(columns)
    writer.writerows([[row.get(name, "") for name in columns] for row in rows])
    return text.getvalue().encode(encoding)
