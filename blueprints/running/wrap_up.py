"""Routes of wrapping a show up: type in the views, tick what was not aired, seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.running import blueprint
from blueprints.words import sentence
from blueprints.words.after_show import aired_words, outcome_word
from domain.errors import BadInput, Refusal, RuleViolation
from domain.people import Role
from domain.studio.records import views_of
from domain.studio.wrapping import Outcome
from services import settings
from services.idempotency import Answer
from services.studio import wrapping
from services.studio.wrapping import BoothEnd, WrapUp


@dataclass(frozen=True, slots=True)
class Row:
    """One booth on the page, with what was typed for it."""

    end: BoothEnd
    aired: str
    views: str
    outcome: Outcome
    error: str | None

    @property
    def id(self) -> int:
        """The booking's."""
        return self.end.booking.id


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form, before anybody has looked whether it can be meant."""

    views: Mapping[int, str]
    outcomes: Mapping[int, Outcome]

    @property
    def wrong(self) -> dict[int, str]:
        """The sentence for each booth whose number can't be read."""
        found = {}
        for booking_id, text in self.views.items():
            try:
                views_of(text)
            except BadInput as refusal:
                found[booking_id] = sentence(refusal)
        return found

    @property
    def counts(self) -> dict[int, int | None]:
        """The numbers, of a form without wrong ones."""
        return {booking_id: views_of(text) for booking_id, text in self.views.items()}


NOTHING = Typed({}, {})


def _typed(ends: Sequence[BoothEnd]) -> Typed:
    """The fields of the booths of this show; what is named otherwise is nobody's."""
    sent, known = request.form, [end.booking.id for end in ends]
    outcomes = {}
    for booking_id in known:
        word = sent.get(f"outcome-{booking_id}", "")
        if word in set(Outcome):
            outcomes[booking_id] = Outcome(word)
    views = {one: sent.get(f"views-{one}", "") for one in known if f"views-{one}" in sent}
    return Typed(views, outcomes)


@blueprint.get("/shows/<int:show_id>/wrap-up")
@allow(Role.STAFF)
def wrap_up(show_id: int) -> ResponseReturnValue:
    """Every booth of a show that is over, to be told of."""
    found = wrapping.of_show(the_actor(), show_id, now())
    return _show(found, NOTHING)


@blueprint.post("/shows/<int:show_id>/views")
@allow(Role.STAFF)
def keep_views(show_id: int) -> ResponseReturnValue:
    """Keep the views as far as they are known, before sealing or after."""
    found = wrapping.of_show(the_actor(), show_id, now())
    typed = _typed(found.booths)
    if typed.wrong:
        return _show(found, typed, 422)
    wrapping.keep_views(the_actor(), show_id, typed.counts, now=now())
    flash(_("观看人数已保存。"), "ok")
    return pages.go("running.wrap_up", show_id=show_id)


@blueprint.post("/shows/<int:show_id>/wrap-up")
@allow(Role.STAFF)
def seal(show_id: int) -> ResponseReturnValue:
    """Say what became of every booth and seal the file; a refusal keeps what was typed."""
    found = wrapping.of_show(the_actor(), show_id, now())
    typed = _typed(found.booths)
    if typed.wrong:
        return _show(found, typed, 422)
    try:
        answer = once.once(lambda: _seal(show_id, typed))
    except (BadInput, RuleViolation) as refusal:
        found = wrapping.of_show(the_actor(), show_id, now())
        return _show(found, typed, status_of(refusal), refusal)
    flash(_("已收尾，档案已封存。"), "ok")
    return pages.go_to(answer.body["location"])


def _seal(show_id: int, typed: Typed) -> Answer:
    wrapping.wrap_up(the_actor(), show_id, typed.outcomes, typed.counts, now=now())
    return Answer(303, {"location": url_for("running.record", show_id=show_id)})


def _show(
    found: WrapUp, typed: Typed, status: int = 200, refusal: Refusal | None = None
) -> ResponseReturnValue:
    wrong = typed.wrong
    house = settings.current()
    return pages.show(
        "running/wrap_up",
        status,
        found=found,
        rows=[_row(end, typed, wrong) for end in found.booths],
        wrong=wrong,
        refusals=_sentences(refusal),
        outcomes=[(one, outcome_word(one)) for one in Outcome],
        word=outcome_word,
        points=house.absent_points,
        years=max(3, house.records_years),
        idempotency_key=once.new_key(),
    )


def _sentences(refusal: Refusal | None) -> list[str]:
    if refusal is None:
        return []
    told = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
    return [sentence(one) for one in told]


def _row(end: BoothEnd, typed: Typed, wrong: Mapping[int, str]) -> Row:
    booking_id, slot = end.booking.id, end.booking.booth_slot
    kept = "" if slot is None or slot.views is None else str(slot.views)
    return Row(
        end=end,
        aired=aired_words(end.airing),
        views=typed.views.get(booking_id, kept),
        outcome=typed.outcomes.get(booking_id, end.outcome),
        error=wrong.get(booking_id),
    )
