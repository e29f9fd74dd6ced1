"""Each channel on a real socket: what it hands over, and what it makes of a no."""

import logging
import sys
import types
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from domain.telling import WebhookKind
from services.telling import channels_bots
from services.telling.channels_email import EmailChannel, MailServer, server_of
from services.telling.channels_sms import LogProvider, SmsChannel
from services.telling.channels_webhook import WebhookChannel
from tests.support.builders import NOW
from tests.support.fake_mail import client_tls, mail_server
from tests.support.plain_letters import LETTER, letter, trouble_of


@pytest.fixture
def mail():
    with mail_server() as box:
        yield box


def by_mail(box, scheme="smtp", user="", base_url=""):
    server = MailServer(scheme, "localhost", box.port, user, "a password")
    return EmailChannel(server, "no-reply@jufu.example", base_url, client_tls())


def test_a_mail_says_what_it_is_and_how_one_gets_no_more_of_them(mail):
    by_mail(mail, base_url="https://jufu.example").send(LETTER)

    (got,) = mail.mails
    assert got["To"] == "lin@example.org"
    assert got["From"] == "近邻晤福 <no-reply@jufu.example>"
    assert got["Subject"] == "近邻晤福：预约"
    assert got["Message-ID"] == f"<{LETTER.key}@jufu.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe"] == "<https://jufu.example/me/channels>"
    assert got.get_content().split() == [*LETTER.text.split(), LETTER.url]


def test_every_try_of_a_letter_has_the_same_id_and_another_letter_another(mail):
    channel = by_mail(mail)
    channel.send(LETTER)
    channel.send(replace(LETTER, tried_at=NOW + timedelta(hours=1)))
    channel.send(letter(delivery_id=8))
    channel.send(letter(made_at=NOW + timedelta(days=1)))  # the same number, after a restore

    first, again, *others = mail.ids
    assert first == again
    assert len({first, *others}) == 3


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_mail_server_is_spoken_to_by_tls(scheme):
    with mail_server(implicit_tls=scheme == "smtps") as box:
        by_mail(box, scheme, user="jufu").send(LETTER)

        assert len(box.mails) == 1
        assert ("STARTTLS" in box.verbs) is (scheme == "smtp+starttls")
        assert "AUTH" in box.verbs


def test_a_password_never_goes_over_a_line_whose_certificate_is_unknown():
    with mail_server() as box:
        server = MailServer("smtp+starttls", "localhost", box.port, "jufu", "a password")
        found = trouble_of(EmailChannel(server, "no-reply@jufu.example"), LETTER)

        assert (found.code, found.is_down, found.is_final) == ("unreachable", True, False)
        assert "AUTH" not in box.verbs


@pytest.mark.parametrize(
    ("verb", "reply", "code", "is_final", "is_down"),
    [
        ("RCPT", "550 5.1.1 <lin@example.org> unknown", "recipient_refused 550", True, False),
        ("RCPT", "451 greylisted", "recipient_refused 451", False, False),
        ("DATA", "554 spam", "letter_refused 554", True, False),
        ("DATA", "452 full", "letter_refused 452", False, False),
        ("MAIL", "550 not from you", "server_refused 550", False, True),
        ("EHLO", "502 what?", "unreachable SMTPServerDisconnected", False, True),
    ],
)
def test_the_no_of_a_mail_server(mail, verb, reply, code, is_final, is_down):
    mail.replies |= {verb: reply, "HELO": "502 what?"}
    found = trouble_of(by_mail(mail), LETTER)

    told = f"{found.code} {found.detail}"
    assert (found.is_final, found.is_down) == (is_final, is_down)
    assert told == code or (verb == "EHLO" and found.is_down)
    assert "lin@example.org" not in told
    assert mail.mails == []


def test_a_wrong_password_is_no_fault_of_the_letter(mail):
    mail.replies["AUTH"] = "535 no"
    found = trouble_of(by_mail(mail, user="jufu"), LETTER)

    assert (found.code, found.detail, found.is_final, found.is_down) == ("server_refused", "535", False, True)


def test_nobody_at_home(mail):
    found = trouble_of(EmailChannel(MailServer("smtp", "localhost", 1), "no-reply@jufu.example"), LETTER)

    assert (found.code, found.detail, found.is_down) == ("unreachable", "ConnectionRefusedError", True)


def test_a_server_that_says_no_goodbye_has_the_letter_all_the_same(mail):
    mail.replies["QUIT"] = "500 never"
    by_mail(mail).send(LETTER)

    assert len(mail.mails) == 1


@pytest.mark.parametrize(
    "to",
    [
        "lin@example.org\r\nBcc: all@example.org",
        "lin@example.org\nSubject: x",
        "lin@example.org, b@example.org",
        "lin",
        "lin@localhost",
        "",
        "林@example.org",
        "@example.org",
    ],
)
def test_what_is_no_address_never_reaches_a_mail_server(mail, to):
    found = trouble_of(by_mail(mail), letter(to=to))

    assert (found.code, found.is_final) == ("address_malformed", True)
    assert mail.verbs == []


def test_words_with_line_breaks_make_no_header(mail):
    by_mail(mail).send(letter(subject="茶\r\nBcc: all@example.org\r\n\r\nbody", text="a\r\n.\r\nb"))

    (got,) = mail.mails
    assert got["Bcc"] is None
    assert got["Subject"] == "茶 Bcc: all@example.org body"
    assert got.get_content().splitlines()[:3] == ["a", ".", "b"]


@pytest.mark.parametrize("url", ["", "smtp://", "http://mail", "smtp://mail/inbox", "smtps://mail:port"])
def test_what_is_no_mail_server(url):
    with pytest.raises(ValueError, match=r"."):
        server_of(url)


def test_a_mail_server_as_it_is_written():
    assert server_of("smtps://jufu%40x:a%2Fb@mail.example") == MailServer(
        "smtps", "mail.example", 465, "jufu@x", "a/b"
    )
    assert server_of("smtp+starttls://mail.example").port == 587
    assert "a%2Fb" not in repr(server_of("smtps://u:a%2Fb@mail.example"))


def test_the_demo_writes_down_that_a_text_message_would_leave_but_neither_number_nor_words(caplog):
    caplog.set_level(logging.INFO)
    SmsChannel(LogProvider()).send(letter(to="13800001234"))

    assert "138****1234" in caplog.text
    assert LETTER.key in caplog.text
    assert "13800001234" not in caplog.text
    assert "茶话室" not in caplog.text


class Group:
    """What apprise would have sent."""

    sent: ClassVar[list[Any]] = []
    takes = True

    def add(self, address):
        self.address = address
        return "bad" not in address

    def notify(self, **said):
        self.sent.append((self.address, said))
        return self.takes


@pytest.fixture
def apprise(monkeypatch):
    monkeypatch.setattr(Group, "sent", [])
    module = types.ModuleType("apprise")
    module.Apprise = Group
    monkeypatch.setitem(sys.modules, "apprise", module)
    monkeypatch.setattr(channels_bots, "find_spec", lambda _name: object())


@pytest.mark.usefixtures("apprise")
@pytest.mark.parametrize(
    ("kind", "secret", "address"),
    [
        (WebhookKind.WECOM, "", "wecombot://a-key/?redirect=no&cto=5&rto=10"),
        (WebhookKind.FEISHU, "", "feishu://a-key/?redirect=no&cto=5&rto=10"),
        (WebhookKind.DINGTALK, "SEC12", "dingtalk://SEC12@a-key/?redirect=no&cto=5&rto=10"),
    ],
)
def test_a_group_is_told_by_apprise(kind, secret, address):
    WebhookChannel().send(letter(to="a-key", bot=kind, secret=secret))

    assert Group.sent == [(address, {"body": f"{LETTER.text}\n{LETTER.url}", "title": LETTER.subject})]


@pytest.mark.usefixtures("apprise")
def test_a_group_that_takes_nothing(monkeypatch):
    monkeypatch.setattr(Group, "takes", False)
    found = trouble_of(WebhookChannel(), letter(to="a-key", bot=WebhookKind.WECOM))
    assert (found.code, found.is_final) == ("bot_refused", False)

    found = trouble_of(WebhookChannel(), letter(to="bad", bot=WebhookKind.WECOM))
    assert (found.code, found.is_final) == ("bot_key_refused", True)


def test_without_the_extension_a_letter_to_a_group_dies_and_says_so(monkeypatch):
    monkeypatch.setattr(channels_bots, "find_spec", lambda _name: None)
    found = trouble_of(WebhookChannel(), letter(to="a-key", bot=WebhookKind.FEISHU))

    assert (found.code, found.is_final) == ("extension_missing", True)
