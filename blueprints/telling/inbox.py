"""Routes of the inbox: everything that the house told somebody."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import signed_in
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.telling import blueprint
from blueprints.telling.cards import notice_lines
from domain.interval import local_day
from services.telling import inbox as services


@blueprint.get("/notices")
@signed_in
def inbox() -> ResponseReturnValue:
    """A page of notices, the newest first; looking at it changes nothing."""
    found = services.of_person(the_actor(), request.args.get("page", 1, type=whole))
    return pages.show("telling/inbox", inbox=found, lines=notice_lines(found.notices), today=local_day(now()))


@blueprint.post("/notices/<int:notice_id>/open")
@signed_in
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Read a notice and go where it leads; one that leads nowhere stays in the inbox."""
    (line,) = notice_lines([services.open_one(the_actor(), notice_id, now())])
    return pages.go_to(line.url or url_for("telling.inbox", page=request.form.get("page", 1, type=whole)))


@blueprint.post("/notices/read")
@signed_in
def read() -> ResponseReturnValue:
    """Put notices away: the ones named, or all up to the newest that was shown."""
    up_to = request.form.get("up_to", type=whole)
    if up_to is None:
        services.mark_read(the_actor(), request.form.getlist("notice", type=whole), now())
    else:
        services.mark_all_read(the_actor(), up_to, now())
    return pages.go_to(pages.safe_next(request.form.get("next")) or url_for("telling.inbox"))
