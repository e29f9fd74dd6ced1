"""Letters leave once each where all goes well, again where it doesn't, and to nobody who wants none."""

from datetime import timedelta

import pytest

from domain.people import Role
from domain.telling import ChannelKind, DeliveryState, Topic, WebhookKind
from models import ChannelChoice, Contact, Person, db
from services import settings
from services.telling import bots, sending
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.letters import (
    Pigeon,
    booking_told,
    create_bot,
    create_letter,
    create_reader,
    deliveries,
    later,
    minutes_after,
    post_with,
    states,
)

pytestmark = pytest.mark.usefixtures("db")
WAITING, SENT, DEAD, DROPPED = (
    DeliveryState.WAITING,
    DeliveryState.SENT,
    DeliveryState.DEAD,
    DeliveryState.DROPPED,
)


def change(table, key, **values):
    def write():
        row = db.session.get_one(table, key)
        for name, value in values.items():
            setattr(row, name, value)

    in_transaction(write)


def test_a_letter_leaves_once_and_says_where_its_page_is():
    person = create_reader(ChannelKind.EMAIL, locale="en")
    letter, pigeon = create_letter(person=person), Pigeon()

    assert sending.send_due(NOW, post_with(pigeon, base_url="https://jufu.example/")) == 1
    assert sending.send_due(NOW, post_with(pigeon)) == 0

    (sent,) = pigeon.letters
    assert (sent.to, sent.text, sent.locale) == (
        f"reader{person.id}@example.org",
        "booking_confirmed / en",
        "en",
    )
    assert sent.url == "https://jufu.example/bookings/7"
    assert sent.delivery_id == letter.id
    assert states() == [(SENT, 1, "")]
    assert deliveries()[0].sent_at == NOW


def test_without_an_address_of_the_house_there_is_no_link():
    create_letter()
    pigeon = Pigeon()

    sending.send_due(NOW, post_with(pigeon))

    assert pigeon.letters[0].url is None


def test_what_is_not_due_yet_waits():
    create_letter(next_try_at=NOW + timedelta(minutes=1))
    pigeon = Pigeon()

    assert sending.send_due(NOW, post_with(pigeon)) == 0
    assert sending.send_due(NOW + timedelta(minutes=1), post_with(pigeon)) == 1


def test_a_failed_letter_waits_longer_each_time_and_keeps_its_key():
    create_letter()
    pigeon, moment, waits = Pigeon(ChannelKind.EMAIL, *(later() for _ in range(4))), NOW, []
    for _try in range(4):
        assert sending.send_due(moment, post_with(pigeon)) == 0
        again = deliveries()[0].next_try_at
        waits.append(minutes_after(again, moment))
        moment = again

    assert all(least <= wait <= least * 1.2 for least, wait in zip((1, 2, 4, 8), waits, strict=True)), waits
    assert sending.send_due(moment, post_with(pigeon)) == 1
    assert len({letter.key for letter in pigeon.letters}) == 1
    assert len(pigeon.letters) == 5


def test_no_wait_is_longer_than_six_hours():
    assert max(sending.wait_after(40) for _ in range(50)) <= timedelta(hours=6) * 1.2


def test_after_all_tries_a_letter_is_dead_and_stays_so():
    settings.change("delivery_tries", 3)
    create_letter()
    pigeon, moment = Pigeon(ChannelKind.EMAIL, *(later() for _ in range(9))), NOW
    for _try in range(5):
        sending.send_due(moment, post_with(pigeon))
        moment += timedelta(days=1)

    assert states() == [(DEAD, 3, "http 503")]
    assert len(pigeon.letters) == 3


def test_what_can_never_leave_dies_at_once():
    create_letter()
    sending.send_due(NOW, post_with(Pigeon(ChannelKind.EMAIL, later("recipient_refused", is_final=True))))

    assert states() == [(DEAD, 1, "recipient_refused 503")]


def test_a_channel_that_this_house_gave_up_kills_its_letters():
    create_letter()
    sending.send_due(NOW, post_with(Pigeon(ChannelKind.SMS)))

    assert states() == [(DEAD, 1, "channel_absent")]


def test_the_other_side_says_when_to_come_again_but_not_for_ever():
    create_letter()
    create_letter()
    slow = later(retry_after=timedelta(minutes=30)), later(retry_after=timedelta(days=30))
    sending.send_due(NOW, post_with(Pigeon(ChannelKind.EMAIL, *slow)))

    assert [minutes_after(one.next_try_at) for one in deliveries()] == [30, 360]


def test_the_bug_of_a_channel_stops_no_other_letter():
    create_letter()
    create_letter()
    pigeon = Pigeon(ChannelKind.EMAIL, ZeroDivisionError("with words that nobody should read"))

    assert sending.send_due(NOW, post_with(pigeon)) == 1
    assert states() == [(WAITING, 1, "trouble ZeroDivisionError"), (SENT, 1, "")]


def test_where_nobody_answers_the_others_for_the_same_target_wait_without_losing_a_try():
    first, second = create_letter(), create_letter()
    other = create_letter(ChannelKind.SMS)
    mail, text = Pigeon(ChannelKind.EMAIL, later("unreachable", is_down=True)), Pigeon(ChannelKind.SMS)

    assert sending.send_due(NOW, post_with(mail, text)) == 1

    found = {one.id: one for one in deliveries()}
    assert (found[first.id].attempts, found[second.id].attempts) == (1, 0)
    assert found[second.id].next_try_at == found[first.id].next_try_at
    assert found[other.id].state is SENT
    assert sending.send_due(found[first.id].next_try_at, post_with(mail, text)) == 2


def test_who_changed_their_mind_meanwhile_gets_none():
    person = create_reader(ChannelKind.EMAIL)
    create_letter(person=person)
    change(ChannelChoice, (person.id, Topic.BOOKINGS, ChannelKind.EMAIL), is_on=False)
    pigeon = Pigeon()

    assert sending.send_due(NOW, post_with(pigeon)) == 0
    assert (pigeon.letters, states()) == ([], [(DROPPED, 1, "")])


@pytest.mark.parametrize("gone", [{"disabled_at": NOW}, {"phone": None, "erased_at": NOW}])
def test_an_account_that_is_closed_gets_none(gone):
    person = create_reader(ChannelKind.EMAIL)
    create_letter(person=person)
    change(Person, person.id, **gone)
    pigeon = Pigeon()

    sending.send_due(NOW, post_with(pigeon))
    assert (pigeon.letters, states()) == ([], [(DROPPED, 1, "")])


def test_a_new_address_counts_at_once():
    person = create_reader(ChannelKind.EMAIL)
    create_letter(person=person)
    change(Contact, person.id, email="new@example.org")
    pigeon = Pigeon()

    sending.send_due(NOW, post_with(pigeon))
    assert pigeon.letters[0].to == "new@example.org"


def test_a_text_message_needs_a_phone():
    create_letter(ChannelKind.SMS, person=create_reader(ChannelKind.SMS, phone=None))
    pigeon = Pigeon(ChannelKind.SMS)

    sending.send_due(NOW, post_with(pigeon))
    assert (pigeon.letters, states()) == ([], [(DROPPED, 1, "")])


def test_an_offer_that_has_lapsed_is_told_to_nobody():
    person = create_reader(ChannelKind.EMAIL, topic=Topic.WAITING)
    past = (NOW - timedelta(minutes=1)).isoformat()
    create_letter(person=person, kind="offer_made", params=booking_told(expires_at=past))
    pigeon = Pigeon()

    sending.send_due(NOW, post_with(pigeon))
    assert (pigeon.letters, states()) == ([], [(DROPPED, 1, "")])


def test_a_bot_is_told_in_chinese_with_its_own_key_and_a_disabled_one_nothing():
    bot = create_bot(WebhookKind.DINGTALK, address="key-of-the-group", secret="SEC0123456789abcdef")
    create_letter(ChannelKind.WEBHOOK, bot.id)
    gone = create_bot()
    create_letter(ChannelKind.WEBHOOK, gone.id)
    bots.disable(create_actor(Role.ADMIN), gone.id, now=NOW)
    pigeon = Pigeon(ChannelKind.WEBHOOK)

    sending.send_due(NOW, post_with(pigeon))

    (letter,) = pigeon.letters
    assert (letter.to, letter.bot, letter.secret, letter.locale) == (
        "key-of-the-group",
        WebhookKind.DINGTALK,
        "SEC0123456789abcdef",
        "zh_Hans_CN",
    )
    assert [state for state, *_rest in states()] == [SENT, DROPPED]
    assert "SEC0123456789abcdef" not in repr(letter)


def test_no_transaction_is_open_while_the_network_is_waited_for():
    create_letter()
    open_ones = []

    class Looking(Pigeon):
        def send(self, letter):
            open_ones.append(db.session().in_transaction())

    sending.send_due(NOW, post_with(Looking()))
    assert open_ones == [False]


def test_what_one_sender_has_taken_another_leaves_alone_until_the_lease_is_over():
    create_letter()
    lease = sending.take(NOW)

    assert lease is not None
    assert sending.take(NOW + timedelta(seconds=1)) is None
    again = sending.take(NOW + sending.LEASE)
    assert again is not None
    assert (again.delivery_id, again.attempts) == (lease.delivery_id, 2)
    assert not sending.settle(lease, {"state": DEAD})
    assert sending.settle(again, {"state": SENT, "sent_at": NOW})
    assert states() == [(SENT, 2, "")]


def test_a_round_ends_in_time_for_its_leases(monkeypatch):
    for _letter in range(3):
        create_letter()
    passed = iter(range(0, 600, 15))
    monkeypatch.setattr(sending.time, "monotonic", lambda: next(passed))
    pigeon = Pigeon()

    assert sending.send_due(NOW, post_with(pigeon)) == 1
    assert timedelta(seconds=sending.ROUND_SECONDS) < sending.LEASE / 2


def test_two_deliveries_never_have_the_same_key():
    person = create_reader(ChannelKind.EMAIL)
    create_letter(person=person)
    create_letter(person=person)
    pigeon = Pigeon()
    sending.send_due(NOW, post_with(pigeon))

    first, second = (letter.key for letter in pigeon.letters)
    assert first != second
