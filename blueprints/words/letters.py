"""What leaves the house: the same sentence as in the inbox, with a subject, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from blueprints.words import about, notices
from domain.telling import Topic
from services.telling.post import Rendered
from services.telling.topics import topic_of


def topic_word(topic: Topic) -> str:
    """A topic as people read it."""
    return {
        Topic.BOOKINGS: _("预约"),
        Topic.WAITING: _("候补"),
        Topic.REMINDERS: _("提醒"),
        Topic.STUDIO: _("直播"),
        Topic.SALES: _("销售"),
        Topic.ACCOUNT: _("账号"),
    }[topic]


def render(kind: str, params: Mapping[str, Any], locale: str) -> Rendered:
    """Say a message in a locale. The subject names the topic alone: it is shown on locked screens.

    Of a private space (`is_private`) not even the name is said: a family may read the same phone.
    """
    with force_locale(locale):
        if params.get("is_private"):
            params = {**params, "space": _("社区空间"), "space_en": _("社区空间")}
        subject = _("近邻晤福：%(topic)s", topic=topic_word(topic_of(kind)))
        path = about.path_of(kind, params) or about.inbox()
        return Rendered(subject, notices.sentence(kind, params), path)
