"""How the engine looks for what services ask: its plans, and how much it reads for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.rows import tuple_row
from sqlalchemy import event
from sqlalchemy.orm import Session

LOOKS = re.compile(r"\s*(SELECT|WITH|UPDATE|DELETE)\b")
SCANNED = re.compile(r"SCAN (\w+?)(_\d+)?$|SEARCH (\w+?)(_\d+)? USING AUTOMATIC")
"""A walk along an index says so and is told by what it reads: a page of a list is no more than its rows."""


@dataclass
class Asked:
    """A statement, the tables that are read whole for it, and how much: steps of SQLite, rows of PostgreSQL."""

    statement: str
    scans: tuple[str, ...] = ()
    read: int = 0


@dataclass
class Watch:
    """Everything that was asked meanwhile."""

    asked: list[Asked] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How much in all."""
        return sum(one.read for one in self.asked)

    def scans_of(self, tables: frozenset[str]) -> list[str]:
        """The statements that read one of these tables whole."""
        return [one.statement for one in self.asked if tables.intersection(one.scans)]

    def dearest(self) -> list[tuple[int, str]]:
        """How much each statement reads in all, the most first."""
        read: Counter[str] = Counter()
        for one in self.asked:
            read[one.statement] += one.read
        return [(much, statement) for statement, much in read.most_common()]


@contextmanager
def watched(session: Session) -> Iterator[Watch]:
    """Look at each statement of the running transaction meanwhile, as it is and with its own values."""
    watch, connection = Watch(), session.connection()
    driver: Any = connection.connection.driver_connection
    on_sqlite = connection.dialect.name == "sqlite"

    def before(on: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if on is not connection:
            return
        if not on_sqlite:
            watch.asked.append(_on_postgresql(driver, statement, parameters, many))
            return
        driver.set_progress_handler(None, 0)  # looking at the plan is none of what is counted
        watch.asked.append(_on_sqlite(driver, statement, parameters, many))
        driver.set_progress_handler(step, 1)

    def step() -> int:
        watch.asked[-1].read += 1
        return 0

    event.listen(connection.engine, "before_cursor_execute", before)
    try:
        yield watch
    finally:
        event.remove(connection.engine, "before_cursor_execute", before)
        if on_sqlite:
            driver.set_progress_handler(None, 0)


def _on_sqlite(driver: Any, statement: str, parameters: Any, many: bool) -> Asked:
    if many or not LOOKS.match(statement):
        return Asked(statement)
    rows = driver.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    found = (SCANNED.match(row[3]) for row in rows)
    return Asked(statement, tuple(match[1] or match[3] for match in found if match))


def _on_postgresql(driver: Any, statement: str, parameters: Any, many: bool) -> Asked:
    if many or not LOOKS.match(statement):
        return Asked(statement)
    with driver.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SAVEPOINT looked")
        explained = cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
        plan = explained.fetchone()[0][0]["Plan"]
        cursor.execute("ROLLBACK TO SAVEPOINT looked")  # a change was made by being looked at
    nodes = list(_nodes(plan))
    scans = tuple(node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan")
    return Asked(statement, scans, sum(_rows_read(node) for node in nodes))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _rows_read(node: dict[str, Any]) -> int:
    if "Scan" not in node["Node Type"]:
        return 0
    dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node.get("Actual Rows", 0) + dropped) * node.get("Actual Loops", 0))
