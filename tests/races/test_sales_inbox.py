"""Two of the staff decide the same held row at once: one of them counts, the other is told."""

from collections import Counter
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.people import Role
from domain.sales.lines import Platform
from models import HeldRow, Sale, db
from models.sales_inbox import WordAxis
from services.sales import deciding, importing, words
from services.sales.deciding import StaleHeld
from services.sales.words import Learned
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.held_rows import held_rows
from tests.support.importing import bring_in
from tests.support.race import Meeting, in_threads
from tests.support.sums_of_sales import all_of_it

STRANGE = "商家备货中心已接单"
PARTIAL = doudian_row(9, 售后状态="部分退款", 订单应付金额="100.00")
on_postgresql = pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite has one writer: there the lock is the engine's


@pytest.fixture
def meet_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked at the row before either holds the platform."""
    meeting, real = Meeting(2), importing.lock_platform

    def meet_and_lock(*about: object) -> int:
        meeting.wait()
        return real(*about)

    monkeypatch.setattr(deciding, "lock_platform", meet_and_lock)


def both_decide(app: Flask) -> Counter[type]:
    """What two people hear who say otherwise of one row at the same moment."""
    first, second = create_actor(Role.STAFF), create_actor(Role.STAFF)
    bring_in(first, [PARTIAL])
    held_id = held_rows()[0].id
    db.session.rollback()
    decide = partial(deciding.decide, held_id=held_id, paid=True, version=1, now=NOW)
    answers = in_threads(
        app,
        [partial(decide, actor=first, refunded_fen=100), partial(decide, actor=second, refunded_fen=2500)],
    )
    return Counter(type(answer) for answer in answers)


@pytest.mark.usefixtures("db", "meet_before_the_lock")
def test_one_decides_and_the_other_hears_that_it_is_stale(app: Flask) -> None:
    assert both_decide(app) == {HeldRow: 1, StaleHeld: 1}

    [held] = held_rows()
    assert held.version == 2
    assert all_of_it(db) == (10000, held.decided_refunded_fen)


@on_postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_both_would_have_decided(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, real = Meeting(2), deciding.from_json

    def meet_and_read(order: dict[str, object]) -> object:
        meeting.wait()
        return real(order)

    monkeypatch.setattr(deciding, "lock_platform", lambda *_about: 0)
    monkeypatch.setattr(deciding, "from_json", meet_and_read)

    assert both_decide(app)[StaleHeld] == 0


@pytest.mark.usefixtures("db")
def test_a_word_that_two_explain_at_once_settles_its_rows_once(app: Flask) -> None:
    staff = [create_actor(Role.STAFF), create_actor(Role.STAFF)]
    bring_in(staff[0], [doudian_row(number, 订单状态=STRANGE) for number in range(1, 6)])
    db.session.rollback()
    about = (Platform.DOUDIAN, WordAxis.STATUS, STRANGE, "shipped")

    answers = in_threads(app, [partial(words.learn, one, *about, now=NOW) for one in staff])

    assert sorted(one.settled for one in answers if isinstance(one, Learned)) == [0, 5]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Sale)) == 5
    assert all_of_it(db) == (5 * 3990, 0)
