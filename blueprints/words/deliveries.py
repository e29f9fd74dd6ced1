"""The post in words: channels, bots, and why a letter did not leave. The codes are those of post.NotSent."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from domain.telling import ChannelKind, WebhookKind

TROUBLES: dict[str, Callable[[], str]] = {
    "address_guarded": lambda: _("地址不在公网，系统不会往那里发。"),
    "address_malformed": lambda: _("邮箱地址写得不对。"),
    "bot_key_refused": lambda: _("密钥的样子不对，请停用后重新添加。"),
    "bot_refused": lambda: _("群机器人没有收下。请看看它还在不在群里。"),
    "channel_absent": lambda: _("这条通道没有开通。"),
    "extension_missing": lambda: _("机器人扩展没有安装。"),
    "http": lambda: _("对方的程序没有收下。"),
    "letter_refused": lambda: _("邮件服务器不收这封信。"),
    "recipient_refused": lambda: _("邮件服务器说没有这个收件人。"),
    "server_refused": lambda: _("邮件服务器不让我们发信，请检查账号和发件地址。"),
    "trouble": lambda: _("系统出了错，日志里有详情。"),
    "unreachable": lambda: _("连不上对方。"),
}


def trouble_word(code: str) -> str:
    """Why a letter did not leave."""
    return TROUBLES.get(code, TROUBLES["trouble"])()


def channel_word(kind: ChannelKind) -> str:
    """A channel as people read it."""
    return {
        ChannelKind.EMAIL: _("电子邮件"),
        ChannelKind.SMS: _("短信"),
        ChannelKind.WEBHOOK: _("群机器人"),
    }[kind]


def bot_word(kind: WebhookKind) -> str:
    """Whose bot it is."""
    return {
        WebhookKind.WECOM: _("企业微信群机器人"),
        WebhookKind.DINGTALK: _("钉钉群机器人"),
        WebhookKind.FEISHU: _("飞书群机器人"),
        WebhookKind.PLAIN: _("自己的程序"),
    }[kind]
