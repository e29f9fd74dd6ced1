"""Routes of the staff's day: one live page, and a tap for each next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.answers import repeatable
from blueprints.clock import now
from blueprints.desk import blueprint
from blueprints.desk import today_views as views
from blueprints.edge import version_of_form
from blueprints.formats import clock
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, SlotTaken, Stale
from domain.interval import local_day
from domain.people import Actor, Role
from services import attendance, points, walk_ins
from services.desk import today as services
from services.desk.today import Step
from services.idempotency import Answer

Act = Callable[[Actor, datetime], str]
"""Does what was tapped, and tells in a sentence what was done."""


@blueprint.get("/desk/today")
@allow(Role.STAFF)
@repeatable
def today() -> ResponseReturnValue:
    """The day of all spaces; polled every 3 seconds."""
    look, moment = views.Look.asked(), now()
    unchanged = live.nothing_new(_tag(services.stamp(), look, moment))
    return unchanged if unchanged is not None else _show(look)


@blueprint.post("/desk/today/bookings/<int:booking_id>/check-in")
@allow(Role.STAFF)
def check_in(booking_id: int) -> ResponseReturnValue:
    """Somebody has come."""
    version = version_of_form()

    def act(actor: Actor, moment: datetime) -> str:
        attendance.check_in(actor, booking_id, version=version, now=moment)
        return views.said(Step.CHECK_IN)

    return _do(act, touched=booking_id)


@blueprint.post("/desk/today/bookings/<int:booking_id>/leave")
@allow(Role.STAFF)
def leave_early(booking_id: int) -> ResponseReturnValue:
    """Somebody leaves before the end."""
    version = version_of_form()

    def act(actor: Actor, moment: datetime) -> str:
        attendance.leave(actor, booking_id, version=version, now=moment)
        return views.said(Step.LEAVE)

    return _do(act, touched=booking_id)


@blueprint.post("/desk/today/points/<int:point_id>/excuse")
@allow(Role.STAFF)
def excuse(point_id: int) -> ResponseReturnValue:
    """Somebody who stayed away had a reason."""
    reason = request.form.get("reason", "")

    def act(actor: Actor, moment: datetime) -> str:
        points.excuse(actor, point_id, reason=reason, now=moment)
        return _("已免记，已告诉本人。")

    return _do(act)


@blueprint.post("/desk/today/pools/<code>/arrive")
@allow(Role.STAFF)
def arrive(code: str) -> ResponseReturnValue:
    """Somebody without a booking sits down."""

    def act(actor: Actor, moment: datetime) -> str:
        made = walk_ins.walk_in(actor, code, now=moment)
        return _("已记下 1 位，座位留到 %(time)s。", time=clock(made.ends_at))

    return _do(act)


@blueprint.post("/desk/today/pools/<code>/go")
@allow(Role.STAFF)
def go_away(code: str) -> ResponseReturnValue:
    """Somebody without a booking leaves, or was counted by mistake."""

    def act(actor: Actor, moment: datetime) -> str:
        walk_ins.one_leaves(actor, code, now=moment)
        return _("座位已空出来。")

    return _do(act)


def _do(act: Act, *, touched: int | None = None) -> ResponseReturnValue:
    """One tap, once; then the page as it stands now."""
    actor, moment, look = the_actor(), now(), views.Look.asked()
    try:
        done = str(once.once(lambda: Answer(303, {"said": act(actor, moment)})).body["said"])
    except (BadInput, RuleViolation, SlotTaken, Stale) as refusal:
        return _show(look, refusal=refusal, touched=touched)
    look = views.without_excuse(look)
    if pages.is_fragment():
        return _show(look, said=done, touched=touched)
    flash(done, "ok")
    return pages.go_to(look.address())


def _show(
    look: views.Look, *, said: str | None = None, refusal: Refusal | None = None, touched: int | None = None
) -> ResponseReturnValue:
    moment = now()
    tag = _tag(
        services.stamp(), look, moment
    )  # before what it stamps, or a change in between would go unseen
    found = services.of_day(the_actor(), look.day, moment)
    back, forth = views.neighbours(found, look, local_day(moment))
    writer = views.Writer()
    page = pages.show(
        "desk/today",
        status_of(refusal) if refusal else 200,
        found=found,
        look=look,
        views=views,
        cards=views.cards(found, look, moment, writer),
        soon=writer.rows(found.soon),
        back=back,
        forth=forth,
        is_far=abs((found.day - local_day(moment)).days) > 1,
        moment=moment,
        said=said,
        refused=_told(refusal),
        touched=touched,
        key=once.new_key,
        poll_url=look.address(seen=tag),
        print_url=url_for("board.day_sheet", day=found.day.isoformat()),
    )
    return live.stamped(page, tag)


def _told(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    if isinstance(refusal, SlotTaken):
        return _("座位都满了，有人离开才能再坐。")
    if isinstance(refusal, Stale):
        return _("刚刚有人处理过了，下面是现在的样子。")
    return sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)


def _tag(stamp: tuple[int, int], look: views.Look, moment: datetime) -> str:
    """With the minute in it: who may check in changes by itself."""
    return live.stamp(*stamp, int(moment.timestamp()) // 60, look)
