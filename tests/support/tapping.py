"""Taps on the forms of a page, and what stands in the database after them."""

from __future__ import annotations

from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Select, select
from werkzeug.test import TestResponse

from tests.support.client import PageClient, read_forms


def rows(db: SQLAlchemy, statement: Select[Any]) -> list[Any]:
    """What stands there now, not when the test looked last."""
    db.session.rollback()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def stored(db: SQLAlchemy, thing: Any) -> Any:
    """A stored thing as it is now."""
    return rows(db, select(type(thing)).where(type(thing).id == thing.id))[0]


def tap(
    client: PageClient,
    action: str,
    page: TestResponse | None = None,
    address: str | None = None,
    **fields: Any,
) -> TestResponse:
    """Send the first form of the staff's day (or another page) that ends so; `address` sends it elsewhere."""
    page = page or client.get("/desk/today")
    form = next(form for form in read_forms(page.text) if form.action.partition("?")[0].endswith(action))
    return client.post(address or form.action, data=form.fields | fields)
