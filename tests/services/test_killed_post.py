"""No notification is lost, doubled or sent before its commit, wherever the process is killed on its way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.telling import ChannelKind, DeliveryState
from models import Delivery, Notice, OutboxMessage, db
from services import outbox, records
from services.telling import sending
from services.telling.channels_email import EmailChannel, MailServer
from services.telling.channels_webhook import WebhookChannel
from services.unit_of_work import in_transaction
from tests.support import letters
from tests.support.builders import NOW
from tests.support.dying import after, at_commit, before, die, killed_at
from tests.support.fake_hook import hook_server
from tests.support.fake_mail import mail_server
from tests.support.plain_letters import letter
from tests.support.race import in_threads

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + sending.LEASE + timedelta(seconds=1)


class House:
    """Somebody who wants e-mail, a bot that listens, and both ends of the line."""

    def __init__(self, mail, program):
        self.mail, self.program = mail, program
        self.person = letters.create_reader(ChannelKind.EMAIL)
        letters.create_bot(address=program.url())
        self.post = letters.post_with(
            EmailChannel(MailServer("smtp", "localhost", mail.port), "no-reply@jufu.example"),
            WebhookChannel(frozenset({f"localhost:{program.port}"})),
        )

    def happen(self):
        """Something that a resident and the staff must know of, in one transaction."""

        def write():
            letters.tell(self.person)
            records.tell_staff(db.session(), "request_received", NOW, **letters.booking_told())

        in_transaction(write)

    def one_day(self):
        """Something happens, and the jobs have their turn."""
        self.happen()
        self.jobs(NOW)

    def jobs(self, now):
        """What the jobs do about messages."""
        outbox.deliver_due(now, self.post.kinds)
        sending.send_due(now, self.post)

    def arrived(self):
        """The key of everything that left the house."""
        return self.mail.ids, [asked.headers["Idempotency-Key"] for asked in self.program.asked]

    def must_be_whole(self, *, told=True):
        """Each reader was told: once in the inbox, at least once outside and always with the same key."""
        db.session.rollback()
        messages = db.session.scalars(select(OutboxMessage)).all()
        found = db.session.scalars(select(Delivery).execution_options(populate_existing=True)).all()
        assert len(messages) == (2 if told else 0)
        assert len(db.session.scalars(select(Notice)).all()) == (1 if told else 0)
        assert sorted(one.channel.value for one in found) == (["email", "webhook"] if told else [])
        assert all(one.state is DeliveryState.SENT for one in found)
        for keys in self.arrived():
            assert len(set(keys)) == (1 if told else 0)
            assert len(keys) <= 2


STEPS = {
    "the message is written": (House, "happen", at_commit),
    "the message is committed": (House, "happen", after),
    "before routing": (outbox, "route", before),
    "routed, not committed": (outbox, "route", at_commit),
    "routed": (outbox, "route", after),
    "before leasing": (sending, "take", before),
    "leased, not committed": (sending, "take", at_commit),
    "leased": (sending, "take", after),
    "before sending the mail": (EmailChannel, "send", before),
    "the mail is sent": (EmailChannel, "send", after),
    "before calling the bot": (WebhookChannel, "send", before),
    "the bot is called": (WebhookChannel, "send", after),
    "before settling": (sending, "settle", before),
    "settled, not committed": (sending, "settle", at_commit),
    "settled": (sending, "settle", after),
}
NEVER_TOLD = {"the message is written"}


@pytest.fixture
def house():
    """A house whose mail server and bot are on real sockets."""
    with mail_server() as mail, hook_server() as program:
        yield House(mail, program)


def test_where_nobody_dies_everything_arrives_once(house):
    assert not killed_at(None, house.one_day)

    house.must_be_whole()
    assert [len(keys) for keys in house.arrived()] == [1, 1]


@pytest.mark.parametrize("step", STEPS)
def test_wherever_the_process_dies_nothing_is_lost_and_a_duplicate_is_known_by_its_key(house, step):
    assert killed_at(STEPS[step], house.one_day)

    if step in NEVER_TOLD:
        assert house.arrived() == ([], [])
    house.jobs(LATER)
    house.jobs(LATER)
    house.must_be_whole(told=step not in NEVER_TOLD)


@pytest.mark.parametrize("step", ["the mail is sent", "settled, not committed"])
def test_it_may_die_again_and_again(house, step):
    assert killed_at(STEPS[step], house.one_day)
    assert killed_at(STEPS[step], lambda: house.jobs(LATER))

    house.jobs(LATER + sending.LEASE)
    house.jobs(LATER + 2 * sending.LEASE)
    db.session.rollback()
    assert {one.state for one in db.session.scalars(select(Delivery))} == {DeliveryState.SENT}
    assert all(len(set(keys)) == 1 for keys in house.arrived())


@pytest.mark.mutant
def test_control_whoever_sends_inside_the_transaction_tells_of_what_never_was(house):
    def happen():
        letters.tell(house.person)
        house.post.channels[ChannelKind.EMAIL].send(letter())
        die()

    assert killed_at(None, lambda: in_transaction(happen))
    house.jobs(LATER)
    with pytest.raises(AssertionError):
        house.must_be_whole(told=False)


@pytest.mark.mutant
def test_control_whoever_settles_before_sending_loses_the_letter(house):
    def settle_first(lease, post, now):
        said = sending.prepare(lease.delivery_id, post, now)
        sending.settle(lease, {"state": DeliveryState.SENT, "sent_at": now})
        post.channels[lease.channel].send(said)
        return True

    def hasty():
        sending.send_one = settle_first
        house.one_day()

    assert killed_at(STEPS["before sending the mail"], hasty)
    house.jobs(LATER)
    with pytest.raises(AssertionError):
        house.must_be_whole()


@pytest.mark.mutant
def test_control_whoever_routes_in_two_transactions_loses_the_delivery(house):
    route = outbox.route

    def notice_first(message_id, _channels, now):
        route(message_id, frozenset(), now)
        die()  # the deliveries would have come now

    def careless():
        outbox.route = notice_first
        house.one_day()

    assert killed_at(None, careless)
    house.jobs(LATER)
    with pytest.raises(AssertionError):
        house.must_be_whole()


def test_two_senders_at_once_send_each_letter_once(app):
    count = 6
    for _letter in range(count):
        letters.create_letter()
    db.session.rollback()
    pigeon = letters.Pigeon()
    post = letters.post_with(pigeon)

    sent = in_threads(app, [lambda: sending.send_due(NOW, post)] * 2)

    assert sum(sent) == count
    assert len({letter.delivery_id for letter in pigeon.letters}) == len(pigeon.letters) == count
