"""Routes of cancelling a show: who will be told, asked once; then it is off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.formats import listed
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.studio.forms import blame
from blueprints.studio.planning import version_seen
from blueprints.studio.show_forms import CancelForm
from blueprints.words import sentence
from domain.errors import BadInput
from domain.people import Role, mask_phone
from domain.recurrence import Scope
from domain.studio.shows import StaleShow
from services.idempotency import Answer
from services.studio import cancelling as services
from services.studio.hangings import Affected


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who will be told, in words."""

    name: str
    phone: str
    shops: str
    what: str


@blueprint.get("/shows/<int:show_id>/cancel")
@allow(Role.STAFF)
def confirm_cancel(show_id: int) -> ResponseReturnValue:
    """What cancelling would do, and the question."""
    return _ask(show_id, CancelForm(formdata=None))


@blueprint.post("/shows/<int:show_id>/cancel")
@allow(Role.STAFF)
def cancel_show(show_id: int) -> ResponseReturnValue:
    """Cancel the show; without a reason it is asked again."""
    form = CancelForm()
    try:
        answer = once.once(lambda: _cancel(show_id, form))
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _ask(show_id, form, status_of(refusal))
    except StaleShow as refusal:
        return _ask(show_id, form, 409, sentence(refusal))
    flash(_("取消了 %(count)s 场，相关的人都会收到通知。", count=answer.body["count"]), "ok")
    return redirect(url_for("studio.show", show_id=show_id), 303)


def _cancel(show_id: int, form: CancelForm) -> Answer:
    scope = Scope.FOLLOWING if form.scope.data == Scope.FOLLOWING.value else Scope.THIS
    cancelled = services.cancel_show(
        the_actor(),
        show_id,
        version=version_seen(),
        reason=form.reason.data or "",
        scope=scope,
        now=now(),
    )
    return Answer(303, {"count": len(cancelled)})


def _ask(
    show_id: int, form: CancelForm, status: int = 200, refusal: str | None = None
) -> ResponseReturnValue:
    plan = services.plan_cancel(the_actor(), show_id, now())
    moment = now()
    return pages.show(
        "studio/cancel_show",
        status,
        show=plan.show,
        when=views.when(plan.show.interval, moment),
        told=list(_told(plan.affected)),
        later=[views.when(show.interval, moment) for show in plan.later],
        form=form,
        refusal=refusal,
        idempotency_key=once.new_key(),
    )


def _told(affected: Iterable[Affected]) -> Iterable[Told]:
    for one in affected:
        what = [_("展位 %(number)s", number=number) for number in sorted(one.booths)]
        what += [_("在排队")] if one.waits else []
        what += [_("报了名")] if one.applied else []
        person = one.person
        yield Told(person.name, mask_phone(person.phone), listed(sorted(one.shops)), listed(what))
