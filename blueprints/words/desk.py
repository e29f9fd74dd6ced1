"""Deciding at the desk: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "proposal_is_the_request": lambda p: _("这就是申请的时间，请另选一个。"),
    "proposal_too_late": lambda p: _("已经来不及回答了，申请仍是原来的时间。"),
    "decline_reason_missing": lambda p: _("请写一个原因。"),
    "decline_reason_long": lambda p: _("最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "too_late_to_undo": lambda p: _("已经来不及撤销了，申请人马上会收到通知。"),
    "undo_time_taken": lambda p: _("撤销不了：空出来的时间已经有人约了。"),
}
