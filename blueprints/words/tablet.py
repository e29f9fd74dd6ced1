"""Shared tablets, their PINs and their lock: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "tablet_locked": lambda p: _("这台平板锁屏了，请先输入自己的数字密码。"),
    "tablet_name_missing": lambda p: _("请给这台平板起个名字，比如“前台”。"),
    "tablet_name_long": lambda p: _("名字最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "pin_invalid": lambda p: _(
        "数字密码要有 %(minimum)s 到 %(maximum)s 位数字。", minimum=p["minimum"], maximum=p["maximum"]
    ),
    "pin_easy": lambda p: _("这个数字密码太好猜了，请不要用 0000、1234、1212 这样的。"),
    "pin_of_phone": lambda p: _("请不要用自己手机号的末几位。"),
    "pin_wrong": lambda p: _("数字密码不对，请再输一次。"),
    "pin_differs": lambda p: _("两次输入的不一样，请再输一次。"),
    "pin_password_wrong": lambda p: _("登录密码不对。"),
}
"""The sentence of every code: one per broken rule, in the reader's language."""
