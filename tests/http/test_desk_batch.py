"""Several harmless requests together: what is harmless, one that has changed meanwhile, and the way back."""

import pytest

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation
from domain.people import Role
from models import PenaltyPoint
from services import moving, queue
from services.desk import batches, levels, proposing
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    saved,
)
from tests.support.client import read_forms
from tests.support.deciding import HELD, delivered, now_of, request_for
from tests.support.visits import HTMX, log_in
from tests.support.waiting import booker_of

pytestmark = pytest.mark.usefixtures("db", "clock")
JSON = {"Accept": "application/json"}


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def desk(client, staff):
    return log_in(client, staff)


@pytest.fixture
def room():
    return create_space("tea-room", name="楼院茶话室")


def missed(person):
    """Somebody did not come."""
    past = create_booking(create_space(), between(9, 10, days=-2), booker_id=person.id)
    saved(
        PenaltyPoint(
            kind=PointKind.NO_SHOW, person_id=person.id, booking_id=past.id, points=1, created_at=NOW
        )
    )


def odd_ones(room, staff):
    """Requests that need a second look, each for a reason of its own."""
    other, strange = create_space(), create_person(verified_at=None)
    late = create_person()
    missed(late)
    yield request_for(room, 8, 9, days=2, party_size=21)
    yield request_for(room, 9, 10, days=2, booker_id=strange.id)
    yield request_for(room, 10, 11, days=2, booker_id=late.id)
    yield request_for(room, 11, 12, days=2, override_reason="破例")
    yield request_for(create_space(is_private=True), 9, 10, days=2)
    yield request_for(create_pool(), 9, 10, days=2)
    asked = request_for(room, 14, 15, days=2)
    proposing.propose(staff, asked.id, between(16, 17, days=2), version=1, now=NOW)
    yield asked
    levels.set_up(
        create_actor(Role.ADMIN), other.code, 2, [staff.id, create_actor(Role.STAFF).id], [], None, now=NOW
    )
    yield request_for(other, 9, 10, days=2)


def form_of(desk):
    return next(form for form in read_forms(desk.get("/desk/batch").text) if form.action.endswith("/batch"))


def ticked(*requests):
    return [f"{one.id}:{now_of(one).version}" for one in requests]


def test_what_needs_a_second_look_is_never_among_the_harmless(staff, room):
    calm = [request_for(room, 9, 10), request_for(room, 11, 12)]
    odd = list(odd_ones(room, staff))

    assert len(odd) == 8
    assert queue.lists(staff, NOW).harmless == {one.id for one in calm}
    for one in odd:
        with pytest.raises(RuleViolation):
            batches.approve(staff, one.id, version=now_of(one).version, now=NOW)
    with pytest.raises(Forbidden):
        queue.lists(create_actor(), NOW)


def test_those_that_are_ticked_are_approved_together_and_told_once(desk, room):
    first, second, left = (request_for(room, hour, hour + 1) for hour in (9, 11, 13))
    assert "没有问题的 3 件一起看" in desk.get("/desk").text
    form = form_of(desk)

    answers = [desk.post(form.action, data=form.fields | {"one": ticked(first, second)}) for _ in range(1)]

    assert (answers[0].status_code, answers[0].location) == (303, f"/desk/{left.id}")
    assert "一次通过了 2 件，会一一告诉申请人。" in desk.get(answers[0].location).text
    assert [now_of(one).status for one in (first, second, left)] == [
        BookingStatus.CONFIRMED,
        BookingStatus.CONFIRMED,
        BookingStatus.PENDING,
    ]
    assert delivered(NOW + HELD) == ["booking_confirmed"] * 2


def test_one_that_has_changed_meanwhile_is_named_and_the_others_go_on(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 11, 12)
    form, ticks = form_of(desk), ticked(first, second)
    moving.reschedule(booker_of(first), first.id, between(15, 16, days=1), version=1, now=NOW)

    answer = desk.post(form.action, data=form.fields | {"one": ticks}, headers=HTMX)

    assert answer.status_code == 200
    assert "没有通过：楼院茶话室 明天 15:00–16:00" in answer.text
    assert [now_of(one).status for one in (first, second)] == [
        BookingStatus.PENDING,
        BookingStatus.CONFIRMED,
    ]


def test_a_batch_is_taken_back_together(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 11, 12)
    form = form_of(desk)
    page = desk.get(desk.post(form.action, data=form.fields | {"one": ticked(first, second)}).location)
    back = next(form for form in read_forms(page.text) if form.action == "/desk/undo")

    answer = desk.post(back.action, data=back.fields | {"one": ticked(first, second)})

    assert page.text.count('name="one"') == 2
    assert "撤销了 2 件" in desk.get(answer.location).text
    assert {now_of(one).status for one in (first, second)} == {BookingStatus.PENDING}
    assert delivered(NOW + HELD) == []


def test_a_second_tap_of_the_batch_decides_nothing_twice(desk, room):
    first, second = request_for(room, 9, 10), request_for(room, 11, 12)
    form = form_of(desk)
    sent = form.fields | {"one": ticked(first, second)}

    told = [desk.post(form.action, data=sent, headers=JSON).json for _ in range(2)]

    assert [one["failed"] for one in told] == [[], []]
    assert told[0]["undo"]["one"] == told[1]["undo"]["one"] == [f"{first.id}:2", f"{second.id}:2"]
    assert told[0]["undo_until"] == "2026-11-23T09:00:10+08:00"
    assert {now_of(one).version for one in (first, second)} == {2}


def test_nothing_ticked_says_so_and_what_makes_no_sense_is_refused(desk, room):
    request_for(room, 9, 10)
    form = form_of(desk)
    kept = {name: value for name, value in form.fields.items() if name != "one"}

    assert "请先勾选要通过的。" in desk.post(form.action, data=kept).text
    assert desk.post(form.action, data=kept, headers=JSON).json["code"] == "nothing_ticked"
    assert desk.post(form.action, data=kept | {"one": ["x:1"]}).status_code == 422
    assert desk.post(form.action, data=kept | {"one": ["1:2:3"]}).status_code == 422


def test_with_nothing_harmless_the_page_says_what_else_there_is(desk):
    assert "没有可以一次通过的" in desk.get("/desk/batch").text
