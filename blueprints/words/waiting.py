"""Sentences about waiting for a full time and about offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "already_in_line": lambda p: _("您已经在排这段时间了。"),
    "line_quota": lambda p: _("每人最多同时排 %(maximum)s 个时间。", maximum=p["maximum"]),
    "offer_over": lambda p: _("保留的时间已经过了，这个名额给了下一位。"),
    "time_is_free": lambda p: _("这段时间现在空着，可以直接预约。"),
}
