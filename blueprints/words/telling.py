"""Channels, preferences and templates: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "email_missing": lambda p: _("请填写邮箱地址。"),
    "email_malformed": lambda p: _("邮箱地址好像不对，例如：lin@example.org。"),
    "sms_without_phone": lambda p: _("账号没有手机号，收不到短信。"),
    "quiet_time_missing": lambda p: _("请填写几点到几点不打扰，例如 22:00 到 07:00。"),
    "words_missing": lambda p: _("请写上要说的话，或者换回原来的写法。"),
    "words_long": lambda p: _("太长了，最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "words_brace": lambda p: _("花括号没有配对。占位符请照下面的样子写，例如 {time}。"),
    "words_placeholder_unknown": lambda p: _(
        "这种消息里没有 %(name)s。能用的占位符都列在下面。", name=p["name"]
    ),
    "words_placeholder_missing": lambda p: _("少了 %(name)s，收到的人会看不明白，请加上。", name=p["name"]),
    "bot_name_missing": lambda p: _("请给它起个名字，例如“值班群”。"),
    "bot_name_long": lambda p: _("名字最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "bot_key_malformed": lambda p: _(
        "这不像机器人的密钥。在群里打开机器人的设置，把地址整条复制过来就可以。"
    ),
    "bot_of_another_kind": lambda p: _("这个地址不是这种机器人的，应当在 %(host)s。", host=p["host"]),
    "bot_url_guarded": lambda p: _("只能用公网的 https:// 地址，不带用户名和密码，端口 443 或 8443。"),
    "bot_topics_missing": lambda p: _("请至少选一类要告诉它的事。"),
    "bot_secret_malformed": lambda p: _("钉钉的加签密钥只有字母和数字，以 SEC 开头，请整串复制。"),
    "bot_secret_length": lambda p: _(
        "签名密钥要有 %(minimum)s 到 %(maximum)s 个字符。", minimum=p["minimum"], maximum=p["maximum"]
    ),
    "bot_secret_unused": lambda p: _("这种机器人不用签名密钥，请留空。"),
}
