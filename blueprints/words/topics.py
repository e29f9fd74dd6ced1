"""What messages are about, in the words of those who choose what reaches them."""

from __future__ import annotations

from flask_babel import gettext as _

from domain.telling import ChannelKind, Topic


def wish_words(topic: Topic) -> str:
    """What somebody hears about who wants to hear of a topic."""
    return {
        Topic.BOOKINGS: _("预约有了结果、改了时间或取消了"),
        Topic.WAITING: _("候补有空位了"),
        Topic.REMINDERS: _("到时间前提醒我"),
        Topic.STUDIO: _("直播、展位和资料审核"),
        Topic.SALES: _("销售和收入"),
        Topic.ACCOUNT: _("账号有变化"),
    }[topic]


def channel_word(channel: ChannelKind) -> str:
    """A channel by its name."""
    return {
        ChannelKind.EMAIL: _("邮件"),
        ChannelKind.SMS: _("短信"),
        ChannelKind.WEBHOOK: _("群机器人"),
    }[channel]
