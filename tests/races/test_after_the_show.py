"""A show is wrapped up or called off at the moment at which somebody presses: its file and its run agree."""

from datetime import datetime
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask

from domain.errors import RuleViolation
from domain.people import Role
from domain.studio.presses import Press
from domain.studio.running import Action
from domain.studio.shows import ShowStatus, StaleShow
from models import ComplianceRecord, Show, ShowRun, db
from services.studio import cancelling, closing_list, drawing, hangings, outcomes, running, wrapping
from tests.support.booth_races import engine, without_locks
from tests.support.builders import create_actor, create_studio
from tests.support.draw_builders import CLOSES, LATER, apply_for, create_draw_show
from tests.support.live_shows import START, OnStage, create_live_show, later
from tests.support.race import Meeting, in_threads

pytestmark = pytest.mark.usefixtures("db")
OVER = later(151)
SHORT = 2.0


def patience() -> float:
    """Seconds for which one waits for the other: few where a lock is held meanwhile, more where it was taken away."""
    return max(SHORT, Meeting.patience)


def meet(monkeypatch: pytest.MonkeyPatch, *steps: tuple[Any, str]) -> None:
    """Whoever has looked waits for the other one before anything is written."""
    meeting = Meeting(2, at_least=SHORT)
    for module, name in steps:
        real = getattr(module, name)

        def wait(*arguments: Any, real: Any = real, **more: Any) -> Any:
            meeting.wait()
            return real(*arguments, **more)

        monkeypatch.setattr(module, name, wait)


def on_air() -> OnStage:
    """A show of four booths, the first on air."""
    stage = create_live_show()
    stage.press(Action.START, START)
    return stage


def next_and_wrap_up(app: Flask, stage: OnStage, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One presses while another one seals the file, who has read the order before and writes it down afterwards."""
    version, show_id, second = stage.version, stage.show.id, create_actor(Role.STAFF)
    has_read, has_pressed = Event(), Event()
    claim, end = running._claim, outcomes._end  # noqa: SLF001  where the two of them have to meet

    def claim_late(*arguments: Any) -> None:
        has_read.wait(patience())
        claim(*arguments)

    def end_late(*arguments: Any) -> None:
        has_read.set()
        has_pressed.wait(patience())
        end(*arguments)

    def press() -> int:
        made = running.press(stage.director, show_id, Press(Action.NEXT), version=version, now=OVER)
        has_pressed.set()
        return made

    monkeypatch.setattr(running, "_claim", claim_late)
    monkeypatch.setattr(outcomes, "_end", end_late)
    db.session.rollback()
    return in_threads(app, [press, partial(wrapping.wrap_up, second, show_id, {}, {}, now=OVER)])


def first_end(stage: OnStage) -> tuple[datetime | None, bool]:
    """When the first booth went off air, and whether the sealed file says the same."""
    ended_at = stage.order().items[0].ended_at
    record = db.session.get_one(ComplianceRecord, stage.show.id, populate_existing=True)
    (time,) = record.content["booths"][0]["times"]
    return ended_at, datetime.fromisoformat(time["ended_at"]) == ended_at


@engine
def test_a_press_is_in_the_sealed_file_or_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = on_air()

    pressed, sealed = next_and_wrap_up(app, stage, monkeypatch)

    assert isinstance(sealed, Show)
    assert isinstance(pressed, int | RuleViolation)
    assert first_end(stage) == (OVER if isinstance(pressed, int) else later(15), True)


@engine
@pytest.mark.mutant
def test_without_the_lock_a_press_is_overwritten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = on_air()
    without_locks(monkeypatch)

    pressed, _ = next_and_wrap_up(app, stage, monkeypatch)

    assert isinstance(pressed, int)
    assert first_end(stage)[0] == later(15)


@engine
def test_two_who_wrap_up_at_once_seal_one_file(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = on_air()
    show_id, desks = stage.show.id, [create_actor(Role.STAFF) for _ in range(2)]
    meet(monkeypatch, (wrapping, "_close"))
    db.session.rollback()

    answers = in_threads(app, [partial(wrapping.wrap_up, one, show_id, {}, {}, now=OVER) for one in desks])

    assert sorted(type(one).__name__ for one in answers) == ["RuleViolation", "Show"]


@engine
@pytest.mark.mutant
def test_without_the_lock_the_second_one_falls_over_the_key(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = on_air()
    show_id, desks = stage.show.id, [create_actor(Role.STAFF) for _ in range(2)]
    without_locks(monkeypatch)
    meet(monkeypatch, (wrapping, "_close"))
    db.session.rollback()

    answers = in_threads(app, [partial(wrapping.wrap_up, one, show_id, {}, {}, now=OVER) for one in desks])

    assert "RuleViolation" not in {type(one).__name__ for one in answers}


def start_and_cancel(app: Flask, stage: OnStage) -> list[Any]:
    """One goes on air, a little early, while another one calls the show off."""
    version, show_id, second = stage.version, stage.show.id, create_actor(Role.STAFF)
    early = later(-5)
    db.session.rollback()
    return in_threads(
        app,
        [
            partial(running.press, stage.director, show_id, Press(Action.START), version=version, now=early),
            partial(cancelling.cancel_show, second, show_id, version=1, reason="停电", now=early),
        ],
    )


def state(stage: OnStage) -> tuple[bool, bool]:
    """Whether the show is on air, and whether it is called off."""
    db.session.rollback()
    run = db.session.get(ShowRun, stage.show.id, populate_existing=True)
    show = db.session.get_one(Show, stage.show.id, populate_existing=True)
    return run is not None and run.started_at is not None, show.status is ShowStatus.CANCELLED


@pytest.fixture
def prepared() -> OnStage:
    """A show whose running order is ready."""
    stage = create_live_show()
    running.prepare(stage.director, stage.show.id, now=later(-20))
    return stage


@engine
def test_a_show_goes_on_air_or_is_called_off_never_both(
    app: Flask, prepared: OnStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, (running, "_claim"), (cancelling, "call_off"))

    answers = start_and_cancel(app, prepared)

    assert sorted(state(prepared)) == [False, True]
    assert sum(isinstance(one, RuleViolation | StaleShow) for one in answers) == 1


@engine
@pytest.mark.mutant
def test_without_the_lock_a_show_that_is_off_is_on_air(
    app: Flask, prepared: OnStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    meet(monkeypatch, (running, "_write_down"), (hangings, "of_show"))

    start_and_cancel(app, prepared)

    assert state(prepared) == (True, True)


def draw_and_cancel(app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch) -> int:
    """One calls a show off while another one draws it; returns how many booths live on in it."""
    staff, show_id = create_actor(Role.STAFF), show.id
    closing_list.close_due(CLOSES)
    version = db.session.get_one(Show, show_id, populate_existing=True).version
    has_looked, is_off, allot = Event(), Event(), drawing._allot  # noqa: SLF001  where the two of them meet

    def allot_late(*arguments: Any) -> Any:
        has_looked.set()
        is_off.wait(patience())
        return allot(*arguments)

    def call_off() -> None:
        has_looked.wait(patience())
        cancelling.cancel_show(staff, show_id, version=version, reason="停电", now=LATER)
        is_off.set()

    monkeypatch.setattr(drawing, "_allot", allot_late)
    db.session.rollback()
    in_threads(app, [partial(drawing.draw, staff, show_id, now=LATER), call_off])
    db.session.rollback()
    show = db.session.get_one(Show, show_id, populate_existing=True)
    return len(hangings.of_show(db.session(), show).bookings)


@engine
def test_no_booth_is_drawn_in_a_show_that_is_called_off(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    show = create_draw_show(create_studio())
    apply_for(show, 2)

    living = draw_and_cancel(app, show, monkeypatch)

    is_off = db.session.get_one(Show, show.id, populate_existing=True).status is ShowStatus.CANCELLED
    assert living == (0 if is_off else 2)


@engine
@pytest.mark.mutant
def test_without_the_lock_booths_are_drawn_in_a_show_that_is_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = create_draw_show(create_studio())
    apply_for(show, 2)
    without_locks(monkeypatch)

    living = draw_and_cancel(app, show, monkeypatch)

    assert db.session.get_one(Show, show.id, populate_existing=True).status is ShowStatus.CANCELLED
    assert living == 2
