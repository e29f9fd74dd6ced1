"""Sentences about accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "phone_invalid": lambda p: _("请填写 11 位手机号码。"),
    "phone_known": lambda p: _("这个手机号已经有账号了，请直接登录。"),
    "name_missing": lambda p: _("请填写姓名。"),
    "name_long": lambda p: _("姓名最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "home_invalid": lambda p: _("请填写楼栋、单元和房号。"),
    "password_short": lambda p: _("密码至少要有 %(minimum)s 个字符。", minimum=p["minimum"]),
    "password_long": lambda p: _("密码最多 %(maximum)s 个字符。", maximum=p["maximum"]),
    "password_weak": lambda p: _("密码不能只用同一个字符。"),
    "login_failed": lambda p: _("手机号或密码不对。"),
    "too_many_attempts": lambda p: _("尝试的次数太多了，请 %(minutes)s 分钟后再试。", minutes=p["minutes"]),
}
