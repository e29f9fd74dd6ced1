"""Routes of order exports: upload, preview, apply, link a product."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.sales import blueprint, import_views, views
from blueprints.sales.forms import UploadForm
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation
from domain.people import Role
from services import leases
from services.idempotency import Answer
from services.sales import applying, importing, linking, receiving, removing, reports, undoing, work
from services.sales.receiving import Received


@blueprint.get("/sales/imports")
@allow(Role.STAFF)
def imports() -> ResponseReturnValue:
    """The upload form, and what was brought in before."""
    return _list(UploadForm(formdata=None))


@blueprint.post("/sales/imports")
@allow(Role.STAFF)
def upload() -> ResponseReturnValue:
    """Take an export in and lead to its page; one that can't be read brings the form back with the reason."""
    form = UploadForm().offer(reports.shows_to_choose(the_actor()))
    if not form.validate():
        return _list(form, 422)
    worker = leases.new_worker()
    try:
        with receiving.picked_up(form.file.data.stream, form.file.data.filename) as received:
            answer = once.once(lambda: _stored(received, form.show_id, worker))
    except BadInput as refusal:
        field = form.show if refusal.field == "show" else form.file
        field.errors = [*field.errors, sentence(refusal)]
        return _list(form, status_of(refusal))
    work.read_now(answer.body["import_id"], worker, now())
    return redirect(url_for("sales.one_import", import_id=answer.body["import_id"]), 303)


@blueprint.get("/sales/imports/<int:import_id>")
@allow(Role.STAFF)
def one_import(import_id: int) -> ResponseReturnValue:
    """What was read and what it would do, or did; polled while somebody works on it."""
    found = importing.find(the_actor(), import_id)
    tag = live.stamp(found.rows_done, import_id, found.status.value, found.step_started_at)
    at_work = found.status in work.AT_WORK
    unchanged = live.nothing_new(tag) if at_work else None
    if unchanged is not None:
        return unchanged
    shown = _one(import_id, poll_url=url_for("sales.one_import", import_id=import_id, seen=tag))
    return live.stamped(shown, tag) if at_work else shown


@blueprint.post("/sales/imports/<int:import_id>/apply")
@allow(Role.STAFF)
def apply(import_id: int) -> ResponseReturnValue:
    """Put the lines into the books; a second tap leads to the same report."""
    return _then_look(import_id, lambda: applying.apply(the_actor(), import_id, now=now()))


@blueprint.post("/sales/imports/<int:import_id>/cancel")
@allow(Role.STAFF)
def cancel(import_id: int) -> ResponseReturnValue:
    """Stop the reading, or discard what was read; nothing of it is in the books."""
    return _then_look(import_id, lambda: removing.cancel(the_actor(), import_id, now=now()))


@blueprint.post("/sales/imports/<int:import_id>/undo")
@allow(Role.STAFF)
def undo(import_id: int) -> ResponseReturnValue:
    """Take the import out of the books again."""
    return _then_look(import_id, lambda: undoing.undo(the_actor(), import_id, now=now()))


def _then_look(import_id: int, action: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the import as it stands; where a rule is against it, the page says which."""
    try:
        action()
    except RuleViolation as refusal:
        flash(sentence(refusal.violations[0]), "error")
        return _one(import_id, status_of(refusal))
    return pages.go("sales.one_import", import_id=import_id)


@blueprint.post("/sales/imports/<int:import_id>/products")
@allow(Role.STAFF)
def link_product(import_id: int) -> ResponseReturnValue:
    """Say which product a code stands for; what was sold of it is counted at once."""
    code, product_id = request.form.get("code", ""), request.form.get("product_id", type=whole)
    found = importing.find(the_actor(), import_id)
    try:
        linked = linking.link(the_actor(), found.platform, code, product_id, now=now())
    except BadInput as refusal:
        return _one(import_id, status_of(refusal), {code: sentence(refusal)})
    if linked:
        flash(_("对上了：账上有 %(lines)s 行订单算给了这件商品。", lines=linked), "ok")
    else:
        flash(_("对上了：入账时就会算给这件商品。"), "ok")
    return pages.go("sales.one_import", import_id=import_id)


def _stored(received: Received, show_id: int | None, worker: str) -> Answer:
    made = receiving.store(the_actor(), received, show_id=show_id, worker=worker, now=now())
    return Answer(303, {"import_id": made.id})


def _list(form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "sales/imports",
        status,
        form=form.offer(reports.shows_to_choose(the_actor())),
        imports=reports.recent_imports(the_actor()),
        idempotency_key=once.new_key(),
        status_chip=import_views.status_chip,
        platform_name=views.platform_name,
    )


def _one(
    import_id: int, status: int = 200, refused: dict[str, str] | None = None, poll_url: str = ""
) -> ResponseReturnValue:
    report = reports.report(the_actor(), import_id)
    found = report.staged
    said, tone = import_views.outcome(found)
    return pages.show(
        "sales/one_import",
        status,
        report=report,
        found=found,
        said=said,
        tone=tone,
        progress=import_views.progress(found, now()),
        poll_url=poll_url,
        money=import_views.money(found),
        held_money=import_views.held_money(found),
        obstacles=[sentence(violation) for violation in report.obstacles],
        held=[views.row(line) for line in report.held],
        rejected=[views.row(line) for line in report.rejected],
        refused=refused or {},
        platform=views.platform_name(found.platform),
        file_kind=views.file_kind(found.encoding),
        chip_of=import_views.status_chip(found),
    )
