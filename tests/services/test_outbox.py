"""What the outbox holds is routed once: into the inbox, and onto the channels that it is wanted by."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.telling import ChannelKind, Topic, WebhookKind
from models import ChannelChoice, Contact, Delivery, Notice, OutboxMessage, Webhook
from services import outbox, records
from services.telling import quiet, wishes
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_person, saved

pytestmark = pytest.mark.usefixtures("db")


def tell(db, person, kind="booking_confirmed", **params):
    in_transaction(lambda: records.tell(db.session(), person.id, kind, NOW, **({"space": "茶话室"} | params)))


def tell_staff(db, kind="request_received"):
    in_transaction(lambda: records.tell_staff(db.session(), kind, NOW, space="茶话室"))


def listen(*topics, disabled_at=None):
    by = create_person()
    return saved(
        Webhook(
            name="值班群",
            kind=WebhookKind.WECOM,
            address="a-key-of-the-bot",
            topics=list(topics),
            created_by_id=by.id,
            created_at=NOW,
            disabled_at=disabled_at,
        )
    )


def wants(person, *channels, topic=Topic.BOOKINGS):
    saved(Contact(person_id=person.id, email=f"p{person.id}@example.org", email_confirmed_at=NOW))
    for channel in channels:
        saved(ChannelChoice(person_id=person.id, topic=topic, channel=channel, is_on=True))


def all_of(db, table):
    db.session.rollback()
    return db.session.scalars(select(table).execution_options(populate_existing=True)).all()


def only_message(db):
    (message,) = all_of(db, OutboxMessage)
    return message


def notices(db):
    return len(all_of(db, Notice))


def ways(db):
    return sorted((one.channel.value, one.target, one.next_try_at) for one in all_of(db, Delivery))


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
    assert ways(db) == []
    assert outbox.deliver_due(NOW) == 0


def test_it_also_goes_by_the_channels_that_its_reader_chose_for_its_topic(db):
    person = create_person()
    wants(person, ChannelKind.EMAIL, ChannelKind.SMS)
    tell(db, person)
    tell(db, person, "offer_made")

    outbox.deliver_due(NOW)

    assert ways(db) == [("email", 0, NOW), ("sms", 0, NOW)]


def test_what_this_house_has_no_channel_for_is_not_routed_there(db):
    person = create_person()
    wants(person, ChannelKind.EMAIL, ChannelKind.SMS)
    tell(db, person)

    outbox.deliver_due(NOW, frozenset({ChannelKind.SMS}))

    assert ways(db) == [("sms", 0, NOW)]
    assert notices(db) == 1


def test_in_the_night_the_inbox_has_it_at_once_and_the_phone_in_the_morning(db):
    person = create_person()
    wants(person, ChannelKind.SMS)
    tell(db, person)

    outbox.deliver_due(at(23))

    assert ways(db) == [("sms", 0, at(7) + timedelta(days=1))]
    assert notices(db) == 1


def test_what_the_staff_must_know_goes_to_every_bot_that_listens_to_its_topic(db):
    listening = listen(Topic.BOOKINGS, Topic.STUDIO)
    listen(Topic.SALES)
    listen(Topic.BOOKINGS, disabled_at=NOW)
    tell_staff(db)

    assert outbox.deliver_due(at(23)) == 1

    assert ways(db) == [("webhook", listening.id, at(23))]
    assert notices(db) == 0


def test_a_second_delivery_of_the_same_message_does_no_harm(db):
    person = create_person()
    wants(person, ChannelKind.EMAIL)
    tell(db, person)
    outbox.deliver_due(NOW)
    message = only_message(db)
    message.sent_at, message.next_try_at = None, NOW
    db.session.commit()

    assert outbox.deliver_due(NOW) == 1
    assert (notices(db), len(ways(db))) == (1, 1)


def broken(*_args):
    raise ConnectionError("of no use to anybody")


def test_a_failed_message_leaves_nothing_behind_and_waits_longer_each_time(db, monkeypatch):
    person = create_person()
    tell(db, person)
    with monkeypatch.context() as patch:
        patch.setattr(wishes, "wanted", broken)
        assert outbox.deliver_due(NOW) == 0
        assert outbox.deliver_due(NOW) == 0

    failed = only_message(db)
    assert (failed.attempts, failed.sent_at, failed.last_error) == (1, None, "ConnectionError")
    assert failed.next_try_at == NOW + timedelta(minutes=1)
    assert notices(db) == 0
    tell(db, create_person())
    assert outbox.deliver_due(NOW + timedelta(minutes=2)) == 2


def test_the_others_go_on_when_one_fails(db, monkeypatch):
    person, other = create_person(), create_person()
    wants(person, ChannelKind.SMS)
    tell(db, person)
    tell(db, other)
    monkeypatch.setattr(quiet, "when", broken)

    assert outbox.deliver_due(NOW) == 1
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_inside_a_transaction_it_is_a_part_of_that(db):
    def write():
        records.tell(db.session(), create_person().id, "booking_confirmed", NOW, space="茶话室")
        assert outbox.deliver_due(NOW) == 1

    in_transaction(write)
    assert notices(db) == 1


def test_waiting_doubles_up_to_six_hours():
    assert [outbox.wait_after(n) for n in (1, 2, 3, 99)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(hours=6),
    ]
