"""Imports for the tests of the inbox: an export is brought in, and what of it is held waits."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from domain.people import Actor
from domain.sales.lines import HeldLine, OrderLine
from models import HeldRow, Sale, SalesImport, SalesPlatform, db
from services.sales import importing, totals
from services.sales.lines import to_json
from services.unit_of_work import in_transaction
from tests.support.builders import NOW
from tests.support.exports import doudian_csv
from tests.support.reading import csv_export


def bring_in(staff: Actor, rows: Sequence[Mapping[str, str]] | bytes) -> SalesImport:
    """Import an export of 抖店, or the bytes of any."""
    data = rows if isinstance(rows, bytes) else doudian_csv(rows)
    staged = importing.stage(staff, io.BytesIO(data), "订单.csv", now=NOW)
    done = importing.apply(staff, staged.id, now=NOW)
    in_transaction(lambda: _hold(done.id, data))
    return done


def _hold(import_id: int, data: bytes) -> None:
    touched = totals.Touched()
    for sale in db.session.scalars(select(Sale)):
        touched.add(sale.ordered_on, sale.product_id, sale.show_id)
    totals.refresh(db.session(), touched)
    export = csv_export(data)
    found = db.session.get_one(SalesImport, import_id)
    found.layout = export.layout.code
    found.columns = {field.value: header for field, header in export.columns.headers.items()}
    if db.session.get(SalesPlatform, export.platform) is None:
        db.session.add(SalesPlatform(platform=export.platform, revision=0))
    for held in export:
        if isinstance(held, HeldLine) and isinstance(held.order, OrderLine):
            db.session.add(
                HeldRow(
                    platform=export.platform,
                    layout=export.layout.code,
                    line_key=held.order.line_key,
                    code=held.code.value,
                    column_name=held.column,
                    text=held.text,
                    order=to_json(held.order) | {"cells": dict(held.cells)},
                    import_id=import_id,
                    line=held.line,
                )
            )


def held_rows() -> list[HeldRow]:
    """All rows of the inbox as they stand, in the order in which they came."""
    db.session.rollback()
    return list(
        db.session.scalars(select(HeldRow).order_by(HeldRow.id).execution_options(populate_existing=True))
    )
