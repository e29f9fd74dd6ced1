"""Messages leave the outbox at least once, and arrive once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import Notice, OutboxMessage
from services import outbox, records
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_person

pytestmark = pytest.mark.usefixtures("db")


class Broken:
    """A channel that fails, and remembers what it was given."""

    def __init__(self) -> None:
        self.seen = []

    def deliver(self, message):
        self.seen.append(message.id)
        raise ConnectionError("no signal")


def tell(db, person, kind="booking_confirmed"):
    in_transaction(lambda: records.tell(db.session(), person.id, kind, NOW, space="茶话室"))


def only_message(db):
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).execution_options(populate_existing=True)).one()


def notices(db):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Notice))


def test_a_message_becomes_a_notice_of_its_recipient(db):
    person = create_person()
    tell(db, person)

    assert outbox.deliver_due(NOW) == 1

    notice = db.session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.kind, notice.params) == (
        person.id,
        "booking_confirmed",
        {"space": "茶话室"},
    )
    assert only_message(db).sent_at == NOW
    assert outbox.deliver_due(NOW) == 0


def test_a_second_delivery_of_the_same_message_does_no_harm(db):
    tell(db, create_person())
    outbox.deliver_due(NOW)
    message = only_message(db)
    message.sent_at, message.next_try_at = None, NOW
    db.session.commit()

    assert outbox.deliver_due(NOW) == 1
    assert notices(db) == 1


def test_a_failed_message_waits_longer_each_time_and_the_others_go_on(db):
    tell(db, create_person())
    channel = Broken()

    assert outbox.deliver_due(NOW, channel) == 0

    failed = only_message(db)
    assert (failed.attempts, failed.sent_at) == (1, None)
    assert failed.next_try_at == NOW + timedelta(minutes=1)
    assert failed.last_error == "ConnectionError: no signal"
    assert outbox.deliver_due(NOW, channel) == 0
    assert len(channel.seen) == 1
    tell(db, create_person())
    assert outbox.deliver_due(NOW + timedelta(minutes=2)) == 2


def test_waiting_doubles_up_to_six_hours():
    assert [outbox.wait_after(n) for n in (1, 2, 3, 99)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(hours=6),
    ]


def test_what_one_runner_has_taken_another_leaves_alone_until_the_lease_is_over(db):
    tell(db, create_person())

    class Dying:
        def deliver(self, message):
            raise SystemExit

    with pytest.raises(SystemExit):
        outbox.deliver_due(NOW, Dying())

    assert outbox.deliver_due(NOW + timedelta(seconds=1)) == 0
    assert outbox.deliver_due(NOW + outbox.LEASE) == 1
    assert notices(db) == 1
