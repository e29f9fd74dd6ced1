"""Routes of closing in one touch: what it would hit, closing, and telling everybody whom it hit."""

from __future__ import annotations

from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import formats, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.desk import blueprint
from blueprints.desk.calls_views import call_row
from blueprints.identity import the_actor
from blueprints.manage import views
from blueprints.problems import status_of
from blueprints.refusals import Refused, explain
from domain.errors import BadInput, InTheWay, Refusal, RuleViolation, SlotTaken, Stale
from domain.interval import Interval, local_day, moment_of, tick_of
from domain.people import Role
from models import Booking
from services.house import calling, closures, settling
from services.house.closures import Plan
from services.idempotency import Answer


def reasons() -> tuple[str, ...]:
    """Why a space is usually closed at once; residents read it."""
    return (_("停电"), _("停水"), _("设备坏了"), _("临时检修"), _("天气不好"), _("社区临时要用"))


@blueprint.get("/desk/today/close")
@allow(Role.STAFF)
def closing() -> ResponseReturnValue:
    """What closing for the rest of today would hit: one space, or all of them."""
    code = request.args.get("space")
    chosen = [code] if code else [space.code for space in closures.closable(the_actor())]
    return _show(chosen, is_all=not code)


@blueprint.post("/desk/today/close")
@allow(Role.STAFF)
def close_today() -> ResponseReturnValue:
    """Close for the rest of today, and do with each booking what stands there."""
    actor, moment = the_actor(), now()
    chosen, reason = request.form.getlist("spaces"), _reason()
    decisions = views.decisions_of_form()

    def act() -> Answer:
        made = closures.close(
            actor,
            chosen,
            rest_of_day(moment),
            reason,
            decisions,
            now=moment,
            cancel_shows=views.shows_to_cancel(),
        )
        told = calling.with_calls(made)
        names = [one.space.name_in(formats.locale_code()) for one in made]
        return Answer(303, {"spaces": names, "closure": min(told) if told else None})

    try:
        answer = once.once(act)
    except (BadInput, InTheWay, Stale, SlotTaken, RuleViolation) as refusal:
        return _show(chosen, is_all=request.form.get("all") == "1", refusal=refusal)
    flash(_("%(spaces)s 今天停用了。", spaces=formats.listed(answer.body["spaces"])), "ok")
    if answer.body["closure"] is None:
        return pages.go("desk.today")
    return pages.go("desk.calls", closure_id=answer.body["closure"])


def rest_of_day(moment: datetime) -> Interval:
    """From the running quarter-hour to midnight."""
    return Interval(moment_of(tick_of(moment)), Interval.of_day(local_day(moment)).ends_at)


def _reason() -> str:
    """One's own words before the one that was tapped."""
    return request.form.get("reason", "").strip() or request.form.get("usual", "")


def _show(chosen: list[str], *, is_all: bool, refusal: Refusal | None = None) -> ResponseReturnValue:
    actor, moment = the_actor(), now()
    spaces = closures.closable(actor)
    plan = closures.plan_closure(actor, chosen, rest_of_day(moment), moment) if chosen else None
    return pages.show(
        "desk/closing",
        status_of(refusal) if refusal else 200,
        spaces=spaces,
        chosen=chosen,
        is_all=is_all,
        plan=plan,
        hits=views.hit_rows(plan, _decided(plan)) if plan else [],
        span=formats.span(rest_of_day(moment)),
        reasons=reasons(),
        usual=request.form.get("usual", ""),
        reason=request.form.get("reason", ""),
        reason_missing=isinstance(refusal, BadInput) and refusal.field == "reason",
        refused=_refused(refusal),
        moment=moment,
        key=once.new_key(),
    )


def _decided(plan: Plan) -> dict[int, settling.Decision]:
    """What is done with each booking: as it was chosen on the page, else as usual."""
    usual = {hit.booking.id: settling.usual(hit.booking, plan.interval) for hit in plan.hits}
    return usual | views.decisions_of_form()


def _refused(refusal: Refusal | None) -> Refused | None:
    if refusal is None:
        return None
    if isinstance(refusal, InTheWay):
        return Refused([_("刚刚又有人预约或改了时间，请再看一眼名单，然后停用。")])
    return explain(refusal, None, {})


@blueprint.get("/desk/closures/<int:closure_id>")
@allow(Role.STAFF)
def calls(closure_id: int) -> ResponseReturnValue:
    """Everybody whom a closure hit, and who of them knows."""
    return _calls(closure_id)


@blueprint.post("/desk/closures/<int:closure_id>/calls/<int:booking_id>")
@allow(Role.STAFF)
def tick_call(closure_id: int, booking_id: int) -> ResponseReturnValue:
    """Somebody was rung up, or was not after all."""
    called = request.form.get("called") == "1"

    def act() -> Answer:
        calling.tick(the_actor(), closure_id, booking_id, called=called, now=now())
        return Answer(303, {})

    once.once(act)
    if pages.is_fragment():
        return _calls(closure_id, touched=booking_id)
    return pages.go("desk.calls", closure_id=closure_id, _anchor=f"call-{booking_id}")


@blueprint.post("/desk/closures/<int:closure_id>/calls/<int:booking_id>/reveal")
@allow(Role.STAFF)
def reveal_call(closure_id: int, booking_id: int) -> ResponseReturnValue:
    """The whole name and phone of whom to ring up; each time is logged."""
    booking = calling.reveal(the_actor(), closure_id, booking_id, now())
    return _calls(closure_id, revealed=booking, touched=booking_id)


def _calls(
    closure_id: int, *, revealed: Booking | None = None, touched: int | None = None
) -> ResponseReturnValue:
    found = calling.round_of(the_actor(), closure_id)
    return pages.show(
        "desk/calls",
        found=found,
        rows=[call_row(call, revealed) for call in found.calls],
        names=formats.listed(one.space.name_in(formats.locale_code()) for one in found.closures),
        when=formats.stretch(found.closures[0].interval),
        touched=touched,
        key=once.new_key,
        home_url=url_for("desk.today"),
    )
