"""How people are told: who a message is for, by what it may travel, and what it is about."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """A message that is for no single person."""

    STAFF = "staff"


class ChannelKind(StrEnum):
    """By what a message travels beyond the inbox in the app, which always gets it."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """Where one delivery stands; a dead one is given up until a person tries it again, a dropped one is for good.

    Dropped is what nobody wants any more by the time that it could leave, and what staff put away.
    """

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class WebhookKind(StrEnum):
    """Whose bot it is; a plain one is any program that takes JSON."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    PLAIN = "plain"


class Topic(StrEnum):
    """What a message is about, as people choose what reaches them how."""

    BOOKINGS = "bookings"
    WAITING = "waiting"
    REMINDERS = "reminders"
    STUDIO = "studio"
    SALES = "sales"
    ACCOUNT = "account"


class ReminderKind(StrEnum):
    """When somebody is reminded of a booking."""

    EVENING = "evening"
    HOUR = "hour"
