"""Many want one thing of another kind: seats, decisions, one answer, a show, a booth."""

from sqlalchemy import func, select

from domain.people import Role
from models import Booking, Occupancy, db
from tests.support.builders import at, between, create_booking, create_pool, create_space
from tests.support.history import disagreements
from tests.support.race import Call, statuses
from tests.support.race_arena import CLIENTS, Arena, soon
from tests.support.studio_builders import create_show

SLOT_TAKEN = (409, "slot_taken")
STALE = (409, "stale")


def test_three_seats_have_three_winners_of_fifty(field: Arena) -> None:
    pool, crowd = create_pool(places=3), field.crowd()
    wish = between(10, 11, day=soon())

    replies = field.at_once([racer.books(pool.code, wish) for racer in crowd])

    assert statuses(replies) == {(201, None): 3, SLOT_TAKEN: CLIENTS - 3}
    assert disagreements() == []


def test_in_a_pool_of_overlapping_wishes_no_quarter_hour_has_more_people_than_seats(field: Arena) -> None:
    pool, crowd = create_pool(places=3), field.crowd()
    wishes = [between(10 + n % 4 / 4, 10.25 + n % 4 / 4 + n % 3 / 4, day=soon()) for n in range(CLIENTS)]

    replies = field.at_once([racer.books(pool.code, wish) for racer, wish in zip(crowd, wishes, strict=True)])

    assert set(statuses(replies)) == {(201, None), SLOT_TAKEN}
    assert most_at_a_time(pool.id) == 3
    assert disagreements() == []


def most_at_a_time(space_id: int) -> int:
    counted = select(func.count().label("held")).where(Occupancy.space_id == space_id)
    return db.session.scalars(counted.group_by(Occupancy.tick).order_by(func.count().desc())).first() or 0


def test_one_key_sent_fifty_times_has_one_booking_and_fifty_equal_answers(field: Arena) -> None:
    space = create_space()
    racer, *_ = field.crowd(1)
    call = racer.books(space.code, between(9, 10, day=soon()), key="double-tap")

    replies = field.at_once([call] * CLIENTS)

    assert statuses(replies) == {(201, None): CLIENTS}
    assert {reply.body["id"] for reply in replies} == set(
        db.session.scalars(select(Booking.id).where(Booking.space_id == space.id))
    )
    assert len({str(reply.body) for reply in replies}) == 1
    assert disagreements() == []


def test_a_refusal_under_one_key_is_the_same_for_everybody(field: Arena) -> None:
    space = create_space()
    create_booking(space, between(9, 10, day=soon()))
    racer, *_ = field.crowd(1)
    call = racer.books(space.code, between(9, 10, day=soon()), key="double-tap")

    replies = field.at_once([call] * 10)

    assert statuses(replies) == {SLOT_TAKEN: 10}
    assert len({str(reply.body) for reply in replies}) == 1


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
