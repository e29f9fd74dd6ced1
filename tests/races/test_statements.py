"""A month is locked once from however many processes; the merchant's row makes them wait, the key holds without it."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models import Statement, StatementItem, db
from services import arbiter
from services.sales import statement_locking
from tests.support.builders import create_studio
from tests.support.race import Meeting, in_threads
from tests.support.statement_builders import AFTER_OCTOBER, OCTOBER, on, sell
from tests.support.studio_builders import create_merchant, create_product, create_show

RIVALS = 2
only_on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"])
"""SQLite has one writer: there the lock is the engine's."""


def lock_at_once(app: Flask, *, meet: pytest.MonkeyPatch | None = None) -> Counter[object]:
    """Two processes lock one month at the same moment; with `meet` both have reckoned before either writes."""
    shop, _ = create_merchant()
    sell(create_product(shop), create_show(create_studio(), on(12, hour=19.5)), on(12))
    if meet is not None:
        meeting, reckon = Meeting(RIVALS), statement_locking.reckon

        def reckon_and_meet(*arguments: object) -> object:
            found = reckon(*arguments)  # type: ignore[arg-type]  handed on as they came
            meeting.wait()
            return found

        meet.setattr(statement_locking, "reckon", reckon_and_meet)
    db.session.rollback()
    lock = partial(statement_locking.lock, shop.id, OCTOBER, now=AFTER_OCTOBER)
    answers = in_threads(app, [lock] * RIVALS)
    return Counter(answer if isinstance(answer, bool) else type(answer) for answer in answers)


def kept() -> tuple[int, int]:
    """How many statements there are, and how many rows of them."""
    db.session.rollback()
    counts = [db.session.scalar(select(func.count()).select_from(one)) for one in (Statement, StatementItem)]
    return counts[0] or 0, counts[1] or 0


@pytest.mark.usefixtures("db")
def test_two_processes_that_lock_one_month_make_one_statement(app: Flask) -> None:
    assert lock_at_once(app) == {True: 1, False: 1}
    assert kept() == (1, 1)


@pytest.mark.postgresql
@only_on_postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_on_the_shop_both_reckon_and_the_key_stops_the_second(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arbiter, "lock_merchant", lambda session, merchant_id: None)

    assert lock_at_once(app, meet=monkeypatch) == {True: 1, IntegrityError: 1}
    assert kept() == (1, 1)


@pytest.mark.postgresql
@only_on_postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_negative_control_without_lock_and_key_a_month_is_locked_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arbiter, "lock_merchant", lambda session, merchant_id: None)
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE statement DROP CONSTRAINT uq_statement_merchant_id_month")
    try:
        assert lock_at_once(app, meet=monkeypatch) == {True: 2}
        assert kept() == (2, 2)
    finally:
        db.session.rollback()
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.exec_driver_sql("SET LOCAL jufu.restoring = 'on'")
            connection.exec_driver_sql("TRUNCATE statement_item, statement")
            connection.exec_driver_sql(
                "ALTER TABLE statement ADD CONSTRAINT uq_statement_merchant_id_month UNIQUE (merchant_id, month)"
            )
