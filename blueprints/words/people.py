"""Words and sentences about accounts and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from domain.people import Role
from models import Person


def role_word(role: Role) -> str:
    """What a role is called."""
    return {
        Role.RESIDENT: _("住户"),
        Role.CAPTAIN: _("党员楼长"),
        Role.MERCHANT: _("商户"),
        Role.STAFF: _("工作人员"),
        Role.ADMIN: _("管理员"),
    }[role]


def home_words(person: Person) -> str:
    """7 栋 2 单元 301; nothing for somebody who lives elsewhere."""
    if person.building is None:
        return ""
    return _(
        "%(building)s 栋 %(unit)s 单元 %(room)s",
        building=person.building,
        unit=person.unit,
        room=person.room,
    )


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "phone_invalid": lambda p: _("请填写 11 位手机号码。"),
    "phone_known": lambda p: _("这个手机号已经有账号了，请直接登录；登录不了请找楼长或工作人员。"),
    "name_missing": lambda p: _("请填写姓名。"),
    "name_long": lambda p: _("姓名最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "home_invalid": lambda p: _("请填写楼栋、单元和房号，比如 22、1、301。"),
    "password_short": lambda p: _("密码至少要有 %(minimum)s 个字符。", minimum=p["minimum"]),
    "password_long": lambda p: _("密码最多 %(maximum)s 个字符。", maximum=p["maximum"]),
    "password_weak": lambda p: _("密码不能只用同一个字符。"),
    "data_key_unknown": lambda p: _("没有这个密钥。"),
    "data_key_in_use": lambda p: _("这个密钥还在用，不能去掉。"),
    "data_key_missing": lambda p: _("有手机号是用另一个密钥封存的，找不到那个密钥。先把密钥文件放回来。"),
    "login_failed": lambda p: _("手机号或密码不对。"),
    "too_many_attempts": lambda p: _("尝试的次数太多了，请 %(minutes)s 分钟后再试。", minutes=p["minutes"]),
    "too_many_sign_ups": lambda p: _(
        "现在注册的人太多，请 %(minutes)s 分钟后再提交一次。除了密码，填好的内容都还在。",
        minutes=p["minutes"],
    ),
}
