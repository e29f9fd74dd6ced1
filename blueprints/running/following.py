"""Routes of those who follow a live show: the host's cue card, and the public page of now and next."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import allow, public
from blueprints.answers import lasting
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from blueprints.running import blueprint, cards, words
from blueprints.running.console import BEAT, beat
from domain.people import Role
from services.studio import console as reading


@blueprint.get("/shows/<int:show_id>/host")
@allow(Role.STAFF)
@lasting(BEAT)
def host(show_id: int) -> ResponseReturnValue:
    """The cue card of what is on air, readable from two metres; polled every 2 seconds."""
    moment = now()
    tag = live.stamp(*reading.revision(show_id), beat(moment))
    unchanged = live.nothing_new(tag)
    if unchanged is not None:
        return unchanged
    cue = reading.cue(the_actor(), show_id, now=moment)
    page = pages.show(
        "running/host",
        show=cue.program.show,
        card=cards.cue_card(cue, moment),
        moment=moment,
        poll_url=url_for("running.host", show_id=show_id, seen=tag),
        words=words,
    )
    return live.stamped(page, tag)


@blueprint.get("/shows/<int:show_id>/now")
@public
@lasting(BEAT)
def on_now(show_id: int) -> ResponseReturnValue:
    """What is on air, what comes next, and who really sells each product; polled every 10 seconds."""
    tag = live.stamp(*reading.revision(show_id))
    unchanged = live.nothing_new(tag)
    if unchanged is not None:
        return unchanged
    moment = now()
    program = reading.program(show_id, actor=current_actor())
    page = pages.show(
        "running/on_now",
        show=program.show,
        bill=cards.bill(program, moment),
        poll_url=url_for("running.on_now", show_id=show_id, seen=tag),
    )
    return live.stamped(page, tag)
