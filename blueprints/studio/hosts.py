"""Routes of hosts: the list, one of them, and the record of who verified them."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.utils import redirect
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint
from blueprints.studio.forms import blame, passes
from blueprints.tongue import PageForm
from blueprints.words import sentence
from blueprints.words.shows import EVIDENCE, STANDINGS
from domain.errors import BadInput
from domain.interval import local_day
from domain.people import Role, mask_phone
from domain.studio.hosts import Evidence, clean_account, clean_host_name
from services.idempotency import Answer
from services.studio import hosting as services
from services.studio.hosting import HostFacts, HostView


class HostForm(PageForm):
    """Who a host is; a phone that is known stays where none is typed."""

    name = StringField(_l("名字（直播时用的）"), [passes(clean_host_name)])
    account = StringField(_l("平台账号"), [Optional(), passes(clean_account)])
    phone = StringField(_l("手机号"), [Optional()])


class VerifyForm(PageForm):
    """How somebody made sure who a host is."""

    evidence = RadioField(
        _l("看了什么"),
        [InputRequired(_l("请选一样。"))],
        choices=[SelectChoice(kind.value, name) for kind, name in EVIDENCE.items()],
    )
    note = StringField(_l("备注"), [Optional()])
    valid_until = DateField(_l("有效到哪天"), [Optional()])


@blueprint.get("/hosts")
@allow(Role.STAFF)
def hosts() -> ResponseReturnValue:
    """Everybody who speaks on air, and the form to add one."""
    return _list(HostForm(formdata=None))


@blueprint.post("/hosts")
@allow(Role.STAFF)
def add_host() -> ResponseReturnValue:
    """Note down a host; the next step is to verify them."""
    form = HostForm()
    if not form.validate():
        return _list(form, 422)
    try:
        answer = once.once(lambda: _added(form))
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _list(form, status_of(refusal))
    flash(_("记下了，下一步请核实身份。"), "ok")
    return redirect(answer.body["location"], 303)


def _added(form: HostForm) -> Answer:
    facts = HostFacts(form.name.data or "", form.phone.data or "", form.account.data or "")
    made = services.add_host(the_actor(), facts, now=now())
    return Answer(303, {"location": url_for("studio.host", host_id=made.id)})


def _list(form: HostForm, status: int = 200) -> ResponseReturnValue:
    today = local_day(now())
    found = services.all_hosts(the_actor())
    return pages.show(
        "studio/hosts",
        status,
        hosts=[(view, STANDINGS[services.standing(view.host, today)]) for view in found],
        form=form,
        mask=mask_phone,
        idempotency_key=once.new_key(),
    )


@blueprint.get("/hosts/<int:host_id>")
@allow(Role.STAFF)
def host(host_id: int) -> ResponseReturnValue:
    """One host, and the forms to verify and to correct."""
    return _one(services.one_host(the_actor(), host_id))


@blueprint.post("/hosts/<int:host_id>")
@allow(Role.STAFF)
def change_host(host_id: int) -> ResponseReturnValue:
    """Correct what is known of a host."""
    view, form = services.one_host(the_actor(), host_id), HostForm()
    if not form.validate():
        return _one(view, facts=form, status=422)
    changes = {"name": form.name.data or "", "account": form.account.data or ""}
    if form.phone.data:
        changes["phone"] = form.phone.data
    try:
        services.change_host(the_actor(), host_id, changes, now=now())
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _one(view, facts=form, status=status_of(refusal))
    return _done(host_id, _("保存好了。"))


@blueprint.post("/hosts/<int:host_id>/verify")
@allow(Role.STAFF)
def verify_host(host_id: int) -> ResponseReturnValue:
    """Write down how somebody made sure who the host is."""
    view, form = services.one_host(the_actor(), host_id), VerifyForm()
    if not form.validate():
        return _one(view, verifying=form, status=422)
    try:
        services.verify_host(
            the_actor(),
            host_id,
            Evidence(form.evidence.data),
            note=form.note.data or "",
            valid_until=form.valid_until.data,
            now=now(),
        )
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _one(view, verifying=form, status=status_of(refusal))
    return _done(host_id, _("核实记录存好了。"))


@blueprint.post("/hosts/<int:host_id>/revoke")
@allow(Role.STAFF)
def revoke_host(host_id: int) -> ResponseReturnValue:
    """Take the verification back."""
    services.revoke_host(the_actor(), host_id, now=now())
    return _done(host_id, _("核实撤销了，要重新核实才能上播。"))


@blueprint.post("/hosts/<int:host_id>/archive")
@allow(Role.STAFF)
def archive_host(host_id: int) -> ResponseReturnValue:
    """Offer the host for no more shows."""
    services.archive_host(the_actor(), host_id, now=now())
    return _done(host_id, _("停用了，新的场次里不再出现。"))


@blueprint.post("/hosts/<int:host_id>/restore")
@allow(Role.STAFF)
def restore_host(host_id: int) -> ResponseReturnValue:
    """Offer the host again."""
    services.restore_host(the_actor(), host_id, now=now())
    return _done(host_id, _("恢复使用了。"))


def _done(host_id: int, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("studio.host", host_id=host_id), 303)


def _one(
    view: HostView, *, facts: HostForm | None = None, verifying: VerifyForm | None = None, status: int = 200
) -> ResponseReturnValue:
    host = view.host
    known = {"name": host.name, "account": host.account}
    return pages.show(
        "studio/host",
        status,
        view=view,
        host=host,
        standing=STANDINGS[services.standing(host, local_day(now()))],
        evidence=EVIDENCE.get(host.evidence) if host.evidence else None,
        facts=facts or HostForm(formdata=None, data=known),
        is_correcting=facts is not None,
        verifying=verifying or VerifyForm(formdata=None),
        mask=mask_phone,
    )
