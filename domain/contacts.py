"""Where people can be reached beyond the app, and what they hear there unless they chose otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from domain.errors import BadInput
from domain.people import Role
from domain.telling import ChannelKind, Topic

EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
MAX_EMAIL = 254
DAY_MINUTES = 1440

PERSONAL = (ChannelKind.EMAIL, ChannelKind.SMS)
"""The channels that people choose; bots are the staff's."""

DEFAULTS: Mapping[ChannelKind, frozenset[Topic]] = {
    ChannelKind.EMAIL: frozenset(Topic) - {Topic.SALES},
    ChannelKind.SMS: frozenset({Topic.BOOKINGS, Topic.WAITING, Topic.REMINDERS}),
}
"""What is chosen when somebody switches a channel on: a short message costs, so it tells what can't wait."""

OF_SHOPS = frozenset({Topic.STUDIO, Topic.SALES})


def normalise_email(text: str) -> str:
    """The address as it is kept, its domain in small letters; raises BadInput."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        raise BadInput("email_missing", field="email")
    if len(typed) > MAX_EMAIL or not EMAIL.fullmatch(typed):
        raise BadInput("email_malformed", field="email")
    local, _at, domain = typed.rpartition("@")
    return f"{local}@{domain.lower()}"


def mask_email(email: str) -> str:
    """l***@example.org."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def topics_of(role: Role) -> tuple[Topic, ...]:
    """What somebody can be told about; studio and sales concern shops, and the staff that runs them."""
    return tuple(topic for topic in Topic if topic not in OF_SHOPS or role is Role.MERCHANT)


def clean_quiet(first: int | None, end: int | None) -> tuple[int, int]:
    """Quiet hours in minutes after local midnight, equal where there are none; raises BadInput."""
    if first is None:
        raise BadInput("quiet_time_missing", field="quiet_starts")
    if end is None:
        raise BadInput("quiet_time_missing", field="quiet_ends")
    if not (0 <= first < DAY_MINUTES and 0 <= end < DAY_MINUTES):
        raise BadInput("quiet_time_missing", field="quiet_starts")
    return first, end
