"""Two of the staff decide about the same report at once: it counts once; and it would not without the lock."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Select, select

from domain.errors import StaleReport
from domain.people import Role
from models import IncomeEntry, IncomeReport, db
from services.sales import income, income_ledger, income_review
from tests.support.builders import NOW, create_actor
from tests.support.income_builders import accepted_income, hand_in_income
from tests.support.race import Meeting, in_threads
from tests.support.studio_builders import create_merchant

on_postgresql = pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's


def meet_before_writing(monkeypatch: pytest.MonkeyPatch, patience: float = 0.5) -> None:
    """Both have looked before either writes: the worst order that the engine allows."""
    meeting, enter = Meeting(2, patience), income_ledger.enter

    def meet_and_enter(*arguments: object, **more: object) -> object:
        meeting.wait()
        return enter(*arguments, **more)  # type: ignore[arg-type]  handed on as they came

    monkeypatch.setattr(income_ledger, "enter", meet_and_enter)


def entries_of(report_id: int) -> list[int]:
    db.session.rollback()
    counted = select(IncomeEntry.amount_fen).where(IncomeEntry.report_id == report_id)
    return list(db.session.scalars(counted.order_by(IncomeEntry.id)))


def two_accept(app: Flask) -> tuple[Counter[type], list[int]]:
    """Both accept; the kinds of the answers, and what the ledger holds."""
    report = hand_in_income(create_merchant()[1]).id
    people = [create_actor(Role.STAFF) for _ in range(2)]
    db.session.rollback()
    jobs = [partial(income_review.accept, one, report, version=1, now=NOW) for one in people]
    answers = in_threads(app, jobs)
    return Counter(type(answer) for answer in answers), entries_of(report)


def two_correct(app: Flask) -> tuple[Counter[type], list[int]]:
    """Both set the report to nothing."""
    report = accepted_income(create_merchant()[1]).id
    people = [create_actor(Role.STAFF) for _ in range(2)]
    db.session.rollback()
    change = {"amount_fen": 0, "reason": "重复登记", "version": 2, "now": NOW}
    answers = in_threads(app, [partial(income_ledger.correct, one, report, **change) for one in people])
    return Counter(type(answer) for answer in answers), entries_of(report)


@pytest.mark.usefixtures("db")
def test_two_who_accept_at_once_make_one_entry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before_writing(monkeypatch)

    assert two_accept(app) == ({IncomeReport: 1, StaleReport: 1}, [38_700])


@pytest.mark.usefixtures("db")
def test_two_who_correct_at_once_never_go_below_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before_writing(monkeypatch)

    assert two_correct(app) == ({IncomeEntry: 1, StaleReport: 1}, [38_700, -38_700])


@on_postgresql
@pytest.mark.postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("race", "entries"), [(two_accept, [38_700, 38_700]), (two_correct, [38_700, -38_700, -38_700])]
)
@pytest.mark.mutant
def test_without_the_lock_both_write(
    app: Flask, monkeypatch: pytest.MonkeyPatch, race: object, entries: list[int]
) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    monkeypatch.setattr(income.arbiter, "lock_merchant", lambda *_: None)
    meet_before_writing(monkeypatch, patience=2)

    assert race(app)[1] == entries  # type: ignore[operator]  the pair that it gives
