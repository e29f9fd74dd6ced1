"""The doctor notices messages without their notice, and deliveries that lead nowhere or stand still."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from domain.telling import ChannelKind
from models import Delivery, Notice, OutboxMessage, Person, Webhook, db
from services import outbox
from services.doctor import post
from services.privacy import retaining
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, set_figure
from tests.support.letters import create_bot, create_letter, create_reader, tell

pytestmark = pytest.mark.usefixtures("db")


def codes(now=NOW):
    return [found.code for found in post.findings(now)]


def write(statement):
    in_transaction(lambda: db.session.execute(statement))


@pytest.fixture
def reader(db):
    """Somebody whose message is routed, into the inbox and to the mail."""
    person = create_reader(ChannelKind.EMAIL)
    tell(person)
    outbox.deliver_due(NOW)
    return person


@pytest.mark.usefixtures("reader")
def test_what_is_routed_and_on_its_way_is_healthy():
    assert codes() == []
    assert codes(NOW + timedelta(minutes=59)) == []


def test_a_notice_that_is_missing_is_noticed_unless_its_reader_is_gone(reader):
    write(delete(Notice))
    assert codes() == ["message_without_notice"]

    write(update(Person).where(Person.id == reader.id).values(phone=None, phone_tail=None, erased_at=NOW))
    assert codes() == []


@pytest.mark.usefixtures("reader")
def test_a_notice_that_the_house_forgets_early_is_not_missed():
    set_figure("notices_kept_days", 1)
    tomorrow = NOW + timedelta(days=1, minutes=1)
    retaining.forget_due(tomorrow)

    assert db.session.scalars(select(Notice)).all() == []
    assert "message_without_notice" not in codes(tomorrow)


@pytest.mark.usefixtures("reader")
def test_a_delivery_ahead_of_its_routing_is_noticed():
    write(update(OutboxMessage).values(sent_at=None))
    assert codes() == ["delivery_before_routing"]


@pytest.mark.usefixtures("reader")
def test_a_delivery_that_nobody_takes_is_noticed():
    assert codes(NOW + timedelta(minutes=61)) == ["delivery_stuck"]


def test_a_delivery_to_a_webhook_that_is_gone_is_noticed():
    bot = create_bot()
    create_letter(ChannelKind.WEBHOOK, bot.id)
    assert codes() == []

    write(delete(Webhook).where(Webhook.id == bot.id))
    assert codes() == ["delivery_to_nobody"]
    write(delete(Delivery))
