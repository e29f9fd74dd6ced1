"""Keeping people's accounts: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "reset_impossible": lambda p: _("这个账号没有手机号，或者已停用，不能重设密码。"),
    "reset_pin_invalid": lambda p: _("请填写工作人员念给您的 %(digits)s 位数字。", digits=p["digits"]),
    "reset_failed": lambda p: _("手机号或数字不对，也可能过期了。请核对一下，或者请工作人员再给一个。"),
    "last_admin": lambda p: _("这是最后一位管理员，请先让别人也当管理员。"),
    "captain_of_missing": lambda p: _("请填写这位楼长负责哪一栋。"),
    "phone_of_another": lambda p: _(
        "这个手机号已经是另一个账号的。如果是同一个人，可以由管理员把两个账号合并。"
    ),
    "merge_role": lambda p: _("身份不一样的账号不能合并，请先把身份改成一样。"),
    "merge_staff": lambda p: _("工作人员的账号不能并进别的账号，请把它留下。"),
}
