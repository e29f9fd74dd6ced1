"""Routes of a shop's papers and their scans."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.merchants import blueprint
from blueprints.merchants.forms import PaperForm, blame
from blueprints.merchants.shop import show_shop
from blueprints.problems import status_of
from blueprints.scans import keep_upload, remembered, scan_answer
from blueprints.words.merchants import paper_word
from domain.errors import BadInput, Stale
from domain.interval import local_day
from domain.merchants.papers import PaperKind, PaperStatus, PaperWords
from domain.people import Role
from models import Paper
from services.idempotency import Answer
from services.merchants import files, own_shop
from services.merchants import papers as services

Save = Callable[[PaperWords, int | None], Paper]


@blueprint.get("/my-shop/papers/new")
@allow(Role.MERCHANT)
def new_paper() -> ResponseReturnValue:
    """The form of a paper; `kind` says which one."""
    shop = own_shop.own(the_actor())
    asked = request.args.get("kind", "")
    kind = PaperKind(asked) if asked in list(PaperKind) else PaperKind.BUSINESS_LICENCE
    # The number on a business licence is the shop's credit code.
    number = (shop.credit_code or "") if kind is PaperKind.BUSINESS_LICENCE else ""
    return _form(PaperForm(formdata=None, data={"kind": kind, "number": number}))


@blueprint.post("/my-shop/papers/new")
@allow(Role.MERCHANT)
def add_paper() -> ResponseReturnValue:
    """Hand a paper in."""
    return _save(None, lambda words, scan_id: services.add(the_actor(), words, scan_id, now=now()))


@blueprint.get("/my-shop/papers/<int:paper_id>")
@allow(Role.MERCHANT)
def paper(paper_id: int) -> ResponseReturnValue:
    """The form of a newer one in the place of this paper."""
    old = services.own(the_actor(), paper_id)
    typed = {
        "kind": old.kind,
        "number": old.number,
        "issuer": old.issuer,
        "expires_on": old.expires_on,
        "forever": old.expires_on is None,
        "version": old.version,
    }
    return _form(PaperForm(formdata=None, data=typed), old)


@blueprint.post("/my-shop/papers/<int:paper_id>")
@allow(Role.MERCHANT)
def replace_paper(paper_id: int) -> ResponseReturnValue:
    """Put a newer one in the place of this paper."""
    old = services.own(the_actor(), paper_id)
    version = request.form.get("version", type=whole) or 0

    def replace(words: PaperWords, scan_id: int | None) -> Paper:
        return services.replace(the_actor(), paper_id, words, scan_id, version=version, now=now())

    return _save(old, replace)


@blueprint.post("/my-shop/papers/<int:paper_id>/withdraw")
@allow(Role.MERCHANT)
def withdraw_paper(paper_id: int) -> ResponseReturnValue:
    """Take a paper back."""
    version = request.form.get("version", type=whole) or 0
    try:
        gone = services.withdraw(the_actor(), paper_id, version=version, now=now())
    except Stale as refusal:
        return show_shop(status_of(refusal), [_("这份证照刚刚有变动，请看一下现在的情况。")])
    flash(_("%(paper)s已撤回。", paper=paper_word(gone.kind)), "ok")
    return pages.go("merchants.my_shop")


@blueprint.get("/my-shop/papers/<int:paper_id>/scan")
@allow(Role.MERCHANT)
def scan(paper_id: int) -> ResponseReturnValue:
    """The scan of one of the own papers; staff open it from their review, where it is logged."""
    return scan_of(files.scan_for(the_actor(), paper_id))


def scan_of(found: Paper) -> Response:
    """The scan of a paper, as it goes out."""
    return scan_answer(found.scan, f"{found.kind.value}-{found.id}")


def _save(old: Paper | None, service: Save) -> ResponseReturnValue:
    form = PaperForm().offer()
    # The scan first: it is decoded before any transaction begins, and kept while the rest is corrected.
    fault = _keep_scan(form)
    is_valid = form.validate()
    if fault is not None:
        blame(form, fault)
    if fault is not None or not is_valid:
        return _form(form, old, 422)

    def act() -> Answer:
        service(form.words(local_day(now())), _kept(form))
        return Answer(303, {"location": url_for("merchants.my_shop")})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        blame(form, refusal)
        return _form(form, old, status_of(refusal))
    except Stale as refusal:
        return show_shop(status_of(refusal), [_("这份证照刚刚有变动，请看一下现在的情况。")])
    flash(_("已上传，等工作人员审核。"), "ok")
    return redirect(answer.body["location"], 303)


def _kept(form: PaperForm) -> int | None:
    return next(iter(remembered(form.kept_scan.data)), None)


def _keep_scan(form: PaperForm) -> BadInput | None:
    """Keep an upload, if there is one; what is wrong with it, else None."""
    if not form.scan.data:
        return None
    try:
        form.kept_scan.data = str(keep_upload(form.scan.data))
    except BadInput as refusal:
        return refusal
    return None


def _form(form: PaperForm, old: Paper | None = None, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "merchants/paper",
        status,
        form=form.offer(),
        paper=old,
        is_closed=old is not None and old.status is PaperStatus.WITHDRAWN,
        kept=_kept(form),
        idempotency_key=once.new_key(),
    )
