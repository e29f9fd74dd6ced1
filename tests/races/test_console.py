"""Two tablets press at the same moment: one thing happens, and the other one is told."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.errors import StaleRun
from domain.people import Role
from domain.studio.presses import Press
from domain.studio.running import Action
from models import RunEvent, ShowRun, db
from services.studio import run_store, running
from tests.support.builders import at, create_actor
from tests.support.live_shows import START, OnStage, create_live_show, later
from tests.support.race import Call, Meeting, in_threads, statuses
from tests.support.race_arena import Arena

ROUNDS = 4
TABLETS = 6


def on_air() -> OnStage:
    """A show of four booths, the first on air."""
    stage = create_live_show()
    stage.press(Action.START, START)
    return stage


def both_press_next(app: Flask, stage: OnStage) -> list[Any]:
    """What two directors are answered who both saw the same console."""
    second = create_actor(Role.STAFF)
    version, show_id = stage.version, stage.show.id
    press = partial(
        running.press, show_id=show_id, pressed=Press(Action.NEXT), version=version, now=later(15)
    )
    db.session.rollback()
    return in_threads(app, [partial(press, stage.director), partial(press, second)])


def moved(stage: OnStage) -> list[str]:
    """How the items stand."""
    return [state for _, state in stage.titles()]


def test_many_tablets_move_the_show_by_one(field: Arena) -> None:
    now = datetime.now(UTC)
    begin = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    racers = field.crowd(TABLETS, Role.STAFF)
    stage = create_live_show(begin, places=range(1, ROUNDS + 2), studio=field.studio(), named=False)
    stage.press(Action.START, now)
    for number in range(ROUNDS):
        version = stage.version
        calls = [Call(f"/shows/{stage.show.id}/run/next", one.token, {"version": version}) for one in racers]

        told = statuses(field.at_once(calls))

        assert told == {(200, None): 1, (409, "stale"): TABLETS - 1}
        assert moved(stage).count("done") == number + 1
    events = db.session.scalar(select(func.count()).where(RunEvent.show_id == stage.show.id))
    assert events == ROUNDS + 1


def test_many_tablets_make_one_running_order(field: Arena) -> None:
    racers = field.crowd(TABLETS, Role.STAFF)
    stage = create_live_show(at(14, day=field.fresh_day()), studio=field.studio(), places=(1, 2), named=False)
    calls = [Call(f"/shows/{stage.show.id}/run/prepare", one.token) for one in racers]

    assert statuses(field.at_once(calls)) == {(200, None): TABLETS}
    assert len(stage.order().items) == 2


@pytest.fixture
def meet_before_claiming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have come in before either takes the next version."""
    meeting, claim = Meeting(2), running._claim  # noqa: SLF001  the guard itself is what is tried

    def meet_and_claim(session: Session, show_id: int, version: int) -> None:
        meeting.wait()
        claim(session, show_id, version)

    monkeypatch.setattr(running, "_claim", meet_and_claim)


@pytest.mark.usefixtures("db", "meet_before_claiming")
def test_two_presses_at_once_do_one_thing_in_the_worst_order(app: Flask) -> None:
    stage = on_air()

    answers = both_press_next(app, stage)

    assert sorted(type(answer).__name__ for answer in answers) == ["StaleRun", "int"]
    assert moved(stage) == ["done", "on_air", "waiting", "waiting"]
    assert stage.version == 3


@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_version_two_items_move(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def claim_anyway(session: Session, show_id: int, _version: int) -> None:
        session.execute(
            update(ShowRun)
            .where(ShowRun.show_id == show_id)
            .values(version=ShowRun.version + 1)
            .execution_options(synchronize_session=False)
        )

    monkeypatch.setattr(running, "_claim", claim_anyway)
    stage = on_air()

    answers = both_press_next(app, stage)

    assert not any(isinstance(answer, StaleRun) for answer in answers)
    assert moved(stage) == ["done", "done", "on_air", "waiting"]


@pytest.mark.usefixtures("db")
def test_a_press_and_an_undo_of_another_tablet_do_one_thing(app: Flask) -> None:
    stage = on_air()
    version, show_id, second = stage.version, stage.show.id, create_actor(Role.STAFF)
    press = partial(running.press, show_id=show_id, version=version, now=later(15))
    db.session.rollback()

    answers: list[Any] = in_threads(
        app,
        [
            partial(press, stage.director, pressed=Press(Action.NEXT)),
            partial(press, second, pressed=Press(Action.UNDO)),
        ],
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["StaleRun", "int"]
    assert moved(stage) in (["done", "on_air", "waiting", "waiting"], ["waiting"] * 4)
    run = run_store.load_run(db.session(), show_id)
    assert run is not None
    assert run.version == version + 1
