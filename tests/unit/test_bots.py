"""What an admin may type about a bot, and what is shown of it afterwards."""

import re
from pathlib import Path

import pytest

from blueprints.words.deliveries import TROUBLES
from domain.bots import BotWords, masked_address, masked_email
from domain.errors import BadInput
from domain.telling import Topic, WebhookKind

WECOM, DINGTALK, FEISHU, PLAIN = (
    WebhookKind.WECOM,
    WebhookKind.DINGTALK,
    WebhookKind.FEISHU,
    WebhookKind.PLAIN,
)
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


def words(kind=WECOM, address=KEY, **changes):
    return BotWords(kind, changes.pop("name", "值班群"), address, topics=(Topic.BOOKINGS,), **changes)


def refused(given):
    with pytest.raises(BadInput) as caught:
        given.checked()
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        (WECOM, f" {KEY} ", KEY),
        (WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", KEY),
        (DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef", "0123456789abcdef"),
        (FEISHU, f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}/", KEY),
        (PLAIN, " https://hooks.example/x ", "https://hooks.example/x"),
    ],
)
def test_of_what_a_group_shows_only_the_key_is_kept(kind, typed, key):
    assert words(kind, typed).checked().address == key


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (words(name="  "), "bot_name_missing"),
        (words(name="群" * 41), "bot_name_long"),
        (words(address=""), "bot_key_malformed"),
        (words(address="short"), "bot_key_malformed"),
        (words(address=f"{KEY}@evil.example"), "bot_key_malformed"),
        (words(address=f"https://evil.example/send?key={KEY}"), "bot_of_another_kind"),
        (words(address=f"https://qyapi.weixin.qq.com@evil.example/?key={KEY}"), "bot_of_another_kind"),
        (words(DINGTALK, f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"), "bot_of_another_kind"),
        (words(DINGTALK, secret="SEC/../x@evil"), "bot_secret_malformed"),
        (words(PLAIN, "https://hooks.example/x", secret="short"), "bot_secret_length"),
        (words(WECOM, secret="0123456789abcdef"), "bot_secret_unused"),
        (BotWords(WECOM, "值班群", KEY), "bot_topics_missing"),
    ],
)
def test_what_may_not_be_typed(given, code):
    assert refused(given) == code


def test_topics_stand_in_our_order_and_once():
    given = BotWords(WECOM, "群", KEY, topics=(Topic.SALES, Topic.BOOKINGS, Topic.SALES))
    assert given.checked().topics == (Topic.BOOKINGS, Topic.SALES)


def test_what_is_shown_is_too_little_to_write_with():
    assert masked_address(WECOM, KEY) == "693a…"
    assert masked_address(PLAIN, "https://hooks.example/secret?x=1") == "hooks.example/…"
    assert masked_email("linmei@example.org") == "l…@example.org"
    assert KEY not in repr(words())


def test_every_trouble_of_the_post_has_its_word_and_none_is_left_over():
    sources = (Path(__file__).parents[2] / "services" / "telling").glob("*.py")
    raised = {code for path in sources for code in re.findall(r'NotSent\(\s*"(\w+)"', path.read_text())}

    assert raised == set(TROUBLES)
