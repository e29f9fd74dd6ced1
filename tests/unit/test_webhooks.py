"""A program of one's own is told on a real socket: what it gets, and what becomes of its no."""

import hashlib
import hmac
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest

from services.telling import channels_webhook
from services.telling.channels_webhook import WebhookChannel
from services.telling.post import NotSent
from tests.support.builders import NOW
from tests.support.fake_hook import hook_server
from tests.support.plain_letters import LETTER, letter_to, trouble_of

REDIRECTS = (301, 302, 303, 307, 308)


@pytest.fixture
def program():
    with hook_server() as listener:
        yield listener


def to_program(program, **more):
    return WebhookChannel(frozenset({f"localhost:{program.port}"}), **more)


def test_a_program_can_tell_who_it_is_from_and_that_it_came_twice(program):
    secret = "a secret of sixteen letters"
    channel = to_program(program)
    channel.send(letter_to(program.url(path="/hook?room=1"), secret=secret))
    channel.send(letter_to(program.url(), secret=secret, tried_at=NOW + timedelta(hours=1)))

    first, again = program.asked
    moment = first.headers["X-Jufu-Timestamp"]
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + first.body, hashlib.sha256).hexdigest()
    assert first.path == "/hook?room=1"
    assert first.headers["X-Jufu-Signature"] == f"sha256={signed}"
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"] == first.told["id"]
    assert first.headers["X-Jufu-Delivery"] == "7"
    assert first.body == again.body
    assert first.headers["X-Jufu-Signature"] != again.headers["X-Jufu-Signature"]
    assert first.told == {
        "id": LETTER.key,
        "kind": "booking_confirmed",
        "locale": "zh_Hans_CN",
        "made_at": "2026-11-23T01:00:00+00:00",
        "subject": LETTER.subject,
        "text": LETTER.text,
        "url": LETTER.url,
    }


def test_without_a_secret_nothing_is_signed(program):
    to_program(program).send(letter_to(program.url()))
    assert "X-Jufu-Signature" not in program.asked[0].headers


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_the_no_of_a_program(program, status, is_final):
    program.answers.append((status, {}))
    found = trouble_of(to_program(program), letter_to(program.url()))

    assert (found.code, found.detail, found.is_final) == ("http", str(status), is_final)
    assert (found.is_down, found.retry_after) == (False, None)


def asked_after(program, status):
    """How often a program is asked that sends whoever asks on to another place of its own."""
    before = len(program.asked)
    program.answers.append((status, {"Location": program.url(path="/elsewhere")}))
    found = trouble_of(to_program(program), letter_to(program.url()))
    assert (found.detail, found.is_final) == (str(status), True)
    return len(program.asked) - before


@pytest.mark.drill("people")
def test_a_redirect_is_followed_nowhere(program):
    assert {status: asked_after(program, status) for status in REDIRECTS} == dict.fromkeys(REDIRECTS, 1)


@pytest.mark.mutant
def test_a_sender_that_follows_a_redirect_is_found_out(program, monkeypatch):
    judge = channels_webhook.judge

    def follow(answer, now):
        if answer.status in REDIRECTS:
            to_program(program).send(letter_to(answer.headers["Location"]))
        judge(answer, now)

    monkeypatch.setattr(channels_webhook, "judge", follow)

    assert asked_after(program, 302) == 2


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0),
        ("soon", None),
        ("-5", None),
        ("9" * 40, 10**6),
    ],
)
def test_a_program_says_when_to_come_again(program, said, seconds):
    program.answers.append((429, {"Retry-After": said}))
    found = trouble_of(to_program(program), letter_to(program.url()))

    assert found.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_an_answer_that_never_ends_is_cut_off(program):
    program.drips = threading.Event()
    try:
        with pytest.raises(NotSent) as caught:
            to_program(program, whole_seconds=0.3).send(letter_to(program.url()))
    finally:
        program.drips.set()

    assert caught.value.code == "unreachable"
