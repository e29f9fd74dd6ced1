"""Standing in line for a time that somebody else has: the same form as booking, another button."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import signed_in
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.refusals import Refused, explain
from blueprints.spaces import blueprint
from blueprints.spaces.booking import show_form
from blueprints.spaces.choosing import Wish
from blueprints.spaces.forms import BookingForm, booking_form
from blueprints.spaces.proxy import neighbours_for
from blueprints.timeline import parse_day
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation, Violation
from domain.interval import Interval
from services import booking as bookings
from services import queueing
from services.idempotency import Answer


@blueprint.post("/spaces/<code>/wait")
@signed_in
def wait(code: str) -> ResponseReturnValue:
    """Stand in line; a time that is free after all comes back with its booking form, filled in."""
    sent = request.form
    wish = Wish(parse_day(sent.get("day")), sent.get("start"), sent.get("end"), wait=True)
    space = bookings.outline(code)
    form = booking_form(space, neighbours_for(space))
    interval = wish.interval
    if interval is None:
        return show_form(code, wish, form, 422, Refused([sentence(Violation("time_invalid"))]))
    if not form.validate():
        return show_form(code, wish, form, 422)
    try:
        answer = once.once(lambda: _join(code, interval, form))
    except (RuleViolation, BadInput) as refusal:
        free = isinstance(refusal, RuleViolation) and refusal.violations[0].code == "time_is_free"
        shown = Wish(wish.day, wish.start, wish.end, wait=not free)
        return show_form(code, shown, form, 409 if free else 422, explain(refusal, form, {}))
    return pages.go_to(answer.body["location"])


def _join(code: str, interval: Interval, form: BookingForm) -> Answer:
    entry = queueing.join(
        the_actor(),
        code,
        interval,
        purpose=form.purpose.data if "purpose" in form else "",
        party_size=form.party_size.data if "party_size" in form else 1,
        on_behalf_of=(form.on_behalf_of.data or None) if "on_behalf_of" in form else None,
        now=now(),
    )
    return Answer(303, {"location": url_for("waiting.one", entry_id=entry.id)})
