"""Routes of one's own data: to read, to carry away, to have erased."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import signed_in
from blueprints.accounts.facts import say_at_field
from blueprints.accounts.forms import EraseForm
from blueprints.accounts.routes import blueprint, kept_preferences
from blueprints.clock import now
from blueprints.hashing import hashes
from blueprints.identity import end_session, forget_browser, the_actor
from blueprints.problems import status_of
from blueprints.refusals import explain
from blueprints.words.own_data import parts_of
from domain.errors import BadInput, Refusal, RuleViolation, TooManyAttempts
from services.privacy import erasing, exporting
from services.privacy.exporting import Data


@blueprint.get("/me/data")
@signed_in
def own_data() -> ResponseReturnValue:
    """What the house knows of somebody, and the way to have it erased."""
    return _show()


@blueprint.post("/me/data")
@signed_in
def take_data() -> ResponseReturnValue:
    """Carry it away as a file."""
    actor = the_actor()
    return as_file(exporting.hand_out(actor, actor.id, now()))


def as_file(data: Data) -> Response:
    """The data as one file: JSON, or a ZIP where there are files with it."""
    content = exporting.archive(data) if data.files else exporting.as_json(data)
    kind, ending = ("application/zip", "zip") if data.files else ("application/json", "json")
    response = current_app.response_class(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="jufu-{data.person.id}.{ending}"'
    return response


@blueprint.post("/me/erase")
@signed_in
@hashes
def erase_me() -> ResponseReturnValue:
    """Erase everything of one's own, and leave."""
    form = EraseForm()
    try:
        erasing.erase_own(the_actor(), form.password.data or "", now())
    except (BadInput, RuleViolation, TooManyAttempts) as refusal:
        return _show(refusal, form)
    preferences = kept_preferences()
    end_session()
    forget_browser()
    session.update(preferences)
    flash(_("您的账号已注销，个人资料都删除了。"), "ok")
    return redirect("/", 303)


def _show(refusal: Refusal | None = None, form: EraseForm | None = None) -> ResponseReturnValue:
    on_top = None
    if isinstance(refusal, RuleViolation):
        on_top = " ".join(explain(refusal, None, {}).sentences)
    elif refusal is not None:
        on_top = say_at_field(refusal, form)
    return pages.show(
        "accounts/data",
        status_of(refusal) if refusal else 200,
        parts=parts_of(exporting.own(the_actor())),
        form=form or EraseForm(formdata=None),
        refused=on_top,
        is_refused=refusal is not None,
    )
