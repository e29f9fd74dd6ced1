"""Several harmless requests at once: ticked together, approved one by one, taken back together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.desk import blueprint, saying, views
from blueprints.desk.screen import answer, show
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import iso, status_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Actor, Role
from models import Booking
from services import mine, queue
from services.desk import batches, undoing
from services.idempotency import Answer, answer_once

MOST = 100
Service = Callable[..., Booking]


@blueprint.get("/desk/batch")
@allow(Role.STAFF)
def look_at_batch() -> ResponseReturnValue:
    """The harmless requests, all ticked, with one button."""
    return show(None, batch=True)


@blueprint.post("/desk/batch")
@allow(Role.STAFF)
def approve_batch() -> ResponseReturnValue:
    """Say yes to those that are ticked; `one` is `id:version`, as often as there are."""
    done, failed = _each(batches.approve, _("没有通过"))
    if not done and not failed:
        refusal = BadInput("nothing_ticked", field="one")
        if pages.wants_json():
            raise refusal
        return show(None, batch=True, refusal=refusal)
    said = saying.approved_together(done)
    moment, actor = now(), the_actor()
    open_until = [one.undo_until for one in undoing.recent(actor, moment)] if done else []
    waiting = queue.waiting(actor, moment)
    undo = {"url": url_for("desk.undo_batch"), "one": done}
    body: dict[str, Any] = {
        "said": said,
        "next": waiting[0].id if waiting else None,
        "undo_until": iso(open_until[0]) if open_until else None,
        "undo": undo if open_until else None,
        "failed": failed,
    }
    return answer(body)


@blueprint.post("/desk/undo")
@allow(Role.STAFF)
def undo_batch() -> ResponseReturnValue:
    """Take a batch back; `one` is `id:version` of each as it stands since."""
    done, failed = _each(undoing.undo, _("没有撤销"))
    first = int(done[0].partition(":")[0]) if done else None
    said = _("撤销了 %(count)s 件，它们又在等审核，没有通知任何人。", count=len(done)) if done else ""
    return answer({"said": said, "next": first, "undo_until": None, "undo": None, "failed": failed})


def _each(service: Service, failing: str) -> tuple[list[str], list[str]]:
    """Do it to each that was sent, once and on its own; what was done as it stands now, and what failed in words."""
    actor, moment, key = the_actor(), now(), once.key_of_request()
    done, failed = [], []
    for booking_id, version in _sent():
        act = partial(_act, service, actor, booking_id, version, moment)
        no = partial(_no, actor, booking_id, failing, moment)
        if key is None:
            found = _plainly(act, no)
        else:
            found = answer_once(actor, f"{key}:{booking_id}", once.fingerprint(), act, no, moment)
        (done if found.status == 200 else failed).append(found.body["told"])
    return done, failed


def _plainly(act: Callable[[], Answer], no: Callable[[Refusal], Answer]) -> Answer:
    try:
        return act()
    except Refusal as refusal:
        return no(refusal)


def _act(service: Service, actor: Actor, booking_id: int, version: int, moment: datetime) -> Answer:
    booking = service(actor, booking_id, version=version, now=moment)
    return Answer(200, {"told": f"{booking.id}:{booking.version}"})


def _no(actor: Actor, booking_id: int, failing: str, moment: datetime, refusal: Refusal) -> Answer:
    if not isinstance(refusal, Stale | RuleViolation | BadInput):
        raise refusal
    booking = mine.booking(actor, booking_id)
    why = sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)
    words = {"what": views.what(booking), "when": views.when(booking, moment), "why": why}
    told = _("%(failing)s：%(what)s %(when)s。%(why)s", failing=failing, **words)
    return Answer(status_of(refusal), {"told": told})


def _sent() -> Sequence[tuple[int, int]]:
    """The ids and versions of the form; raises BadInput."""
    try:
        pairs = [tuple(whole(part) for part in one.split(":")) for one in request.form.getlist("one")]
    except ValueError as error:
        raise BadInput("bad_input", field="one") from error
    if len(pairs) > MOST or any(len(pair) != 2 for pair in pairs):
        raise BadInput("bad_input", field="one")
    return [(pair[0], pair[1]) for pair in pairs]
