"""Routes of planning: a new show, a series of them, and saying something anew about one."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.formats import listed, short_day
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.series.views import preview_of, why_not
from blueprints.studio import blueprint, views
from blueprints.studio.about import about
from blueprints.studio.forms import blame
from blueprints.studio.show_forms import FIELD_OF, AboutForm, EditForm, ShowForm, next_week
from blueprints.timeline import parse_day
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, SlotTaken
from domain.people import Role
from domain.studio.shows import Phase, StaleShow, StudioTaken
from models import Show
from services.idempotency import Answer
from services.studio import hosting, show_series, shows
from services.studio import planning as services
from services.studio.show_series import SeriesPlan


@blueprint.get("/shows/new")
@allow(Role.STAFF)
def new_show() -> ResponseReturnValue:
    """The form of a new show."""
    return _form(_offered(ShowForm(formdata=None, data=next_week(now()))))


@blueprint.post("/shows/new")
@allow(Role.STAFF)
def create_show() -> ResponseReturnValue:
    """Plan a show, or look at the dates of a series; what is refused brings the form back with what was typed."""
    form = _offered(ShowForm())
    if "back" in request.form:
        return _form(form)
    if not form.validate():
        return _form(form, 422)
    if form.comes_again:
        return _look(form)
    try:
        answer = once.once(lambda: _plan(form))
    except (BadInput, RuleViolation, SlotTaken) as refusal:
        return _form(form, status_of(refusal), _said(form, refusal))
    flash(_("场次已排好，直播间已经为它留着。"), "ok")
    return redirect(answer.body["location"], 303)


def _offered(form: ShowForm) -> ShowForm:
    form.offer(hosting.hosts_to_choose(the_actor()))
    return form


def _plan(form: ShowForm) -> Answer:
    planned = services.create_show(the_actor(), form.wish, now=now())
    return Answer(303, {"location": url_for("studio.show", show_id=planned.id)})


def _said(form: AboutForm, refusal: Refusal) -> list[str]:
    """The sentences of a refusal that belong to no single field; the others are put next to theirs."""
    if isinstance(refusal, StudioTaken) and refusal.rivals:
        return views.in_the_way(refusal.rivals)
    told = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
    return [
        text for one in told if not blame(form, getattr(one, "field", None), text := sentence(one), FIELD_OF)
    ]


def _form(form: ShowForm, status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    return pages.show(
        "studio/new_show", status, form=form, refusals=refusals or [], idempotency_key=once.new_key()
    )


@blueprint.post("/shows/series")
@allow(Role.STAFF)
def plan_series() -> ResponseReturnValue:
    """Plan the ticked dates, all of them or none."""
    form = _offered(ShowForm())
    if not form.validate() or not form.comes_again:
        return _form(form, 422)
    ticked = request.form.getlist("date")
    try:
        answer = once.once(lambda: _plan_ticked(form, ticked))
    except (BadInput, RuleViolation, SlotTaken) as refusal:
        return _look(form, ticked, refusal)
    flash(_("%(count)s 场都排好了，直播间已经为它们留着。", count=answer.body["count"]), "ok")
    return redirect(answer.body["location"], 303)


def _plan_ticked(form: ShowForm, ticked: Collection[str]) -> Answer:
    days = [day for text in ticked if (day := parse_day(text))]
    made = show_series.plan_all(the_actor(), SeriesPlan(form.wish, form.rule), now=now(), days=days)
    return Answer(303, {"location": url_for("studio.shows"), "count": len(made)})


def _look(
    form: ShowForm, ticked: Collection[str] | None = None, refusal: Refusal | None = None
) -> ResponseReturnValue:
    """Every date of the series with a tick or with what is in its way."""
    actor = the_actor()
    try:
        plan = SeriesPlan(form.wish, form.rule)
        dates = show_series.preview(actor, plan, now())
    except (BadInput, RuleViolation) as unclear:
        return _form(form, 422, _said(form, unclear))
    return pages.show(
        "studio/show_series",
        status_of(refusal) if refusal else 200,
        form=form,
        wish=plan.first,
        preview=preview_of(dates, plan.rule, frozenset(), ticked),
        reasons=_reasons(refusal) if refusal else [],
        idempotency_key=once.new_key(),
    )


def _reasons(refusal: Refusal) -> list[str]:
    if isinstance(refusal, StudioTaken):
        days = listed(short_day(day) for day in refusal.params.get("days", ()))
        told = views.in_the_way(refusal.rivals) or [sentence(refusal)]
        return [_("%(days)s：%(told)s", days=days, told=" ".join(told))]
    return why_not(refusal)


@blueprint.get("/shows/<int:show_id>/edit")
@allow(Role.STAFF)
def edit_show(show_id: int) -> ResponseReturnValue:
    """The form with which something is said anew about a show."""
    show = shows.show_with_booths(show_id, actor=the_actor()).show
    return _edit_form(show, EditForm.of(show))


@blueprint.post("/shows/<int:show_id>/edit")
@allow(Role.STAFF)
def change_show(show_id: int) -> ResponseReturnValue:
    """Save what is said about a show; somebody else's change comes first and is shown."""
    actor, form = the_actor(), EditForm()

    def as_it_stands() -> Show:
        # Asked for again after a refusal: what that took back is not to be shown.
        return shows.show_with_booths(show_id, actor=actor).show

    show = as_it_stands()
    _offer_all(form, show)
    if not form.validate():
        return _edit_form(show, form, 422)
    version = version_seen()
    try:
        once.once(
            lambda: _saved(
                services.change_show(actor, show_id, form.changes(show), version=version, now=now())
            )
        )
    except StaleShow as refusal:
        show = as_it_stands()
        return _edit_form(show, EditForm.of(show), 409, [sentence(refusal)])
    except (BadInput, RuleViolation) as refusal:
        return _edit_form(as_it_stands(), form, status_of(refusal), _said(form, refusal))
    flash(_("保存好了。"), "ok")
    return redirect(url_for("studio.show", show_id=show_id), 303)


def version_seen() -> int:
    """The version of a show that a form was made from."""
    try:
        return whole(request.form.get("version", ""))
    except ValueError:
        return 0  # no show has it, so it counts as one that was changed meanwhile


def _saved(show: Show) -> Answer:
    return Answer(303, {"show": show.id})


def _offer_all(form: EditForm, show: Show) -> None:
    """The hosts in use, and those whom the show names already."""
    offered = {host.id: host for host in (*show.hosts, *hosting.hosts_to_choose(the_actor()))}
    form.offer(list(offered.values()))


def _edit_form(
    show: Show, form: EditForm, status: int = 200, refusals: list[str] | None = None
) -> ResponseReturnValue:
    _offer_all(form, show)
    return pages.show(
        "studio/edit_show",
        status,
        show=show,
        form=form,
        refusals=refusals or [],
        when=views.when(show.interval, now()),
        is_draw=show.allotment == "draw",
        idempotency_key=once.new_key(),
    )


@blueprint.post("/shows/<int:show_id>/applications")
@allow(Role.STAFF)
def applications(show_id: int) -> ResponseReturnValue:
    """Take applications from now on, or no more."""
    change = services.open_applications if request.form.get("now") == "open" else services.close_applications
    try:
        show = change(the_actor(), show_id, version=version_seen(), now=now())
    except StaleShow as refusal:
        flash(sentence(refusal), "error")
    except (BadInput, RuleViolation) as refusal:
        told = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
        flash(" ".join(sentence(one) for one in told), "error")
    else:
        flash(about(show, Phase.AHEAD, now()).window or _("现在可以报名了。"), "ok")
    return redirect(url_for("studio.show", show_id=show_id), 303)
