"""People's own data: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "password_wrong": lambda p: _("密码不对。"),
    "erase_last_member": lambda p: _(
        "“%(shop)s”只剩这一个人，还有直播展位或申请。请先退掉，或者请别人加入这家店。", shop=p["shop"]
    ),
    "erasures_unreadable": lambda p: _("这个文件不是注销记录，读不出来。"),
}
