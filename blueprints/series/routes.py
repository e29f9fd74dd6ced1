"""A series and its dates: cancelling or moving this one, those from here on, or all; trying skipped ones again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import signed_in
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.series import blueprint
from blueprints.series.views import clocks, series_page, why_not
from blueprints.timeline import interval_of, parse_day
from domain.errors import BadInput, Refusal, RuleViolation, SlotTaken, Stale
from domain.interval import local_day
from domain.recurrence import Scope, TimeOfDay
from services import making, series, series_changes, series_reading
from services.idempotency import Answer
from services.series_changes import Part

CHANGES = ("move", "edit", "cancel")


@blueprint.get("/series/<int:series_id>")
@signed_in
def one(series_id: int) -> ResponseReturnValue:
    """Its dates with their states, and what can be done with them."""
    return _show(series_id)


@blueprint.post("/series/<int:series_id>/cancel")
@signed_in
def cancel(series_id: int) -> ResponseReturnValue:
    """Take occurrences back."""
    reason = request.form.get("reason", "")
    return _change(
        series_id,
        "cancel",
        lambda part, version: series_changes.cancel(
            the_actor(), series_id, part, version=version, now=now(), reason=reason
        ),
    )


@blueprint.post("/series/<int:series_id>/move")
@signed_in
def move(series_id: int) -> ResponseReturnValue:
    """Give occurrences another time on their days."""
    sent = request.form
    # Any day will do: of the two clocks only the time of the day is wanted.
    interval = interval_of(date(2026, 1, 1), sent.get("start"), sent.get("end"))

    def act(part: Part, version: int) -> object:
        if interval is None:
            raise BadInput("time_invalid", field="start")
        time = TimeOfDay.of(interval)
        return series_changes.move(the_actor(), series_id, part, time, version=version, now=now())

    return _change(series_id, "move", act)


@blueprint.post("/series/<int:series_id>/edit")
@signed_in
def edit(series_id: int) -> ResponseReturnValue:
    """Change what occurrences are for and how many come."""
    wish = making.Wish(request.form.get("purpose", ""), request.form.get("party_size", 0, type=whole))
    return _change(
        series_id,
        "edit",
        lambda part, version: series_changes.edit(
            the_actor(), series_id, part, wish, version=version, now=now()
        ),
    )


@blueprint.post("/series/<int:series_id>/retry")
@signed_in
def retry(series_id: int) -> ResponseReturnValue:
    """Book a skipped date after all, or hear what is in the way now."""
    day = parse_day(request.form.get("day"))
    if day is None:
        return _show(series_id, 422, BadInput("series_day_missing"))
    try:
        series.retry_skipped(the_actor(), series_id, day, now=now())
    except (RuleViolation, SlotTaken) as refusal:
        return _show(series_id, 409 if isinstance(refusal, SlotTaken) else 422, refusal)
    return pages.go("series.one", series_id=series_id)


def _change(series_id: int, kind: str, act: Callable[[Part, int], object]) -> ResponseReturnValue:
    sent = request.form
    version = sent.get("version", 0, type=whole)

    def do() -> Answer:
        act(_part(), version)
        return Answer(303, {})

    try:
        once.once(do)
    except (RuleViolation, SlotTaken, Stale, BadInput) as refusal:
        status = 409 if isinstance(refusal, SlotTaken | Stale) else 422
        return _show(series_id, status, refusal, kind)
    return pages.go("series.one", series_id=series_id)


def _part() -> Part:
    sent = request.form
    try:
        scope = Scope(sent.get("scope", ""))
    except ValueError as error:
        raise BadInput("series_day_missing", field="scope") from error
    return Part(scope, None if scope is Scope.ALL else parse_day(sent.get("day")))


def _show(
    series_id: int, status: int = 200, refusal: Refusal | None = None, kind: str | None = None
) -> ResponseReturnValue:
    moment, actor = now(), the_actor()
    view = series_reading.one(actor, series_id)
    wanted = kind or request.args.get("change")
    return pages.show(
        "series/one",
        status,
        series=view.series,
        page=series_page(view, actor, moment),
        reasons=why_not(refusal) if refusal else [],
        opened=wanted if wanted in CHANGES else None,
        chosen_scope=request.form.get("scope", Scope.FOLLOWING if request.args.get("day") else Scope.ALL),
        chosen_day=parse_day(request.values.get("day")),
        clocks=clocks(view.series.space),
        today=local_day(moment),
        new_key=once.new_key,
    )
