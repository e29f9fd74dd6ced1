"""Routes of a show's samples: one tap when one comes, one when it goes home."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import booth_cards, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.words import sentence
from blueprints.words.booths import sample_word
from domain.errors import BadInput, Missing, Refusal, RuleViolation, Stale
from domain.people import Role
from domain.studio.booths import Sample
from services import mine as my_bookings
from services.studio import samples as services


@blueprint.get("/shows/<int:show_id>/samples")
@allow(Role.STAFF)
def samples(show_id: int) -> ResponseReturnValue:
    """Every booth of a show with its sample."""
    return _show(show_id)


@blueprint.post("/bookings/<int:booking_id>/sample")
@allow(Role.STAFF)
def mark_sample(booking_id: int) -> ResponseReturnValue:
    """A sample came (`received`), went home (`returned`), or the last of it was a slip (`undo`)."""
    done, actor, moment = request.form.get("done", ""), the_actor(), now()
    show_id = _show_of(booking_id)
    try:
        if done == "undo":
            services.undo(actor, booking_id, now=moment)
        elif done in (Sample.RECEIVED, Sample.RETURNED):
            services.mark(actor, booking_id, Sample(done), now=moment)
        else:
            raise BadInput("bad_input", field="done")
    except (Stale, RuleViolation) as refusal:
        return _show(show_id, refusal)
    return pages.go_to(url_for("studio.samples", show_id=show_id, _anchor=f"sample-{booking_id}"))


def _show_of(booking_id: int) -> int:
    slot = my_bookings.booking(the_actor(), booking_id).booth_slot
    if slot is None:
        raise Missing
    return slot.show_id


def _show(show_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    found, moment = services.of_show(the_actor(), show_id), now()
    said = refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal
    return pages.show(
        "studio/samples",
        status_of(refusal) if refusal else 200,
        found=found,
        when=views.when(found.show.interval, moment),
        here=found.count(Sample.RECEIVED) + found.count(Sample.RETURNED),
        word=sample_word,
        by=lambda booking: booth_cards.sample_by(booking, found.names),
        picture_url=views.picture_url,
        refused=sentence(said) if said else None,
    )
