"""A draw whose list many close and whose seed many reveal at once, on four processes: one list, one draw, all agree."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.people import Role
from domain.studio.draw import ApplicationStatus
from models import AuditEvent, BoothApplication, Show, db
from services.studio import closing_list, draw_reading
from tests.support.builders import at
from tests.support.draw_builders import create_draw_show
from tests.support.drilling import Drill
from tests.support.guardless import served_here
from tests.support.history import disagreements
from tests.support.race import Call, statuses
from tests.support.race_arena import Arena, Racer

EARLY, LATE, BOOTHS = 3, 3, 3
LISTED = {(200, None), (422, "rule_violation")}


def drawn_by_many(field: Arena, show: Show, staff: list[Racer], lists: list[int]) -> Iterator[str]:
    """Shops apply, more of them in the moment in which staff close the list, and then staff draw; what is not right."""
    path, show_id = f"/shows/{show.id}", show.id
    wishes = [
        Call(f"{path}/application", racer.token, {"product_id": tea})
        for racer, tea in field.shops(EARLY + LATE)
    ]
    in_time = field.at_once(wishes[:EARLY])
    closes = [Call(f"{path}/draw/close", one.token) for one in staff]
    replies = field.at_once([call for pair in zip(wishes[EARLY:], closes, strict=True) for call in pair])
    late, closed = replies[::2], replies[1::2]
    if statuses(in_time) != {(200, None): EARLY} or not set(statuses(late)) <= LISTED:
        yield f"the shops were told {statuses(in_time)} and {statuses(late)}"
    drawn = field.at_once([Call(f"{path}/draw/run", one.token) for one in staff])
    for answers in (closed, drawn):
        if statuses(answers) != {(200, None): len(staff)} or len({str(one.body) for one in answers}) != 1:
            yield f"staff were told {statuses(answers)}, {len({str(one.body) for one in answers})} different answers"
    applied = EARLY + statuses(late)[200, None]
    lists.append(applied)
    yield from unlike(show_id, applied)


def unlike(show_id: int, applied: int) -> Iterator[str]:
    """What of a draw does not fit to how many shops were told that they are on its list."""
    db.session.rollback()
    yield from (f"fault: {one.code}" for one in draw_reading.faults(show_id))
    of_show = (BoothApplication.show_id == show_id,)
    allotted = (*of_show, BoothApplication.status == ApplicationStatus.ALLOTTED)
    if (counted(*of_show), counted(*allotted)) != (applied, BOOTHS):
        yield f"{applied} were listed: {counted(*of_show)} applied, {counted(*allotted)} have a booth"
    for action in ("draw.closed", "draw.drawn"):
        if (done := counted(AuditEvent.action == action, AuditEvent.object_id == show_id)) != 1:
            yield f"{action} {done} times"


def counted(*what: Any) -> int:
    return db.session.scalar(select(func.count()).where(*what)) or 0


def shows(field: Arena, rounds: int) -> Iterator[Show]:
    """Shows of three booths that are drawn, four in a day; applications close tomorrow."""
    studio, days, moment = field.studio(), [field.fresh_day() for _ in range(0, rounds, 4)], datetime.now(UTC)
    for number in range(rounds):
        begins = at(9 + number % 4 * 3, day=days[number // 4])
        yield create_draw_show(
            studio, begins, now=moment, booths=BOOTHS, applications_close_at=moment + timedelta(days=1)
        )


@pytest.mark.drill("races")
def test_a_list_is_closed_once_and_drawn_once_however_many_close_and_draw(field: Arena, drill: Drill) -> None:
    rounds, staff, lists = drill.size(20), field.crowd(LATE, Role.STAFF), []

    for show in shows(field, rounds):
        assert list(drawn_by_many(field, show, staff, lists)) == []

    assert disagreements() == []
    drill.tell("draws, each closed once and drawn once", rounds)
    drill.tell("shops that applied while the list was closed", rounds * LATE)
    drill.tell("of them in time", sum(lists) - rounds * EARLY)


@pytest.mark.mutant
def test_a_list_that_leaves_out_a_shop_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = closing_list.applications_of

    def but_one(session: Session, show_id: int) -> list[BoothApplication]:
        return everybody(session, show_id)[:-1]

    monkeypatch.setattr(closing_list, "applications_of", but_one)
    with served_here(app) as opened:
        [show] = shows(opened, 1)

        found = list(drawn_by_many(opened, show, opened.crowd(LATE, Role.STAFF), []))

    assert any("fault: " in one for one in found), found
