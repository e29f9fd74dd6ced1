"""What leaves the house reads like the inbox, in the language of its reader, though no request is there."""

import pytest
from flask_babel import force_locale

from blueprints.telling.the_post import the_post
from blueprints.words import letters
from domain.telling import ChannelKind, Topic
from tests.support.letters import booking_told

pytestmark = pytest.mark.usefixtures("db")


def test_a_letter_says_what_the_notice_says():
    said = letters.render("booking_confirmed", booking_told(), "zh_Hans_CN")

    assert said.subject == "近邻晤福：预约"
    assert said.text == "茶话室 11月24日 周二 15:00–17:00 的预约已确认。"
    assert said.path == "/bookings/7"


def test_a_letter_is_in_the_language_of_its_reader_and_the_next_in_that_of_the_next():
    english = letters.render("booking_confirmed", booking_told(), "en")
    chinese = letters.render("booking_confirmed", booking_told(), "zh_Hans_CN")

    assert "Tea room" in english.text
    assert "茶话室" not in english.text
    assert "茶话室" in chinese.text


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_its_word(topic):
    with force_locale("zh_Hans_CN"):
        assert letters.topic_word(topic)


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"booking_id": 3, "entry_id": 4}, "/bookings/3"),
        ({"entry_id": 4}, "/waiting/4"),
        ({"show_id": 5}, "/shows/5/draw"),
        ({}, "/bookings"),
    ],
)
def test_the_page_that_a_letter_is_about(params, path):
    assert letters.page_of(params) == path


def test_without_a_mail_server_nobody_is_offered_e_mail(app, monkeypatch):
    assert the_post().kinds == {ChannelKind.WEBHOOK, ChannelKind.SMS}

    monkeypatch.setitem(app.config, "SMTP_URL", "smtps://mail.example")
    monkeypatch.setitem(app.config, "MAIL_FROM", "no-reply@jufu.example")
    monkeypatch.setitem(app.config, "SMS_PROVIDER", "none")
    assert the_post().kinds == {ChannelKind.WEBHOOK, ChannelKind.EMAIL}
