"""Sentences about wrapping up a show, and words of what became of its booths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock, listed, span
from domain.interval import Interval
from domain.studio.running import Airing
from domain.studio.wrapping import Outcome

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "show_not_over": lambda p: _("直播结束以后才能收尾。"),
    "already_sealed": lambda p: _("这场已经封存，不能再改。观看人数可以继续填。"),
    "booth_was_aired": lambda p: _("场控台记录这个展位播过，不能再改成没播。"),
    "booth_of_another_show": lambda p: _("这个展位不在这场直播里，请刷新再试。"),
    "views_invalid": lambda p: _("请填写整数，例如 1280；不知道就空着。"),
}


def outcome_word(outcome: Outcome) -> str:
    """What became of a booth."""
    return {
        Outcome.AIRED: _("播出了"),
        Outcome.ABSENT: _("没播：商户没有到场"),
        Outcome.NO_TIME: _("没播：时间不够"),
        Outcome.NOT_READY: _("没播：没有准备好"),
        Outcome.OTHER: _("没播：其他原因"),
    }[outcome]


def aired_words(airing: Airing) -> str:
    """When it was really on air, each time of several; empty where nobody wrote it down."""
    return listed(span(Interval(begin, end)) if end > begin else clock(begin) for begin, end in airing.times)
