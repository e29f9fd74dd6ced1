"""Sentences about applications and the fair draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "draw_not_open_yet": lambda p: _("这场直播的报名还没有开始。"),
    "draw_list_closed": lambda p: _("报名已经截止，名单不能再改了。"),
    "draw_before_close": lambda p: _("报名还没有截止，名单公布以后才能抽签。"),
    "draw_too_late": lambda p: _("直播已经开始，不能再抽签了。"),
    "draw_list_changed": lambda p: _("名单被改动过：它的指纹和公布的不一样。"),
    "draw_list_unreadable": lambda p: _("名单的格式不对，读不出来。"),
    "draw_seed_changed": lambda p: _("种子被换过：它的指纹和事先公布的不一样。"),
    "draw_promise_changed": lambda p: _("事先公布的种子指纹，和名单里写的不一样。"),
    "draw_ranks_wrong": lambda p: _(
        "这些报名的排名，和重新算出来的不一样：%(applications)s。", applications=p["applications"]
    ),
    "draw_booths_wrong": lambda p: _(
        "这些报名分到的展位，和重新算出来的不一样：%(applications)s。", applications=p["applications"]
    ),
    "draw_application_added": lambda p: _(
        "这些报名不在公布的名单里：%(applications)s。", applications=p["applications"]
    ),
    "draw_application_removed": lambda p: _(
        "名单里的这些报名不见了：%(applications)s。", applications=p["applications"]
    ),
    "draw_application_edited": lambda p: _(
        "这些报名在名单公布以后被改过：%(applications)s。", applications=p["applications"]
    ),
    "draw_booking_differs": lambda p: _(
        "这些报名抽中了，却没有自己店的展位：%(applications)s。", applications=p["applications"]
    ),
}
