"""What leaves the house reads like the inbox, in the language of its reader, though no request is there."""

import pytest
from flask_babel import force_locale

from blueprints.telling.the_post import the_post
from blueprints.words import about, letters
from domain.telling import ChannelKind, Topic
from services.telling import sending
from services.telling.post import post_of
from tests.support.builders import NOW, create_space
from tests.support.letters import Pigeon, booking_told, create_letter, create_reader

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


@pytest.mark.parametrize(("is_private", "named"), [(True, False), (False, True)])
def test_the_name_of_a_private_space_stays_in_the_house(is_private, named):
    create_space(name="调解室", name_en="Mediation room", is_private=is_private)
    pigeon = Pigeon()
    for locale in ("zh_Hans_CN", "en"):
        reader = create_reader(ChannelKind.EMAIL, locale=locale)
        create_letter(person=reader, params=booking_told(space="调解室", space_en="Mediation room"))

    sending.send_due(NOW, post_of(letters.render, pigeon))

    told = [letter.text for letter in pigeon.letters]
    assert len(told) == 2
    assert ("调解室" in told[0], "Mediation room" in told[1]) == (named, named)
    assert all("15:00" in text for text in told)


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
        ({}, None),
    ],
)
def test_the_page_that_a_letter_is_about(params, path):
    assert about.path_of("offer_made", params) == path


def test_without_a_mail_server_nobody_is_offered_e_mail(app, monkeypatch):
    assert the_post().kinds == {ChannelKind.WEBHOOK, ChannelKind.SMS}

    monkeypatch.setitem(app.config, "SMTP_URL", "smtps://mail.example")
    monkeypatch.setitem(app.config, "MAIL_FROM", "no-reply@jufu.example")
    monkeypatch.setitem(app.config, "SMS_PROVIDER", "none")
    assert the_post().kinds == {ChannelKind.WEBHOOK, ChannelKind.EMAIL}
