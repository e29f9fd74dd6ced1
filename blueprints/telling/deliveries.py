"""Routes of dead letters: what could not be delivered, and what becomes of it."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.telling import blueprint
from blueprints.words.deliveries import channel_word, trouble_word
from blueprints.words.letters import topic_word
from domain.people import Role
from services.telling import channels_bots, dead_letters


@blueprint.get("/manage/deliveries")
@allow(Role.STAFF)
def deliveries() -> ResponseReturnValue:
    """What waits, what left today, and each letter that was given up."""
    return pages.show(
        "telling/deliveries",
        post=dead_letters.overview(the_actor(), now()),
        channel_word=channel_word,
        topic_word=topic_word,
        trouble_word=trouble_word,
        has_extension=channels_bots.has_extension(),
    )


@blueprint.post("/manage/deliveries/<int:delivery_id>/retry")
@allow(Role.STAFF)
def retry(delivery_id: int) -> ResponseReturnValue:
    """Try one again."""
    dead_letters.try_again(the_actor(), delivery_id, now=now())
    flash(_("马上再送一次。"), "ok")
    return pages.go("telling.deliveries")


@blueprint.post("/manage/deliveries/retry")
@allow(Role.STAFF)
def retry_all() -> ResponseReturnValue:
    """Try all of them again."""
    count = dead_letters.try_all_again(the_actor(), now=now())
    flash(_("%(count)s 条消息马上再送一次。", count=count), "ok")
    return pages.go("telling.deliveries")


@blueprint.post("/manage/deliveries/<int:delivery_id>/put-away")
@allow(Role.STAFF)
def put_away(delivery_id: int) -> ResponseReturnValue:
    """Give one up for good."""
    dead_letters.put_away(the_actor(), delivery_id, now=now())
    flash(_("收起来了，不会再送。"), "ok")
    return pages.go("telling.deliveries")
