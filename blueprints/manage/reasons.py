"""Routes of the usual reasons for saying no: the list that the desk offers, one tap each."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.manage import blueprint
from blueprints.words import sentence
from domain.desk import LONGEST_REASON, LONGEST_REASON_EN, ReasonKind
from domain.errors import BadInput, Missing
from domain.people import Role
from services.desk import reasons
from services.idempotency import Answer


@blueprint.get("/reasons")
@allow(Role.ADMIN)
def decline_reasons() -> ResponseReturnValue:
    """Both lists: for rooms and for booths."""
    return _show()


@blueprint.post("/reasons/<kind>")
@allow(Role.ADMIN)
def add_reason(kind: str) -> ResponseReturnValue:
    """Add a reason to a list."""
    form, of_kind = request.form, _kind(kind)

    def act() -> Answer:
        made = reasons.add(the_actor(), of_kind, form.get("text", ""), form.get("text_en", ""), now=now())
        return Answer(303, {"text": made.text})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        return _show(refusal, of_kind.value)
    flash(_("已加上“%(text)s”。", text=answer.body["text"]), "ok")
    return pages.go("manage.decline_reasons")


@blueprint.post("/reasons/<kind>/begin")
@allow(Role.ADMIN)
def begin_reasons(kind: str) -> ResponseReturnValue:
    """Take the usual reasons over, so that each can be changed."""
    reasons.begin(the_actor(), _kind(kind), now=now())
    return pages.go("manage.decline_reasons")


@blueprint.post("/reasons/<int:reason_id>/edit")
@allow(Role.ADMIN)
def edit_reason(reason_id: int) -> ResponseReturnValue:
    """Say a reason otherwise."""
    form = request.form
    try:
        reasons.edit(the_actor(), reason_id, form.get("text", ""), form.get("text_en", ""), now=now())
    except BadInput as refusal:
        return _show(refusal, str(reason_id))
    flash(_("已保存。"), "ok")
    return pages.go("manage.decline_reasons")


@blueprint.post("/reasons/<int:reason_id>/order")
@allow(Role.ADMIN)
def order_reason(reason_id: int) -> ResponseReturnValue:
    """Move a reason one up or down."""
    reasons.shift(the_actor(), reason_id, up=request.form.get("way") == "up", now=now())
    return pages.go("manage.decline_reasons")


@blueprint.post("/reasons/<int:reason_id>/archive")
@allow(Role.ADMIN)
def archive_reason(reason_id: int) -> ResponseReturnValue:
    """Offer a reason no more."""
    reasons.archive(the_actor(), reason_id, now=now())
    return pages.go("manage.decline_reasons")


def _kind(text: str) -> ReasonKind:
    try:
        return ReasonKind(text)
    except ValueError as error:
        raise Missing from error


def _show(refusal: BadInput | None = None, where: str = "") -> ResponseReturnValue:
    """The lists; what was refused stands at its field with what was typed. `where` is a kind or a reason's number."""
    return pages.show(
        "manage/reasons",
        422 if refusal else 200,
        lists=reasons.everything(the_actor()),
        titles={ReasonKind.ROOM: _("场地的申请"), ReasonKind.BOOTH: _("直播展位的申请")},
        limits={"text": LONGEST_REASON, "text_en": LONGEST_REASON_EN},
        where=where,
        error=sentence(refusal) if refusal else None,
        field=refusal.field if refusal else None,
        typed=request.form,
        key=once.new_key(),
    )
