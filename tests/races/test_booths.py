"""Booths wanted, moved and swapped in the same moment: one outcome, and rows and ticks agree, on both engines.

Swaps race on the server processes in test_swaps.py; here are their guards, in the worst order.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from domain.bookings import BookingStatus
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry, db
from services import arbiter, booking, queueing
from services.studio import booth_moves, booths, swaps
from tests.support.booth_races import (
    meet_before,
    places,
    proposed,
    shop_at,
    side_by_side,
    without_locks,
)
from tests.support.builders import NOW, at, create_studio
from tests.support.engines import disconnect, settings, throwaway
from tests.support.guardless import change_anyway
from tests.support.history import disagreements
from tests.support.race import Call, Meeting, in_threads, statuses
from tests.support.race_arena import Arena, drop_the_key, soon
from tests.support.studio_builders import create_merchant, create_product, create_show

TWO = 2
OWN = (200, None)
engine = pytest.mark.parametrize("engine_name", ["postgresql"])
"""SQLite has one writer: there nobody reads what another one is about to change."""


def test_a_crowd_that_wants_one_booth_has_one_winner(field: Arena) -> None:
    show = create_show(field.studio(), at(19.5, day=soon(5)))
    shops = field.shops(12)
    calls = [Call(f"/shows/{show.id}/booths/3", racer.token, {"product_id": tea}) for racer, tea in shops]

    told = statuses(field.at_once(calls))

    assert told == {(201, None): 1, (409, "slot_taken"): len(shops) - 1}
    assert disagreements() == []


def test_a_crowd_that_moves_to_one_booth_has_one_winner(field: Arena) -> None:
    show = create_show(field.studio(), at(14, day=soon(6)))
    calls = []
    for number, (racer, tea) in enumerate(field.shops(8), start=1):
        [made] = field.at_once([Call(f"/shows/{show.id}/booths/{number}", racer.token, {"product_id": tea})])
        body = {"booking": made.body["id"], "version": 1}
        calls.append(Call(f"/shows/{show.id}/booths/10/move", racer.token, body))

    told = statuses(field.at_once(calls))

    assert told == {OWN: 1, (409, "slot_taken"): len(calls) - 1}
    assert disagreements() == []


def crossing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], list[int | None]]:
    """Two want the booth of the third; both are answered without locks, each side having looked before either wrote."""
    show = create_show(create_studio())
    (one, mine), (two, other), (three, asked) = (shop_at(show, number) for number in (1, 2, 3))
    numbers = [proposed(show, mine, asked, one), proposed(show, other, asked, two)]
    without_locks(monkeypatch)
    meet_before(monkeypatch, arbiter, "move_each")
    told = side_by_side(app, [partial(swaps.accept, three, number, now=NOW) for number in numbers])
    return told, places(mine, other, asked)


@pytest.mark.postgresql
@engine
@pytest.mark.usefixtures("db")
def test_the_guard_lets_one_of_two_crossing_swaps_through(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, stand = crossing(app, monkeypatch)

    assert told["BoothSwap"] == 1
    assert sorted(place or 0 for place in stand) == [1, 2, 3]
    assert disagreements() == []


@pytest.fixture
def keyless() -> Iterator[Flask]:
    """An application on a database of its own that has lost the arbiter's key."""
    with throwaway("postgresql") as url:
        app = create_app(settings(url))
        with app.app_context():
            drop_the_key("postgresql")
            yield app
        disconnect(app)


@pytest.mark.postgresql
@pytest.mark.mutant
def test_without_guard_and_key_crossing_swaps_put_two_shops_at_one_booth(
    keyless: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arbiter, "_update_exactly_one", change_anyway)
    monkeypatch.setattr(swaps, "lapse_of", lambda session, made, now: None)

    told, stand = crossing(keyless, monkeypatch)

    assert told == {"BoothSwap": TWO}
    assert len(set(stand)) < len(stand)
    assert disagreements() != []


def swap_meets_withdrawal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Both have read everything before either writes; with no lock left the withdrawal writes first."""
    show = create_show(create_studio())
    (one, mine), (two, asked) = (shop_at(show, number) for number in (1, 2))
    number = proposed(show, mine, asked, one)
    without_locks(monkeypatch)
    meeting, withdrawn = Meeting(TWO, at_least=2), threading.Event()
    move_each, change = arbiter.move_each, arbiter.change

    def meet_and_change(*arguments: Any, **more: Any) -> None:
        meeting.wait()
        change(*arguments, **more)

    def meet_and_move(*arguments: Any) -> None:
        meeting.wait()
        withdrawn.wait(
            max(2.0, Meeting.patience)
        )  # where a lock still keeps the withdrawal waiting, the swap goes first
        move_each(*arguments)

    def withdraw() -> Booking:
        made = booking.cancel(one, mine, version=1, now=NOW)
        withdrawn.set()
        return made

    monkeypatch.setattr(arbiter, "move_each", meet_and_move)
    monkeypatch.setattr(arbiter, "change", meet_and_change)
    return side_by_side(app, [partial(swaps.accept, two, number, now=NOW), withdraw])


@pytest.mark.postgresql
@engine
@pytest.mark.usefixtures("db")
def test_the_guard_keeps_a_withdrawn_booth_from_being_swapped(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = swap_meets_withdrawal(app, monkeypatch)

    assert told["Booking"] + told["BoothSwap"] == 1, told
    assert disagreements() == []


@pytest.mark.postgresql
@engine
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_guard_a_withdrawn_booth_holds_ticks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "_update_exactly_one", change_anyway)
    monkeypatch.setattr(swaps, "lapse_of", lambda session, made, now: None)

    told = swap_meets_withdrawal(app, monkeypatch)

    assert told == {"Booking": 1, "BoothSwap": 1}
    assert disagreements() != []


@pytest.mark.usefixtures("db")
def test_a_move_and_a_taking_of_one_booth_have_one_winner(app: Flask) -> None:
    show = create_show(create_studio())
    actor, mine = shop_at(show, 1)
    shop, rival = create_merchant()
    tea = create_product(shop).id

    told = side_by_side(
        app,
        [
            partial(booth_moves.move_booth, actor, mine, 5, version=1, now=NOW),
            partial(booths.take_booth, rival, show.id, 5, tea, now=NOW),
        ],
    )

    assert told == {"Booking": 1, "SlotTaken": 1}
    assert disagreements() == []


@pytest.mark.postgresql
@pytest.mark.mutant
def test_without_the_key_the_mover_and_the_taker_share_a_booth(keyless: Flask) -> None:
    show = create_show(create_studio())
    actor, mine = shop_at(show, 1)
    shop, rival = create_merchant()
    tea = create_product(shop).id

    told = side_by_side(
        keyless,
        [
            partial(booth_moves.move_booth, actor, mine, 5, version=1, now=NOW),
            partial(booths.take_booth, rival, show.id, 5, tea, now=NOW),
        ],
    )

    assert told == {"Booking": TWO}
    assert disagreements() != []


@pytest.mark.usefixtures("db")
def test_an_offer_of_a_booth_is_taken_or_lapses_never_both(app: Flask) -> None:
    for _ in range(4):
        show = create_show(create_studio())
        actor, mine = shop_at(show, 1)
        shop, waiting = create_merchant()
        entry = queueing.join_for_booth(waiting, show.id, 1, create_product(shop).id, now=NOW).id
        booking.cancel(actor, mine, version=1, now=NOW)
        offer = db.session.scalars(select(Booking).where(Booking.status == BookingStatus.OFFERED)).one()
        offer_id, ends = offer.id, offer.expires_at
        assert ends is not None
        db.session.rollback()

        answers: list[Any] = in_threads(
            app,
            [
                partial(queueing.accept, waiting, offer_id, now=ends - timedelta(seconds=1)),
                partial(queueing.lapse_due, ends),
            ],
        )

        taken, lapsed = not isinstance(answers[0], Exception), bool(answers[1])
        assert taken != lapsed
        db.session.rollback()
        status = db.session.get_one(WaitlistEntry, entry, populate_existing=True).status
        assert status is (EntryStatus.FULFILLED if taken else EntryStatus.LAPSED)
        assert disagreements() == []
