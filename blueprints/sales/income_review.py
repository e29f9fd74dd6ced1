"""Routes of what staff decide about reported income."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.sales import blueprint
from blueprints.sales.income import show_report
from blueprints.scans import as_data, scan_answer
from blueprints.words import sentence
from domain.errors import BadInput, Stale
from domain.money import parse_yuan
from domain.people import Role
from services.idempotency import Answer
from services.sales import income_ledger, income_reading, income_review


@blueprint.post("/sales/income/<int:report_id>/accept")
@allow(Role.STAFF)
def income_accept(report_id: int) -> ResponseReturnValue:
    """It counts from now on."""
    version = version_of_form()
    return _decide(
        report_id,
        lambda: income_review.accept(the_actor(), report_id, version=version, now=now()),
        _("已通过，记进了这家店的第③项。"),
        "sales.income",
    )


@blueprint.post("/sales/income/<int:report_id>/return")
@allow(Role.STAFF)
def income_return(report_id: int) -> ResponseReturnValue:
    """Something has to be put right first."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        report_id,
        lambda: income_review.send_back(the_actor(), report_id, version=version, reason=reason, now=now()),
        _("已退回，原因已告诉店里的人。"),
        "sales.income",
    )


@blueprint.post("/sales/income/<int:report_id>/correct")
@allow(Role.STAFF)
def income_correct(report_id: int) -> ResponseReturnValue:
    """Another amount counts from now on; the old entries stay."""
    version, reason = version_of_form(), request.form.get("reason", "")

    def correct() -> object:
        amount_fen = parse_yuan(request.form.get("amount", ""))
        return income_ledger.correct(
            the_actor(), report_id, amount_fen=amount_fen, reason=reason, version=version, now=now()
        )

    return _decide(report_id, correct, _("已更正，原来的记录还在。"), "sales.income_report")


@blueprint.post("/sales/income/<int:report_id>/proofs/<int:file_id>")
@allow(Role.STAFF)
def income_proof_open(report_id: int, file_id: int) -> ResponseReturnValue:
    """A proof: a picture in its place on the page, a PDF as a file; each time is logged."""
    proof = income_reading.open_proof(the_actor(), report_id, file_id, now=now())
    if proof.is_pdf:
        return scan_answer(proof, f"income-{report_id}-{file_id}")
    picture = as_data(proof)
    if pages.is_fragment():
        return render_template(
            "sales/_income_proof.html", proof=proof, report_id=report_id, picture=picture, number=0
        )
    return show_report(report_id, opened=file_id, picture=picture)


def _decide(report_id: int, decision: Callable[[], object], said: str, next_page: str) -> ResponseReturnValue:
    def act() -> Answer:
        decision()
        return Answer(303, {})

    try:
        once.once(act)
    except Stale as refusal:
        return show_report(report_id, refusal=refusal)
    except BadInput as refusal:
        if next_page == "sales.income":
            return show_report(report_id, refusal=refusal)
        wrong = {refusal.field or "amount": sentence(refusal)}
        return show_report(report_id, status=status_of(refusal), typed=request.form, wrong=wrong)
    flash(said, "ok")
    return pages.go(next_page, **({"report_id": report_id} if next_page == "sales.income_report" else {}))
