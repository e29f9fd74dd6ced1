"""A request that is refused leaves one note of what was wanted; nothing about it changes an answer."""

import logging
from functools import partial

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from domain.errors import Forbidden, Missing, RuleViolation, SlotTaken, Unavailable
from domain.people import Role
from domain.policies import Override
from domain.recurrence import Scope, TimeOfDay
from domain.spaces import Approval
from models import Closure, RefusedDemand
from models.prepared import Prepared
from services import booking, moving, queueing, series, series_changes, unit_of_work
from services.reports import demand
from services.series_changes import Part
from services.unit_of_work import afterwards, in_transaction
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    saved,
)
from tests.support.planning import book, plan
from tests.support.race import in_threads

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def room():
    return create_space("tea-room", approval=Approval.NONE, buffer_minutes=15)


def ask(actor, interval, **more):
    wish = {"purpose": "喝茶", "party_size": 2, "now": NOW} | more
    return booking.request_booking(actor, "tea-room", interval, **wish)


def notes(db):
    db.session.rollback()
    rows = db.session.scalars(select(RefusedDemand).order_by(RefusedDemand.starts_at, RefusedDemand.id))
    return [(one.person_id, one.starts_at, one.ends_at, one.code) for one in rows]


def test_a_taken_time_is_noted_once_however_often_somebody_asks(db, room):
    create_booking(room, between(15, 17, days=1))
    lin, wang = create_actor(), create_actor()
    wish = between(16, 18, days=1)

    for actor in (lin, lin, wang, lin):
        with pytest.raises(SlotTaken):
            ask(actor, wish)

    assert notes(db) == [
        (lin.id, wish.starts_at, wish.ends_at, "slot_taken"),
        (wang.id, wish.starts_at, wish.ends_at, "slot_taken"),
    ]


def test_the_clean_up_time_alone_can_be_what_is_in_the_way(db, room):
    create_booking(room, between(15, 17, days=1))

    with pytest.raises(SlotTaken):
        ask(create_actor(), between(17, 18, days=1))
    assert [row[3] for row in notes(db)] == ["slot_taken"]


@pytest.mark.parametrize(
    ("wish", "more", "code"),
    [
        (between(6, 7, days=1), {}, "outside_hours"),
        (between(9, 10), {}, "too_soon"),
        (between(9, 10, days=40), {}, "too_far"),
        (between(9, 14, days=1), {}, "too_long"),
        (between(9, 10, days=1), {"party_size": 99}, "too_many_people"),
        (between(12, 13, days=2), {}, "closed"),
        (between(21, 23, days=2), {"party_size": 99}, "outside_hours"),
    ],
)
def test_every_rule_about_the_time_is_noted_under_the_one_that_counts(db, room, wish, more, code):
    window = between(11, 14, days=2)
    saved(
        Closure(
            space_id=room.id, starts_at=window.starts_at, ends_at=window.ends_at, reason="消毒",
            created_by_id=create_person(Role.STAFF).id, created_at=NOW,
        )
    )  # fmt: skip
    asker = create_actor()

    with pytest.raises(RuleViolation):
        ask(asker, wish, **more)
    assert notes(db) == [(asker.id, wish.starts_at, wish.ends_at, code)]


def test_a_quota_that_is_used_up_is_noted_for_whom_it_was_asked(db, room):
    neighbour = create_person(phone=None)
    for hour in (8, 10, 12):
        create_booking(room, between(hour, hour + 1, days=3), booker_id=neighbour.id)

    with pytest.raises(RuleViolation):
        ask(create_captain(), between(15, 16, days=1), on_behalf_of=neighbour.id)
    assert [(row[0], row[3]) for row in notes(db)] == [(neighbour.id, "quota_count")]


def test_a_wish_that_nobody_could_have_met_is_no_demand(db, room):
    newcomer = create_actor(verified_at=None)
    merchant = create_actor(Role.MERCHANT)
    for actor, wish in (
        (newcomer, between(15, 16, days=1)),  # nobody knows yet whether they live here
        (merchant, between(15, 16, days=1)),
        (create_actor(), between(15.1, 16.1, days=1)),  # off the grid
        (create_actor(), between(6, 7)),  # over
        (create_actor(), between(9, 10, days=4000)),
    ):
        with pytest.raises(RuleViolation):
            ask(actor, wish)
    with pytest.raises(Missing):
        ask(create_actor(), between(15, 16, days=1), on_behalf_of=create_person(building=9).id)

    assert notes(db) == []


def test_looking_is_not_asking(db, room):
    create_booking(room, between(15, 17, days=1))
    actor = create_actor()

    series.preview(actor, plan(), NOW)
    booking.choices("tea-room", between(15, 17, days=1), 2, NOW, actor.id)

    assert notes(db) == []


def test_whoever_cannot_move_a_booking_wanted_the_other_time(db, room):
    create_booking(room, between(15, 17, days=1))
    owner = create_actor()
    mine = create_booking(room, between(11, 12, days=1), booker_id=owner.id)

    with pytest.raises(SlotTaken):
        moving.reschedule(owner, mine.id, between(16, 17, days=1), version=1, now=NOW)
    assert [row[3] for row in notes(db)] == ["slot_taken"]
    moving.reschedule(owner, mine.id, between(19, 20, days=1), version=1, now=NOW)
    assert len(notes(db)) == 1


def test_each_refused_date_of_a_series_is_noted_and_no_other(db, room):
    create_booking(room, between(16, 18, days=8))
    booker = create_actor()

    with pytest.raises(SlotTaken):
        book(booker)
    wanted = between(15, 17, days=8)
    assert notes(db) == [(booker.id, wanted.starts_at, wanted.ends_at, "slot_taken")]


def test_a_skipped_date_asked_for_by_hand_is_noted(db, room):
    create_booking(room, between(16, 18, days=8))
    booker = create_actor()
    made = book(booker, only_free=True)
    assert notes(db) == []

    with pytest.raises(SlotTaken):
        series.retry_skipped(booker, made.id, between(15, 16, days=8).starts_at.date(), now=NOW)
    assert len(notes(db)) == 1


def test_a_series_that_cannot_be_moved_leaves_a_note_of_the_date_in_the_way(db, room):
    booker = create_actor()
    made = book(booker)
    create_booking(room, between(19, 21, days=8))

    with pytest.raises(SlotTaken):
        series_changes.move(
            booker, made.id, Part(Scope.ALL), TimeOfDay.of(between(19, 20, days=1)), version=1, now=NOW
        )
    assert [(row[1], row[3]) for row in notes(db)] == [(between(19, 20, days=8).starts_at, "slot_taken")]


def test_the_note_waits_for_the_transaction_around_the_request(db, room):
    """As an answer under an idempotency key does: what surrounds the refusal is kept, and then comes the note."""
    create_booking(room, between(15, 17, days=1))
    actor = create_actor()

    def refused_within():
        with pytest.raises(SlotTaken):
            ask(actor, between(15, 16, days=1))
        assert db.session.scalars(select(RefusedDemand)).all() == []
        return "answered"

    assert in_transaction(refused_within) == "answered"
    assert len(notes(db)) == 1


def test_in_a_race_there_is_one_winner_and_a_note_of_each_other(app, db, room):
    people, wish = [create_actor() for _ in range(8)], between(15, 16, days=1)
    db.session.rollback()

    answers = in_threads(app, [partial(ask, actor, wish) for actor in people])

    taken = [one for one in answers if isinstance(one, SlotTaken)]
    assert len(taken) == len(people) - 1, answers
    assert len({row[0] for row in notes(db)}) == len(notes(db)) == len(taken)


@pytest.mark.mutant
def test_negative_control_a_note_that_minds_no_key_breaks_it_and_still_changes_no_answer(
    db, room, monkeypatch, caplog
):
    create_booking(room, between(15, 17, days=1))
    actor = create_actor()
    monkeypatch.setattr("models.prepared._EVERY", [])
    columns = [column.key for column in RefusedDemand.__table__.columns if column.key != "id"]
    monkeypatch.setattr(demand, "NOTE", Prepared(insert(RefusedDemand).inline(), columns))

    for _ in range(2):
        with pytest.raises(SlotTaken):
            ask(actor, between(15, 16, days=1))
    assert len(notes(db)) == 1
    assert "what was to be noted afterwards is lost" in caplog.text


def test_trouble_with_the_note_is_logged_and_the_answer_stays_as_it_is(db, room, monkeypatch, caplog):
    create_booking(room, between(15, 17, days=1))

    def broken(*_args):
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(demand.NOTE, "write", broken)
    with caplog.at_level(logging.ERROR), pytest.raises(SlotTaken) as refusal:
        ask(create_actor(), between(15, 16, days=1))

    assert refusal.value.alternatives
    assert "what was to be noted afterwards is lost" in caplog.text
    assert notes(db) == []
    ask(create_actor(), between(18, 19, days=1))  # the house goes on


def test_who_cannot_be_answered_is_not_made_to_wait_for_a_note(db, monkeypatch):
    done = []

    def refuse():
        afterwards(done.append)
        raise Unavailable

    with pytest.raises(Unavailable):
        in_transaction(refuse)
    assert done == []


def test_an_attempt_that_is_tried_again_notes_nothing_twice(db, monkeypatch):
    monkeypatch.setattr(unit_of_work, "is_passing", lambda _error: True)
    monkeypatch.setattr(unit_of_work, "_pause", lambda _attempt: None)
    tries, done = [], []

    def work():
        tries.append(1)
        afterwards(done.append)
        if len(tries) < 3:
            raise OperationalError("busy", None, Exception("busy"))

    in_transaction(work)
    assert (len(tries), len(done)) == (3, 1)


def test_a_forbidden_request_is_none(db, room):
    with pytest.raises(Forbidden):
        ask(create_actor(), between(6, 7, days=1), override=Override(frozenset({"outside_hours"}), "x"))
    assert notes(db) == []


def test_standing_in_line_is_noted_where_it_stands(db, room):
    create_booking(room, between(15, 17, days=1))
    queueing.join(create_actor(), "tea-room", between(15, 17, days=1), purpose="", party_size=1, now=NOW)
    assert notes(db) == []


def test_a_note_does_not_wait_for_the_disk_and_nothing_else_is_changed_by_it(db):
    is_sqlite = db.engine.dialect.name == "sqlite"

    def setting(connection):
        asked = "PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit"
        return connection.exec_driver_sql(asked).scalar()

    def settings():
        with db.engine.connect() as first, db.engine.connect() as second:
            return {setting(first), setting(second)}

    before, noted = settings(), []
    afterwards(lambda connection: noted.append(setting(connection)))

    assert noted == [1 if is_sqlite else "off"]
    assert settings() == before
    assert not is_sqlite or before == {2}
