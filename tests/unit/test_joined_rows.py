"""Rows that are joined in Python instead of filled into a template: what somebody typed stays text in them."""

from dataclasses import dataclass

import pytest
from markupsafe import Markup

from blueprints import queue_list

TYPED = "<b>唱歌</b>"
ICON = Markup("<svg></svg>")


@dataclass(frozen=True)
class Request:
    """A request in which every word was typed by somebody."""

    id: int = 7
    version: int = 2
    url: str = "/desk/7"
    title: str = TYPED
    when: str = TYPED
    waiting_text: str = TYPED
    waiting_tone: str | None = "red"
    who: str = TYPED
    is_chosen: bool = False


def test_a_row_of_the_queue_says_what_is_asked_and_how_long_it_waits():
    drawn = queue_list.queue_list(
        [Request(title="茶话室", when="今天 15:00", who="陈先生", waiting_text="等了 2 小时")], ICON
    )

    for part in (
        'id="queue-7"',
        'data-version="2"',
        'href="/desk/7"',
        "茶话室&nbsp;· ",
        "今天 15:00",
        "陈先生",
    ):
        assert part in drawn
    assert '<span class="chip chip-red"><svg></svg>等了 2 小时</span>' in drawn
    assert "aria-current" not in drawn
    assert 'aria-current="true"' in queue_list.queue_list([Request(is_chosen=True)], ICON)


def test_what_was_typed_stays_text():
    drawn = queue_list.queue_list([Request()], ICON)

    assert "<b>唱歌" not in drawn
    assert drawn.count("&lt;b&gt;唱歌&lt;/b&gt;") == 4


@pytest.mark.mutant
def test_without_escaping_it_would_not(monkeypatch):
    monkeypatch.setattr(queue_list, "escape", str)

    with pytest.raises(AssertionError):
        test_what_was_typed_stays_text()
