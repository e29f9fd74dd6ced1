"""Routes of closures: the list, closing with a word on each booking in the way, and lifting."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import formats, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.manage import blueprint, views
from blueprints.manage.forms import ClosureForm, from_now
from blueprints.problems import status_of
from blueprints.refusals import Refused, explain
from domain.errors import BadInput, InTheWay, Refusal, RuleViolation, SlotTaken, Stale
from domain.people import Role
from services.house import calling, closures
from services.house.closures import Plan
from services.house.settling import Decision
from services.idempotency import Answer


@blueprint.get("/closures")
@allow(Role.STAFF)
def closed_times() -> ResponseReturnValue:
    """What is closed and will be, and the form to close more; `space` begins with that one, from now on."""
    code = request.args.get("space")
    typed = from_now(now(), code) if code else {}
    return _show(ClosureForm.of(closures.closable(the_actor()), formdata=None, data=typed))


@blueprint.post("/closures")
@allow(Role.STAFF)
def close() -> ResponseReturnValue:
    """Close spaces; where bookings are in the way, they are listed first and each is decided."""
    actor, moment = the_actor(), now()
    form = ClosureForm.of(closures.closable(actor))
    if not form.validate():
        return _show(form, 422)
    decisions = views.decisions_of_form()

    def act() -> Answer:
        made = closures.close(
            actor,
            form.spaces.data or [],
            form.interval(moment),
            form.reason.data or "",
            decisions,
            now=moment,
            cancel_shows=views.shows_to_cancel(),
        )
        return Answer(303, {"spaces": [one.space.name_in(formats.locale_code()) for one in made]})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        return _show(form, status_of(refusal), refused=explain(refusal, form, {}))
    except (InTheWay, Stale, SlotTaken, RuleViolation) as refusal:
        return _list_hits(form, refusal, decisions)
    flash(
        _("%(spaces)s 已停用，受影响的人都会收到通知。", spaces=formats.listed(answer.body["spaces"])), "ok"
    )
    return pages.go("manage.closed_times")


@blueprint.post("/closures/<int:closure_id>/lift")
@allow(Role.STAFF)
def lift(closure_id: int) -> ResponseReturnValue:
    """End a closure early, or take a planned one back."""
    closure = closures.lift(the_actor(), closure_id, now=now())
    flash(_("%(space)s 恢复使用了。", space=closure.space.name_in(formats.locale_code())), "ok")
    return pages.go_to(pages.safe_next(request.form.get("next")) or url_for("manage.closed_times"))


def _list_hits(form: ClosureForm, refusal: Refusal, decisions: dict[int, Decision]) -> ResponseReturnValue:
    plan = closures.plan_closure(the_actor(), form.spaces.data or [], form.interval(now()), now())
    # The first list is no reproach: it is the second step of closing.
    told = None if isinstance(refusal, InTheWay) and not decisions else explain(refusal, None, {})
    status = 409 if isinstance(refusal, InTheWay) else status_of(refusal)
    return _show(form, status, plan=plan, decisions=decisions, refused=told)


def _show(
    form: ClosureForm,
    status: int = 200,
    *,
    plan: Plan | None = None,
    decisions: dict[int, Decision] | None = None,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    moment = now()
    closed = closures.coming(the_actor(), moment)
    return pages.show(
        "manage/closures",
        status,
        form=form,
        plan=plan if plan and (plan.hits or plan.shows) else None,
        hits=views.hit_rows(plan, decisions or {}) if plan else [],
        kept=[(name, value) for name, value in _typed(form) if value],
        when=formats.stretch(plan.interval) if plan else "",
        refused=refused,
        closures=closed,
        to_tell=calling.with_calls(closed),
        moment=moment,
        stretch=formats.stretch,
        idempotency_key=once.new_key(),
    )


def _typed(form: ClosureForm) -> list[tuple[str, str]]:
    typed = [("spaces", code) for code in form.spaces.data or []]
    for name in ("first", "first_time", "last", "last_time", "reason"):
        value = form[name].data
        typed.append((name, value.isoformat() if hasattr(value, "isoformat") else value or ""))
    return typed
