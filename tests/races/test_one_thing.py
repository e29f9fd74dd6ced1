"""Many want one thing of another kind: seats, one answer, a show, a booth."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints import once
from domain.errors import Refusal, SlotTaken
from domain.people import Role
from models import Booking, Occupancy, Space, db
from services import seats
from tests.races.conftest import ENGINES
from tests.support.builders import at, between, create_booking, create_pool, create_space
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.guardless import served_here
from tests.support.history import disagreements
from tests.support.race import Call, statuses
from tests.support.race_arena import CLIENTS, Arena, Racer, drop_the_key, house_of, soon
from tests.support.studio_builders import create_show

SLOT_TAKEN = (409, "slot_taken")
PLACES = (3, 1, 7, 2, 5)


def wanted_seats(field: Arena, crowd: list[Racer], places: int, number: int) -> Iterator[str]:
    """A pool that everybody wants at one time, and then at times that partly overlap; what is not as it should be."""
    pool, day = create_pool(places=places), soon(2 + number)
    alike = [between(10, 11, day=day)] * len(crowd)
    replies = field.at_once([racer.books(pool.code, wish) for racer, wish in zip(crowd, alike, strict=True)])
    if statuses(replies) != {(201, None): places, SLOT_TAKEN: len(crowd) - places}:
        yield f"{places} seats: {statuses(replies)}"
    apart = [between(14 + n % 4 / 4, 14.25 + n % 4 / 4 + n % 3 / 4, day=day) for n in range(len(crowd))]
    replies = field.at_once([racer.books(pool.code, wish) for racer, wish in zip(crowd, apart, strict=True)])
    if set(statuses(replies)) != {(201, None), SLOT_TAKEN}:
        yield f"{places} seats at times that overlap: {statuses(replies)}"
    if most_at_a_time(pool.id) != places:
        yield f"{places} seats: {most_at_a_time(pool.id)} at a time"


def most_at_a_time(space_id: int) -> int:
    counted = select(func.count().label("held")).where(Occupancy.space_id == space_id)
    return db.session.scalars(counted.group_by(Occupancy.tick).order_by(func.count().desc())).first() or 0


@pytest.mark.drill("races")
def test_so_many_seats_have_so_many_winners_of_fifty_and_never_more_at_a_time(
    field: Arena, drill: Drill
) -> None:
    crowd, rounds, seats_won = field.crowd(), drill.size(20, tenth=1), 0

    for number in range(rounds):
        places = PLACES[number % len(PLACES)]
        assert list(wanted_seats(field, crowd, places, number)) == []
        seats_won += places

    assert disagreements() == []
    drill.tell("rounds of fifty for one time, and of fifty for times that overlap", rounds)
    drill.tell("winners of one time", seats_won)


@pytest.mark.mutant
def test_a_seat_that_there_is_not_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    free = seats.free_seats

    def one_more(session: Session, space: Space, ticks: Sequence[int]) -> list[int]:
        with suppress(SlotTaken):
            return free(session, space, ticks)
        return [space.places + 1] * len(ticks)

    monkeypatch.setattr(seats, "free_seats", one_more)
    with served_here(app) as opened:
        assert any("4 at a time" in one for one in wanted_seats(opened, opened.crowd(20), 3, 0))
        assert disagreements() != []


@pytest.mark.mutant
@pytest.mark.parametrize("engine_name", ENGINES)
def test_without_the_key_seats_are_shared_where_nobody_looks(
    engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "free_seats", lambda _session, _space, ticks: [1] * len(ticks))
    with throwaway(engine_name) as url, house_of(url) as app:
        with app.app_context():
            drop_the_key(engine_name)
        with served_here(app) as opened:
            assert any("None): 20" in one for one in wanted_seats(opened, opened.crowd(20), 3, 0))
            assert any("holders own" in one for one in disagreements())


def tapped_again(field: Arena, racer: Racer, number: int) -> Iterator[str]:
    """One key sent fifty times, for a time that is free and for one that is not; what is not as it should be."""
    space, key = create_space(), f"double-tap-{number}"
    free, taken = between(9, 10, day=soon(2 + number)), between(13, 14, day=soon(2 + number))
    create_booking(space, taken)
    for wish, answer in ((free, (201, None)), (taken, SLOT_TAKEN)):
        replies = field.at_once([racer.books(space.code, wish, key=f"{key}-{wish.starts_at:%H}")] * CLIENTS)
        if statuses(replies) != {answer: CLIENTS}:
            yield f"instead of {answer}: {statuses(replies)}"
        if len({str(reply.body) for reply in replies}) != 1:
            yield "the answers differ"
    booked = select(Booking.id).where(Booking.space_id == space.id, Booking.booker_id == racer.id)
    if len(db.session.scalars(booked).all()) != 1:
        yield "there is not one booking"


@pytest.mark.drill("races")
def test_one_key_sent_fifty_times_has_one_effect_and_fifty_equal_answers(field: Arena, drill: Drill) -> None:
    [racer], rounds = field.crowd(1), drill.size(20, tenth=1)

    assert [fault for number in range(rounds) for fault in tapped_again(field, racer, number)] == []

    assert disagreements() == []
    drill.tell("keys sent fifty times, of which one half is refused", 2 * rounds)
    drill.tell("bookings", rounds)


@pytest.mark.mutant
def test_without_a_kept_answer_the_answers_differ(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer_again(
        _actor: object, _key: object, _asked: object, action: Any, refused: Any, _now: object
    ) -> Any:
        try:
            return action()
        except Refusal as refusal:
            return refused(refusal)

    monkeypatch.setattr(once, "answer_once", answer_again)
    with served_here(app) as opened:
        assert "the answers differ" in list(tapped_again(opened, *opened.crowd(1), 0))


def test_two_shows_in_one_window_are_one(field: Arena) -> None:
    field.studio()
    desks = field.crowd(8, Role.STAFF)
    show = {"title": "年货节", "layout": "rundown", "booths": 10}
    starts = [at(14 + number % 4 / 2, day=soon()).isoformat() for number in range(len(desks))]

    replies = field.at_once(
        [
            Call("/shows", desk.token, show | {"starts_at": start})
            for desk, start in zip(desks, starts, strict=True)
        ]
    )

    assert statuses(replies) == {(201, None): 1, SLOT_TAKEN: len(desks) - 1}
    assert disagreements() == []


def test_a_booth_that_thirty_merchants_want_goes_to_one(field: Arena) -> None:
    show = create_show(field.studio(), at(14, day=soon(3)))
    shops = field.shops(30)

    replies = field.at_once(
        [Call(f"/shows/{show.id}/booths/3", racer.token, {"product_id": product}) for racer, product in shops]
    )

    assert statuses(replies) == {(201, None): 1, SLOT_TAKEN: len(shops) - 1}
    assert disagreements() == []
