"""What reaches whom how: e-mail with its confirmation, short messages, topics, quiet hours; without JavaScript."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Contact, OutboxMessage
from services.telling import contacts
from tests.support.builders import NOW, create_person
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
PAGE, ADDRESS = "/me/channels", "lin@example.org"


@pytest.fixture
def engine_name():
    """What these pages ask of the engine, the services' own tests ask of both."""
    return "sqlite"


@pytest.fixture(autouse=True)
def offered(app, monkeypatch):
    """A house with a mail server and short messages."""
    ways = {
        "SMTP_URL": "smtp://mail.example", "MAIL_FROM": "jufu@example.org", "SMS_PROVIDER": "log",
        "PUBLIC_URL": "https://jufu.example",
    }  # fmt: skip
    for name, value in ways.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.fixture
def me():
    return create_person(name="林秀兰")


@pytest.fixture
def mine(client, me):
    return log_in(client, me)


def letter(db):
    """The path of the link in the latest letter."""
    db.session.rollback()
    latest = select(OutboxMessage.params).order_by(OutboxMessage.id.desc())
    return f"{PAGE}/confirm/{db.session.scalars(latest).first()['token']}"


def confirm(db, mine, client=None):
    """Ask for a letter and press its button; returns what came of it."""
    mine.submit(mine.get(PAGE), "/email", email=ADDRESS)
    client = client or mine
    return client.submit(client.get(letter(db)), "/confirm/" + letter(db).rpartition("/")[2])


def test_what_the_house_does_not_have_is_not_offered(app, mine, monkeypatch):
    assert "短信" in mine.get(PAGE).text
    monkeypatch.setitem(app.config, "SMS_PROVIDER", "none")
    monkeypatch.setitem(app.config, "SMTP_URL", "")

    text = mine.get(PAGE).text

    assert "没有开通邮件和短信" in text
    assert "打开短信" not in text
    assert 'name="email"' not in text


@pytest.mark.parametrize("missing", ["SMTP_URL", "PUBLIC_URL"])
def test_without_a_server_or_an_address_of_ours_nobody_can_ask_for_a_letter(app, mine, monkeypatch, missing):
    page = mine.get(PAGE)
    monkeypatch.setitem(app.config, missing, "")

    assert mine.submit(page, "/email", email=ADDRESS).status_code == 404


def test_an_address_counts_once_the_link_in_its_letter_was_answered(mine, db):
    page = mine.get(PAGE)
    assert mine.submit(page, "/email", email=ADDRESS).location == PAGE
    assert "等您确认" in mine.get(PAGE).text
    assert "哪些事通知您" not in mine.get(PAGE).text

    question = mine.get(letter(db))
    mine.get(letter(db))
    assert "l***@example.org" in question.text
    assert ADDRESS not in question.text
    assert "等您确认" in mine.get(PAGE).text, "whatever opens links by itself must not confirm anything"

    assert mine.submit(question, letter(db)).location == PAGE
    assert "哪些事通知您" in mine.get(PAGE).text


def test_the_link_is_proof_enough_on_a_phone_where_nobody_is_logged_in(app, mine, db):
    assert confirm(db, mine, visitor(app)).location == "/"
    assert "哪些事通知您" in mine.get(PAGE).text


def test_a_link_that_is_forged_too_old_or_of_another_address_says_what_to_do(mine, db, me, clock):
    mine.submit(mine.get(PAGE), "/email", email=ADDRESS)
    good = letter(db)
    token = good.rpartition("/")[2]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for path in (f"{PAGE}/confirm/{forged}", f"{PAGE}/confirm/x"):
        assert mine.get(path).status_code == 404
    page = mine.get(good)
    mine.submit(mine.get(PAGE), "/email", email="other@example.org")
    assert mine.submit(page, good).status_code == 404
    assert "这个链接用不了了" in mine.get(good).text

    latest = letter(db)
    clock.move_to(NOW + contacts.CONFIRM_WITHIN + timedelta(seconds=2))
    assert mine.get(latest).status_code == 404
    assert db.session.get_one(Contact, me.id).email_confirmed_at is None


def test_a_wrong_address_is_said_at_its_field_and_kept(mine):
    answer = mine.submit(mine.get(PAGE), "/email", email="lin＠")

    assert answer.status_code == 422
    assert "邮箱地址好像不对" in answer.text
    assert 'value="lin＠"' in answer.text


def test_too_many_letters_are_refused_for_a_while(mine):
    for _ in range(contacts.PER_PERSON):
        assert mine.submit(mine.get(PAGE), "/email", email=ADDRESS).status_code == 303
    answer = mine.submit(mine.get(PAGE), "/email", email=ADDRESS)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_short_messages_are_one_button(mine):
    mine.submit(mine.get(PAGE), "/sms")
    page = mine.get(PAGE)
    assert "关掉短信" in page.text
    assert ticked(page) == {"bookings sms", "waiting sms", "reminders sms"}

    mine.submit(page, "/sms")
    assert "打开短信" in mine.get(PAGE).text


def ticked(page):
    """The switches that are on."""
    return set(re.findall(r'name="wanted" value="([^"]+)" checked', page.text))


def test_each_matter_has_a_switch_for_each_open_channel(mine, db):
    confirm(db, mine)
    mine.submit(mine.get(PAGE), "/sms")
    assert "bookings email" in ticked(mine.get(PAGE))

    mine.submit(mine.get(PAGE), "/topics", wanted=["reminders email", "account sms", "sales sms", "x"])

    assert ticked(mine.get(PAGE)) == {"reminders email", "account sms"}


def test_quiet_hours_are_the_houses_own_or_none(mine):
    mine.submit(mine.get(PAGE), "/sms")
    mine.submit(mine.get(PAGE), "/quiet", quiet="own", quiet_starts="21:30", quiet_ends="08:00")
    page = mine.get(PAGE).text
    assert "<option selected>21:30</option>" in page
    assert re.search(r'value="own" checked', page)

    refused = mine.submit(mine.get(PAGE), "/quiet", quiet="own", quiet_starts="25:00", quiet_ends="08:00")
    assert refused.status_code == 422
    assert "例如 22:00 到 07:00" in refused.text

    mine.submit(mine.get(PAGE), "/quiet", quiet="never", quiet_starts="", quiet_ends="")
    assert re.search(r'value="never" checked', mine.get(PAGE).text)
    mine.submit(mine.get(PAGE), "/quiet", quiet="house")
    assert re.search(r'value="house" checked', mine.get(PAGE).text)


def test_an_address_can_be_taken_away(mine, db):
    confirm(db, mine)
    mine.submit(mine.get(PAGE), "/email/remove")

    assert ADDRESS not in mine.get(PAGE).text
