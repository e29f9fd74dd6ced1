"""Due work, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.telling import ChannelKind
from models import IdempotencyKey, LoginSession, LoginThrottle, Occupancy
from models import db as database
from services import jobs, pruning, serving
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_booking, create_person, create_space
from tests.support.letters import Pigeon, create_reader, deliveries, post_with, tell

pytestmark = pytest.mark.usefixtures("db")


def keep(*things):
    in_transaction(lambda: database.session.add_all(things))


def count(table):
    database.session.rollback()
    return database.session.scalar(select(func.count()).select_from(table))


def status_of(booking):
    database.session.rollback()
    database.session.refresh(booking)
    return booking.status


def test_requests_expire_at_their_start_and_bookings_are_completed_at_their_end():
    space = create_space()
    waiting = create_booking(space, between(10, 11), status=BookingStatus.PENDING)
    later = create_booking(space, between(15, 16), status=BookingStatus.PENDING)
    over = create_booking(create_space(needs_check_in=False), between(8, 9))

    jobs.Runner().run_due(between(10, 11).starts_at)

    assert status_of(waiting) is BookingStatus.EXPIRED
    assert status_of(later) is BookingStatus.PENDING
    assert status_of(over) is BookingStatus.COMPLETED


def test_what_is_old_is_forgotten_and_what_is_new_is_kept():
    person, day = create_person(), timedelta(days=1)
    for age in (1, 8):
        keep(IdempotencyKey(actor_id=person.id, key=f"k{age}", fingerprint="f", created_at=NOW - age * day))
        keep(LoginThrottle(bucket=f"b{age}", window_started_at=NOW - (age - 1) * day, attempts=1))
        keep(
            LoginSession(
                token_hash=f"{age}",
                person_id=person.id,
                created_at=NOW - 9 * day,
                expires_at=NOW - (age - 2) * day,
            )
        )

    jobs.Runner().run_due(NOW)

    assert [count(table) for table in (IdempotencyKey, LoginThrottle, LoginSession)] == [1, 1, 1]


def test_ticks_of_the_day_before_yesterday_go_and_todays_stay():
    space = create_space()
    create_booking(space, between(10, 11, days=-2), status=BookingStatus.CHECKED_IN)
    create_booking(space, between(10, 11, days=1))

    assert pruning.prune_ticks(NOW) == 4
    assert count(Occupancy) == 4


def test_one_job_that_fails_does_not_stop_the_others():
    def fail(_now):
        raise ValueError("broken")

    runner = jobs.Runner((jobs.Job("bad", jobs.CYCLE, fail), jobs.Job("good", jobs.CYCLE, lambda _now: 3)))

    outcome = runner.run_due(NOW)

    assert (outcome.done, outcome.failed) == ({"good": 3}, ("bad",))


def test_a_house_with_a_post_routes_onto_its_channels_and_sends():
    reader = create_reader(ChannelKind.EMAIL, ChannelKind.SMS)
    tell(reader)
    pigeon = Pigeon()

    done = jobs.Runner(jobs.with_post(post_with(pigeon))).run_due(NOW).done

    assert (done["deliver messages"], done["send letters"]) == (1, 1)
    assert [letter.to for letter in pigeon.letters] == [f"reader{reader.id}@example.org"]
    assert [one.channel for one in deliveries()] == [ChannelKind.EMAIL]


def test_a_round_with_rare_jobs_is_run_aside_in_its_order_without_a_connection(db):
    ran, aside, engine = [], [], database.engine
    kinds = (("often", jobs.CYCLE), ("rare", jobs.LINE_CYCLE), ("again", jobs.CYCLE))
    runner = jobs.Runner(
        tuple(jobs.Job(name, every, lambda _now, name=name: ran.append(name) or 0) for name, every in kinds)
    )

    def note(work):
        aside.append((len(ran), engine.pool.checkedin() + engine.pool.checkedout()))
        work()
        return 0

    database.session.execute(select(1))
    for seconds in (0, 5, 60):
        jobs.round_of(runner, NOW + timedelta(seconds=seconds), note)
        database.session.execute(select(1))

    assert ran == ["often", "rare", "again", "often", "again", "often", "rare", "again"]
    assert aside == [(0, 0), (5, 0)]


def test_what_a_child_did_stays_done_and_the_database_answers_afterwards(db):
    keep(LoginThrottle(bucket="old", window_started_at=NOW - timedelta(days=8), attempts=1))
    runner = jobs.Runner((jobs.Job("tidy", jobs.TIDY_CYCLE, pruning.prune_throttles),))

    for _ in range(2):
        jobs.round_of(runner, NOW, lambda work: serving.aside(serving.Part("round", work)))

    assert count(LoginThrottle) == 0


def test_a_round_that_died_is_told_of_and_the_next_one_goes_on(caplog):
    runner = jobs.Runner((jobs.Job("rare", jobs.LINE_CYCLE, lambda _now: 0),))

    for minute in (0, 1):
        jobs.round_of(runner, NOW + timedelta(minutes=minute), lambda _work: -9)

    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_rare_jobs_run_rarely():
    ran = []
    runner = jobs.Runner((jobs.Job("tidy", jobs.TIDY_CYCLE, lambda now: ran.append(now) or 0),))

    for minutes in (0, 5, 59, 60, 61):
        runner.run_due(NOW + timedelta(minutes=minutes))

    assert ran == [NOW, NOW + timedelta(minutes=60)]
