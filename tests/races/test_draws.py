"""Applying, withdrawing, closing and drawing in the same moment: one list, one draw, and they agree."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from models import AuditEvent, Booking, Show, db
from services import arbiter
from services.studio import applying, closing_list, draw_reading, drawing
from tests.support.builders import create_studio
from tests.support.draw_builders import CLOSES, LATER, apply_for, create_draw_show, create_stall
from tests.support.history import disagreements
from tests.support.race import Meeting, in_threads

LAST_MOMENT = CLOSES - timedelta(seconds=1)
on_postgresql_alone = pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)]
)  # SQLite has one writer: there nobody reads what another one is about to change


@pytest.fixture
def show(db: Any) -> Show:
    """A show of three booths that four shops have applied for."""
    made = create_draw_show(create_studio())
    apply_for(made, 4)
    return made


def meet_in(monkeypatch: pytest.MonkeyPatch, *places: tuple[Any, str]) -> None:
    """Let two rivals wait for each other once both have looked, before either goes on."""
    meeting = Meeting(2)

    def after(look: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(look)
        def looks(*words: Any, **more: Any) -> Any:
            seen = look(*words, **more)
            meeting.wait()
            return seen

        return looks

    for module, name in places:
        monkeypatch.setattr(module, name, after(getattr(module, name)))


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of every race here."""
    monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)


def drawn_twice_at_once(app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What two runners say that draw a show in the same moment."""
    closing_list.close_due(CLOSES)
    meet_in(monkeypatch, (drawing, "_not_now"))
    db.session.rollback()
    return in_threads(app, [partial(drawing.draw_due, LATER)] * 2)


def events(action: str) -> int:
    """How often something was done."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def test_two_runners_draw_once(app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    show_id = show.id

    said = drawn_twice_at_once(app, show, monkeypatch)

    assert sorted(said) == [0, 1]
    assert (events("draw.drawn"), events("application.allotted")) == (1, 3)
    live = select(func.count()).where(Booking.status == BookingStatus.CONFIRMED)
    assert db.session.scalar(live) == 3
    assert draw_reading.faults(show_id) == disagreements() == []


@on_postgresql_alone
@pytest.mark.usefixtures("without_the_lock")
@pytest.mark.mutant
def test_without_the_lock_two_runners_draw_twice(
    app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_twice_at_once(app, show, monkeypatch)

    assert events("draw.drawn") == 2


def closed_while(
    app: Flask, show: Show, work: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> list[Any]:
    """What a shop is told that does something in the moment in which the list closes, and what does not agree."""
    show_id = show.id
    meet_in(monkeypatch, (applying, "window_violations"), (closing_list, "applications_of"))
    db.session.rollback()
    told, closed = in_threads(app, [work, partial(closing_list.close_due, CLOSES)])
    assert closed == 1
    monkeypatch.undo()
    db.session.rollback()
    return [told, {one.code for one in draw_reading.faults(show_id)}]


def is_in_time_or_told(answer: Any) -> bool:
    """Whether it was done, or refused because the list is closed."""
    if isinstance(answer, RuleViolation):
        return [one.code for one in answer.violations] == ["draw_list_closed"]
    return not isinstance(answer, Exception)


def late_application(show: Show) -> Callable[[], Any]:
    """One more shop, at the last moment."""
    _, actor, tea = create_stall()
    return partial(applying.apply, actor, show.id, tea.id, now=LAST_MOMENT)


def late_withdrawal(show: Show) -> Callable[[], Any]:
    """One shop less, at the last moment."""
    [(actor, _)] = apply_for(show, 1)
    return partial(applying.withdraw, actor, show.id, now=LAST_MOMENT)


@pytest.mark.parametrize("late", [late_application, late_withdrawal])
def test_at_the_closing_moment_one_is_on_the_list_or_told_that_it_is_closed(
    app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch, late: Callable[[Show], Callable[[], Any]]
) -> None:
    told, faults = closed_while(app, show, late(show), monkeypatch)

    assert is_in_time_or_told(told), told
    assert faults == set()


@on_postgresql_alone
@pytest.mark.usefixtures("without_the_lock")
@pytest.mark.parametrize(
    ("late", "fault"),
    [(late_application, "draw_application_added"), (late_withdrawal, "draw_application_removed")],
)
@pytest.mark.mutant
def test_without_the_lock_the_list_and_the_house_fall_apart(
    app: Flask, show: Show, monkeypatch: pytest.MonkeyPatch, late: Any, fault: str
) -> None:
    told, faults = closed_while(app, show, late(show), monkeypatch)

    assert not isinstance(told, Exception), told
    assert faults == {fault}
