"""Reading an upload before anything is written: parsed, matched and predicted, spooled in bounded memory.

A file may hold the same line twice, for instance when two exports were put together. Its rows then count as if each
had been imported after the one before: an identical or older double is unchanged, a further one updates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, BinaryIO, cast

from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.lines import HeldLine, OrderLine, Platform
from domain.sales.platforms import Kind
from domain.sales.problems import RowError
from domain.sales.reading import OrderExport
from domain.sales.rows import Outcome
from domain.sales.updating import joined
from models.sales_imports import RowFate
from services.sales.files import OpenedFile, open_records
from services.sales.lines import from_json, to_json
from services.sales.matching import Matcher
from services.sales.planning import Plan, Tally, Values, chunks, plan, stored_sales
from services.unit_of_work import query

IN_MEMORY = 4 * 1024 * 1024
MAX_NAME = 120
ORDER_LAYOUTS = tuple(layout for layout in LAYOUTS if layout.kind is Kind.ORDERS)
_PHONE = re.compile(r"1[3-9]\d{9}")


@dataclass(slots=True)
class Totals:
    """What the lines of a file come to, each line of a platform once; money in fen."""

    gmv_fen: int = 0
    refunded_fen: int = 0
    first_ordered_at: datetime | None = None
    last_ordered_at: datetime | None = None

    def add(self, line: OrderLine, before: OrderLine | None = None) -> None:
        """Add a line in place of its earlier reading in the same file."""
        self.gmv_fen += _paid(line) - (_paid(before) if before else 0)
        self.refunded_fen += line.refunded_fen - (before.refunded_fen if before else 0)
        self.first_ordered_at = min(self.first_ordered_at or line.ordered_at, line.ordered_at)
        self.last_ordered_at = max(self.last_ordered_at or line.ordered_at, line.ordered_at)


@dataclass(slots=True)
class Prepared:
    """An upload that has been read to its end, ready to be stored; a context manager, since it holds a spool."""

    file_name: str
    file_sha256: str
    platform: Platform
    encoding: str
    tally: Tally
    totals: Totals
    spool: SpooledTemporaryFile[bytes] = field(repr=False)

    def rows(self) -> Iterator[Values]:
        """The rows of the file with their predicted fates, as columns of `sales_import_line`."""
        self.spool.seek(0)
        for position, raw in enumerate(self.spool, start=1):
            yield {"position": position, **json.loads(raw)}

    def __enter__(self) -> Prepared:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.spool.close()


@query
def prepare(session: Session, file: BinaryIO, file_name: str, platform: str | None = None) -> Prepared:
    """Read an order export and predict what applying it would do; nothing is written to the database.

    Raises FileError; `platform` overrides what the headers say.
    """
    with open_records(file) as opened:
        prepared = _read(session, opened, clean_name(file_name), platform)
    if file.seekable():
        file.seek(0)  # so that whoever compares uploads sees the whole of this one
    return prepared


def _read(session: Session, opened: OpenedFile, file_name: str, platform: str | None) -> Prepared:
    export = OrderExport(opened.records, platform=platform, layouts=ORDER_LAYOUTS)
    spool = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  lives as long as what is returned
    reader = _Reader(session, export.platform, spool)
    try:
        for outcomes in chunks(export):
            reader.take(outcomes)
    except BaseException:
        spool.close()
        raise
    return Prepared(
        file_name=file_name,
        file_sha256=opened.sha256(),
        platform=export.platform,
        encoding=opened.encoding,
        tally=reader.tally,
        totals=reader.totals,
        spool=spool,
    )


def clean_name(file_name: str) -> str:
    """The last part of a path, without control characters, phone numbers or excess length."""
    name = "".join(c for c in re.split(r"[/\\]", file_name)[-1] if c.isprintable())
    return _PHONE.sub("***", name)[-MAX_NAME:]


class _Reader:
    """Predicts the fate of each outcome and writes it to the spool."""

    def __init__(self, session: Session, platform: Platform, spool: SpooledTemporaryFile[bytes]) -> None:
        self._session = session
        self._platform = platform
        self._matcher = Matcher(session, platform)
        self._offsets: dict[str, int] = {}
        self._doubles: dict[str, OrderLine] = {}
        self.tally = Tally()
        self.totals = Totals()
        self._file = spool

    def take(self, outcomes: list[Outcome]) -> None:
        """Predict and spool a chunk."""
        keys = {outcome.line_key for outcome in outcomes if isinstance(outcome, OrderLine)}
        stored = stored_sales(self._session, self._platform, keys) if keys else {}
        for outcome in outcomes:
            self._spool(self._row(outcome, stored))

    def _row(self, outcome: Outcome, stored: dict[str, Values]) -> Values:
        if isinstance(outcome, RowError):
            self.tally.fates[RowFate.REJECTED] += 1
            return _told(outcome.line, RowFate.REJECTED, outcome.code, outcome.column, outcome.detail)
        if isinstance(outcome, HeldLine):
            self.tally.fates[RowFate.HELD] += 1
            held = _told(outcome.line, RowFate.HELD, outcome.code, outcome.column, outcome.text)
            return held | {"order": to_json(cast(OrderLine, outcome.order))}
        line = cast(OrderLine, outcome)  # no layout of ORDER_LAYOUTS has cases
        planned = self._planned(line, stored.get(line.line_key))
        self.tally.add(planned)
        return _told(line.source_line, planned.fate) | {"order": to_json(line)}

    def _planned(self, line: OrderLine, stored: Values | None) -> Plan:
        before = self._earlier_in_this_file(line.line_key)
        if before is None:
            self._offsets[line.line_key] = self._file.tell()
            self.totals.add(line)
            return plan(line, stored, self._matcher)
        now = joined(before, line)
        self._doubles[line.line_key] = now
        self.totals.add(now, before)
        return plan(line, plan(before, stored, self._matcher).values, self._matcher)

    def _earlier_in_this_file(self, key: str) -> OrderLine | None:
        if key in self._doubles:
            return self._doubles[key]
        if key not in self._offsets:
            return None
        end = self._file.tell()
        self._file.seek(self._offsets[key])
        row = json.loads(self._file.readline())
        self._file.seek(end)
        return from_json(row["order"])

    def _spool(self, row: Values) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _told(
    line: int, fate: RowFate, code: str = "", column: str | None = "", text: str = ""
) -> dict[str, Any]:
    return {
        "line": line,
        "fate": fate.value,
        "code": code,
        "column_name": column or "",
        "text": text,
        "order": None,
    }


def _paid(line: OrderLine) -> int:
    return line.amount_fen if line.paid else 0
