"""The doctor: looks whether everything that must always be true is true, and changes nothing."""

from __future__ import annotations

from datetime import datetime

from services.doctor import (
    attribution,
    books,
    claims,
    closures,
    draws,
    engine,
    imports,
    income,
    keys,
    offers,
    post,
    report_sums,
    running,
    sales_books,
    sealed,
    shows,
    statements,
    ticks,
)
from services.doctor.findings import Finding

AREAS = (
    keys,
    ticks,
    books,
    imports,
    sales_books,
    attribution,
    closures,
    offers,
    shows,
    draws,
    claims,
    running,
    sealed,
    income,
    statements,
    post,
    report_sums,
)


def data_findings(now: datetime) -> list[Finding]:
    """What is wrong with the data; empty when all is well."""
    return [finding for area in AREAS for finding in area.findings(now)]


def examine(now: datetime, migration_head: str | None) -> list[Finding]:
    """What is wrong with the engine, the tables or the data; empty when all is well."""
    trouble = engine.findings(migration_head)
    if any(finding.code == engine.MIGRATIONS for finding in trouble):
        return trouble  # on other tables than ours every further question would fail
    return [*trouble, *data_findings(now)]
