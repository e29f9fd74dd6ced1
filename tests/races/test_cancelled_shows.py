"""A show is cancelled at the moment at which somebody takes, decides, answers or gives back: nothing lives on in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.bookings import LIVE, BookingStatus
from domain.people import Actor, Role
from domain.studio.shows import ShowStatus
from domain.waitlist import OPEN
from models import Booking, BoothSlot, Occupancy, OutboxMessage, Product, Show, WaitlistEntry, db
from services import arbiter, booking, decisions, queueing, records
from services.studio import booths, cancelling
from tests.support.builders import at, create_actor
from tests.support.guardless import served_here
from tests.support.history import disagreements
from tests.support.race import Call, Meeting, in_threads, statuses
from tests.support.race_arena import Arena
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
Rival = Callable[[Show, Actor, Product, datetime], Callable[[], Any]]


def take(show: Show, merchant: Actor, product: Product, now: datetime) -> Callable[[], Any]:
    """Somebody takes a free booth."""
    return partial(booths.take_booth, merchant, show.id, 5, product.id, now=now)


def approve(show: Show, merchant: Actor, product: Product, now: datetime) -> Callable[[], Any]:
    """Staff say yes to a request."""
    asked = create_booth(show, 5, product, merchant)
    return partial(decisions.approve, create_actor(Role.STAFF), asked.id, version=1, now=now)


def withdraw(show: Show, merchant: Actor, product: Product, now: datetime) -> Callable[[], Any]:
    """A shop gives its booth back, which is offered to the next in line."""
    held = create_booth(show, 5, product, merchant, status=BookingStatus.CONFIRMED)
    shop, waiting = create_merchant()
    queueing.join_for_booth(waiting, show.id, 5, create_product(shop).id, now=now)
    return partial(booking.cancel, merchant, held.id, version=1, now=now)


def accept(show: Show, merchant: Actor, product: Product, now: datetime) -> Callable[[], Any]:
    """Somebody in line takes what is offered."""
    held = create_booth(show, 5, product, merchant)
    shop, waiting = create_merchant()
    entry = queueing.join_for_booth(waiting, show.id, 5, create_product(shop).id, now=now)
    booking.cancel(merchant, held.id, version=1, now=now)
    db.session.rollback()
    offer_id = db.session.get_one(WaitlistEntry, entry.id).booking_id
    assert offer_id is not None
    return partial(queueing.accept, waiting, offer_id, now=now)


def race(field: Arena, rival: Rival) -> tuple[int, list[Any]]:
    """Cancel a show against a rival; both wait for each other just before they would commit."""
    show = create_show(field.studio(), at(14, day=field.fresh_day()))
    shop, merchant = create_merchant()
    now = datetime.now(UTC)
    other = rival(show, merchant, create_product(shop), now)
    staff, show_id = create_actor(Role.STAFF), show.id
    cancel = partial(cancelling.cancel_show, staff, show_id, version=1, reason="停电", now=now)
    db.session.rollback()
    return show_id, in_threads(field.app, [cancel, other])


def left_alive(show_id: int) -> dict[str, int]:
    """What still lives in a show that is off."""
    db.session.rollback()
    assert db.session.get_one(Show, show_id, populate_existing=True).status is ShowStatus.CANCELLED
    slots = select(BoothSlot.booking_id).where(BoothSlot.show_id == show_id)
    counted = {
        "bookings": select(func.count()).where(Booking.id.in_(slots), Booking.status.in_(LIVE)),
        "ticks": select(func.count()).where((Occupancy.show_id == show_id) | Occupancy.booking_id.in_(slots)),
        "in line": select(func.count()).where(
            WaitlistEntry.show_id == show_id, WaitlistEntry.status.in_(OPEN)
        ),
    }
    return {name: found for name, query in counted.items() if (found := db.session.scalar(query) or 0)}


def meet_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has done everything but the last line waits for the other one."""
    meeting, audit = Meeting(2), records.audit

    def wait_then_audit(session: Any, actor: Any, action: str, *rest: Any, **detail: Any) -> None:
        if action in ("show.cancelled", "booking.requested"):
            meeting.wait()
        audit(session, actor, action, *rest, **detail)

    monkeypatch.setattr(records, "audit", wait_then_audit)


@pytest.mark.parametrize("rival", [take, approve, withdraw, accept])
def test_nothing_lives_on_in_a_show_that_is_cancelled_at_the_same_moment(field: Arena, rival: Rival) -> None:
    for _ in range(3):
        show_id, answers = race(field, rival)

        assert not isinstance(answers[0], Exception), answers[0]
        assert left_alive(show_id) == {}
    assert disagreements() == []


def test_who_takes_a_booth_while_it_is_cancelled_is_refused_or_told(
    field: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_the_end(monkeypatch)

    show_id, answers = race(field, take)

    assert left_alive(show_id) == {}
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "show_cancelled"))
    was_told = any(one.params["show_id"] == show_id for one in told)
    assert isinstance(answers[1], Exception) is not was_told


@pytest.mark.parametrize("engine_name", [POSTGRESQL])
@pytest.mark.mutant
def test_without_the_lock_a_booth_is_taken_in_a_cancelled_show(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_here(app) as opened:
        meet_before_the_end(monkeypatch)
        monkeypatch.setattr(arbiter, "lock_spaces", lambda session, ids: None)

        show_id, _ = race(opened, take)

        assert left_alive(show_id)["bookings"] == 1


def test_a_show_that_many_cancel_is_cancelled_once(field: Arena) -> None:
    show = create_show(field.studio(), at(14, day=field.fresh_day()))
    desks = field.crowd(6, Role.STAFF)

    replies = field.at_once(
        [Call(f"/shows/{show.id}/cancel", desk.token, {"version": 1, "reason": "停电"}) for desk in desks]
    )

    assert statuses(replies) == {(200, None): 1, (409, "stale"): len(desks) - 1}
    assert disagreements() == []


def series(field: Arena) -> list[Any]:
    """Two series of three weeks, half an hour apart, at once."""
    field.studio()
    first = field.fresh_day()
    body = {"title": "每周", "layout": "rundown", "booths": 4, "rule": "FREQ=WEEKLY;COUNT=3"}
    return field.at_once(
        [
            Call(
                "/show-series",
                desk.token,
                body | {"starts_at": (at(9, day=first) + timedelta(minutes=30 * number)).isoformat()},
            )
            for number, desk in enumerate(field.crowd(2, Role.STAFF))
        ]
    )


def test_of_two_series_in_one_window_one_is_planned_whole(field: Arena) -> None:
    before = db.session.scalar(select(func.count()).select_from(Show)) or 0

    replies = series(field)

    assert statuses(replies) == {(201, None): 1, (409, "slot_taken"): 1}
    assert (db.session.scalar(select(func.count()).select_from(Show)) or 0) == before + 3
    assert disagreements() == []


@pytest.mark.mutant
def test_without_the_key_two_series_hold_the_same_window(keyless: Arena) -> None:
    assert statuses(series(keyless)) == {(201, None): 2}
    assert any("holders own" in problem for problem in disagreements())
