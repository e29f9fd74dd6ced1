"""Deciding at the desk: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "too_late_to_undo": lambda p: _("已经来不及撤销了，申请人马上会收到通知。"),
    "undo_time_taken": lambda p: _("撤销不了：空出来的时间已经有人约了。"),
}
