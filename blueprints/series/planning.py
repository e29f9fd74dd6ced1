"""Planning a series: how often and until when, then every date with a tick or with what is in its way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, overriding, pages
from blueprints.access import signed_in
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.series import blueprint
from blueprints.series.views import REPEAT_WORDS, clocks, curable_for, preview_of, weekday_choices, why_not
from blueprints.series.wishes import Wish
from blueprints.spaces.booking import obstacle, verdict
from blueprints.spaces.forms import MYSELF, BookingForm, booking_form
from blueprints.spaces.proxy import flat_asked, neighbours_for
from blueprints.timeline import parse_day
from domain.errors import BadInput, Refusal, RuleViolation, SlotTaken
from domain.interval import local_day
from models import Space
from services import booking as bookings
from services import making, series, space_calendar
from services.idempotency import Answer
from services.series import Plan


@blueprint.get("/spaces/<code>/series")
@signed_in
def plan(code: str) -> ResponseReturnValue:
    """The form of a series, and once it was sent the dates that come of it; looking changes nothing."""
    space = space_calendar.one(code)
    form = booking_form(space, neighbours_for(space))
    form.choose_neighbour(request.args.get("on_behalf_of", type=int), flat=bool(flat_asked()))
    return _show(space, _wish(), form)


@blueprint.post("/spaces/<code>/series/book")
@signed_in
def book(code: str) -> ResponseReturnValue:
    """Book the ticked dates, all of them or none."""
    outline = bookings.outline(code)
    form, wish = booking_form(outline, neighbours_for(outline)), _wish()
    # An exception is asked for by a form of its own, which carries the dates in one field.
    ticked = [*request.form.getlist("date"), *request.form.get("dates", "").split()]
    if not form.validate():
        return _show(space_calendar.one(code), wish, form, 422, ticked=ticked)
    try:
        answer = once.once(lambda: _book(code, wish, form, ticked))
    except (RuleViolation, SlotTaken, BadInput) as refusal:
        status = 409 if isinstance(refusal, SlotTaken) else 422
        return _show(space_calendar.one(code), wish, form, status, refusal=refusal, ticked=ticked)
    return pages.go_to(answer.body["location"])


def _wish() -> Wish:
    return Wish.of(request.values, local_day(now()) + timedelta(days=1))


def _book(code: str, wish: Wish, form: BookingForm, ticked: Collection[str]) -> Answer:
    made = series.book(
        the_actor(),
        _plan(code, wish, form),
        days=[day for text in ticked if (day := parse_day(text))],
        now=now(),
        override=overriding.asked(),
    )
    return Answer(303, {"location": url_for("series.one", series_id=made.id)})


def _plan(code: str, wish: Wish, form: BookingForm) -> Plan:
    if wish.interval is None:
        raise BadInput("time_invalid", field="start")
    people = (form.party_size.data or 1) if "party_size" in form else 1
    purpose = (form.purpose.data or "") if "purpose" in form else ""
    neighbour = (form.on_behalf_of.data or None) if "on_behalf_of" in form else None
    return Plan(code, wish.interval, wish.rule(), making.Wish(purpose, max(people, 1)), neighbour)


def _show(
    space: Space,
    wish: Wish,
    form: BookingForm,
    status: int = 200,
    *,
    refusal: Refusal | None = None,
    ticked: Collection[str] | None = None,
) -> ResponseReturnValue:
    actor, preview, reasons = the_actor(), None, why_not(refusal) if refusal else []
    if wish.repeat:
        try:
            wanted = _plan(space.code, wish, form)
            dates = series.preview(actor, wanted, now())
            preview = preview_of(dates, wanted.rule, curable_for(actor, dates), ticked)
        except (BadInput, RuleViolation) as unclear:
            reasons = reasons or why_not(unclear)
            status = max(status, 422)
    return pages.show(
        "series/plan",
        status,
        space=space,
        wish=wish,
        form=form,
        preview=preview,
        reasons=reasons,
        exceptions=_exceptions(refusal),
        ticked=" ".join(ticked or ()),
        obstacle=obstacle(space, actor),
        verdict=verdict(space, actor),
        clocks=clocks(space),
        weekdays=weekday_choices(),
        repeats=REPEAT_WORDS,
        flat=flat_asked(),
        myself=MYSELF,
        new_key=once.new_key,
    )


def _exceptions(refusal: Refusal | None) -> overriding.Exceptions | None:
    """What staff may set aside, each rule once however many dates break it."""
    if not isinstance(refusal, RuleViolation):
        return None
    by_code = {found.code: found for found in refusal.violations}
    return overriding.offered(RuleViolation(list(by_code.values())), the_actor())
