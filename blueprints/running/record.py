"""Routes of the sealed file of a show: read it, check its hash, carry it away."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.running import blueprint, record_file
from blueprints.words import sentence
from blueprints.words.after_show import outcome_word
from blueprints.words.merchants import paper_status_word, paper_word
from domain.errors import BadInput
from domain.people import Role
from services.idempotency import Answer
from services.studio import corrections, sealing


@blueprint.get("/shows/<int:show_id>/record")
@allow(Role.STAFF)
def record(show_id: int) -> ResponseReturnValue:
    """The sealed file as a page."""
    return _page(show_id)


def _page(show_id: int, refusal: BadInput | None = None) -> ResponseReturnValue:
    found = sealing.of_show(the_actor(), show_id)
    return pages.show(
        "running/record",
        status_of(refusal) if refusal else 200,
        found=found,
        content=found.record.content,
        moment_of=moment_of,
        outcome_word=outcome_word,
        paper_word=paper_word,
        paper_status_word=paper_status_word,
        refusals=[sentence(refusal)] if refusal else [],
        typed=request.form if refusal else {},
        new_key=once.new_key,
    )


@blueprint.post("/shows/<int:show_id>/record/corrections")
@allow(Role.STAFF)
def add_correction(show_id: int) -> ResponseReturnValue:
    """Write down a slip of the tongue that somebody noticed later; the sealed file stays as it is."""
    sealing.of_show(the_actor(), show_id)
    form = request.form

    def act() -> Answer:
        booking_id = form.get("booking", type=whole)
        said, corrected = form.get("said", ""), form.get("corrected", "")
        corrections.correct(the_actor(), show_id, said, corrected, booking_id=booking_id, now=now())
        return Answer(303, {"location": url_for("running.record", show_id=show_id)})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        return _page(show_id, refusal)
    flash(_("纠正已经记下。"), "ok")
    return pages.go_to(answer.body["location"])


@blueprint.post("/shows/<int:show_id>/record/verify")
@allow(Role.STAFF)
def verify_record(show_id: int) -> ResponseReturnValue:
    """Take the hash anew and say whether it is still the one that was written down."""
    if sealing.of_show(the_actor(), show_id).is_whole:
        flash(_("校验通过：内容和封存时一个字都不差。"), "ok")
    else:
        flash(_("校验没有通过：内容和封存时不一样，请马上告诉管理员。"), "error")
    return pages.go("running.record", show_id=show_id)


@blueprint.post("/shows/<int:show_id>/record.zip")
@allow(Role.STAFF)
def record_zip(show_id: int) -> ResponseReturnValue:
    """The whole file with its scans; each time is logged."""
    return answer_with_zip(show_id)


def answer_with_zip(show_id: int) -> Response:
    """The archive as a download, put together in bounded memory."""
    actor = the_actor()
    found = sealing.take_out(actor, show_id, now=now())
    archive = record_file.build(found, lambda scan_id: sealing.scan(actor, show_id, scan_id))
    answer = send_file(
        archive, "application/zip", as_attachment=True, download_name=f"show-{show_id}-record.zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def moment_of(text: str | None) -> datetime | None:
    """A moment as the file writes it."""
    return datetime.fromisoformat(text) if text else None
