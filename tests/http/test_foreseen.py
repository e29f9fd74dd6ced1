"""Who asks for a time that is taken already hears so at a look; the arbiter's word is the same, and only it grants."""

import re
from functools import partial

import pytest
from sqlalchemy import func, select

from domain.errors import Missing, SlotTaken
from domain.people import Role
from domain.spaces import Approval
from models import Booking, IdempotencyKey, RefusedDemand
from services import booking, foreseen, idempotency, making
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
)
from tests.support.client import read_forms
from tests.support.race import in_threads
from tests.support.statements import statements
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")

TIMED = "/spaces/tea-room/book?day=2026-11-24&start=15:00&end=17:00"
MOST = 16
"""Who asks, the space and whether it is taken; what is in the way, rules, key; ways out; the note; and the page."""
WRITES = ("INSERT", "UPDATE", "DELETE")
DRAWN = re.compile(r'(name="(?:csrf_token|idempotency_key)" value=|content=|nonce=)"[^"]*"')


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE, buffer_minutes=15)


@pytest.fixture
def resident(client, room):
    return log_in(client, create_actor())


def the_form(client, address=TIMED):
    page = client.get(address)
    form = next(one for one in read_forms(page.text) if one.method == "post" and one.action.endswith("/book"))
    return form.action, {**form.fields, "purpose": "喝茶", "party_size": "2"}


def send(client, form):
    action, fields = form
    return client.post(action, data=fields)


def written(seen):
    return [one.split(" (")[0] for one in seen if one.startswith(WRITES)]


def look_away(monkeypatch):
    """Every wish goes to the arbiter, as if nothing could be seen before."""
    real = booking.outline
    monkeypatch.setattr(booking, "outline", lambda code, _wanted=None: real(code))


def bookings(db):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking))


def sent_late(db, room, asker, seen):
    """What is written by whoever waited for the lock behind the winner; `seen` is the revision before."""
    create_booking(room, between(16, 18, days=1))
    db.session.remove()
    wish = making.Wish("喝茶", 2)
    with statements(db) as said, pytest.raises(SlotTaken) as refusal:
        booking.ask_in_brief(asker, "tea-room", between(15, 17, days=1), wish, now=NOW, seen=seen)
    return [one.split(" (")[0] for one in said if one.startswith("INSERT INTO booking")], refusal.value


def test_who_waited_behind_the_winner_writes_no_booking_first(db, room):
    written_first, refusal = sent_late(db, room, create_actor(), room.revision - 1)

    assert written_first == []
    assert list(refusal.blocking) == [between(16, 17.25, days=1)]


@pytest.mark.mutant
def test_negative_control_where_nothing_seems_to_have_changed_the_arbiter_says_so(db, room):
    asker = create_actor()
    create_booking(room, between(10, 11, days=1))
    current = booking.outline("tea-room").revision

    written_first, refusal = sent_late(db, room, asker, current)

    assert written_first == ["INSERT INTO booking"]
    assert refusal.blocking


def test_too_late_is_heard_in_few_questions_and_without_writing_more_than_the_note(resident, room, db):
    form = the_form(resident)
    create_space("next-door")
    create_booking(room, between(16, 18, days=1))
    db.session.remove()

    with statements(db) as seen:
        answer = send(resident, form)

    assert answer.status_code == 409
    assert written(seen) == ["INSERT INTO refused_demand"]
    assert len([one for one in seen if not one.startswith(("BEGIN", "SET LOCAL"))]) <= MOST
    assert db.session.scalars(select(RefusedDemand.code)).all() == ["slot_taken"]
    assert db.session.scalars(select(IdempotencyKey.key)).all() == []


@pytest.mark.mutant
def test_negative_control_who_looks_away_is_seen_to_queue_and_write(resident, room, db, monkeypatch):
    form = the_form(resident)
    create_booking(room, between(16, 18, days=1))
    look_away(monkeypatch)

    with statements(db) as seen:
        answer = send(resident, form)

    assert answer.status_code == 409
    assert {"INSERT INTO idempotency_key", "INSERT INTO booking", "UPDATE space SET revision="} <= {
        one.split("(")[0].strip() for one in seen if one.startswith(WRITES)
    }


@pytest.mark.parametrize(
    "taken", [(16, 18), (14, 15.25), (17, 18)], ids=["over", "before", "only its clean-up"]
)
def test_the_page_is_the_one_that_the_arbiter_leads_to(resident, room, db, monkeypatch, taken):
    create_space("next-door")
    create_booking(room, between(*taken, days=1))
    form = the_form(resident)

    at_a_look = DRAWN.sub("", send(resident, form).text)
    look_away(monkeypatch)
    by_the_arbiter = DRAWN.sub("", send(resident, form).text)

    assert at_a_look == by_the_arbiter
    assert at_a_look.count('class="way"') == 3
    assert "way-wait" in at_a_look


@pytest.mark.parametrize(
    "role", [Role.RESIDENT, Role.STAFF]
)  # staff may have two times at once: only the key tells
def test_a_form_sent_twice_has_its_first_answer_though_its_own_booking_is_in_the_way(client, room, db, role):
    sender = log_in(client, create_actor(role))
    form = the_form(sender)

    first, again = send(sender, form), send(sender, form)

    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert bookings(db) == 1


@pytest.mark.mutant
def test_negative_control_a_look_that_forgets_the_key_refuses_the_second_tap(resident, room, monkeypatch):
    form = the_form(resident)
    assert send(resident, form).status_code == 303
    monkeypatch.setattr(idempotency, "is_new", lambda *_: True)
    monkeypatch.setattr(
        "services.asking.Wishes.violations", lambda *_: []
    )  # one's own time is a rule's business

    assert send(resident, form).status_code == 409


def test_what_is_free_is_left_to_the_arbiter(resident, room, db):
    create_booking(room, between(12, 14.75, days=1))
    create_booking(room, between(17.25, 18, days=1))
    create_booking(create_space("next-door"), between(15, 17, days=1))

    assert send(resident, the_form(resident)).status_code == 303


def test_who_breaks_a_rule_as_well_hears_of_the_rule(resident, room, db):
    create_booking(room, between(15, 17, days=1))
    action, fields = the_form(resident)

    answer = send(resident, (action, fields | {"party_size": "99"}))

    assert answer.status_code == 422
    assert "20" in answer.text


def test_staff_who_book_for_a_neighbour_and_pools_go_the_whole_way(client, room, db, monkeypatch):
    def never(*_args):
        raise AssertionError("looked at though it is not plain")

    monkeypatch.setattr(foreseen, "refuse_what_is_taken", never)
    neighbour = create_person()
    create_booking(room, between(15, 17, days=1))
    create_booking(create_pool(places=2, code="seats"), between(15, 16, days=1), place=1)
    client = log_in(client, create_actor(Role.STAFF))
    home = f"&building={neighbour.building}&unit={neighbour.unit}&room={neighbour.room}"

    refused = send(client, the_form(client, TIMED + home))
    seat = send(client, the_form(client, "/spaces/seats/book?day=2026-11-24&start=15:00&end=16:00"))

    assert (refused.status_code, seat.status_code) == (409, 303)


def test_of_many_at_once_one_has_the_time_and_a_note_is_left_of_each_other(app, room, db):
    crowd = [log_in(visitor(app), create_actor()) for _ in range(6)]
    forms = [the_form(client) for client in crowd]
    db.session.remove()

    answers = in_threads(app, [partial(send, *each) for each in zip(crowd, forms, strict=True)])

    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 5]
    assert bookings(db) == 1
    assert db.session.scalar(select(func.count()).select_from(RefusedDemand)) == 5


def test_whose_account_was_closed_meanwhile_is_not_found(room, db):
    gone = create_actor(disabled_at=between(9, 10).starts_at)
    wanted = between(15, 17, days=1)
    create_booking(room, wanted)

    with pytest.raises(Missing):
        foreseen.refuse_what_is_taken(gone, None, "tea-room", wanted, 2, between(9, 10).starts_at)
