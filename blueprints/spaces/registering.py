"""Writing down a neighbour who has no phone, in the middle of booking for them."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.refusals import Refused
from blueprints.spaces import blueprint
from blueprints.spaces.booking import show_form
from blueprints.spaces.choosing import Wish
from blueprints.spaces.forms import booking_form
from blueprints.spaces.proxy import flat_asked, home_of
from blueprints.timeline import parse_day
from blueprints.words import sentence
from domain.errors import BadInput
from domain.people import Role, Salutation
from services import people, space_calendar
from services.idempotency import Answer


@blueprint.post("/spaces/<code>/neighbours")
@allow(Role.CAPTAIN, Role.STAFF)
def register(code: str) -> ResponseReturnValue:
    """Write down a neighbour who has no phone, and go on booking for them."""
    sent, actor = request.form, the_actor()
    wish = Wish(parse_day(sent.get("day")), sent.get("start"), sent.get("end"))

    def add() -> Answer:
        chosen = sent.get("salutation", "")
        made = people.add_without_phone(
            actor,
            name=sent.get("name", ""),
            salutation=Salutation(chosen) if chosen in list(Salutation) else Salutation.NONE,
            home=home_of(flat_asked()),
            now=now(),
        )
        time = {name: sent[name] for name in ("day", "start", "end") if sent.get(name)}
        address = url_for("spaces.book", code=code, on_behalf_of=made.id, **time, **flat_asked())
        return Answer(303, {"location": address})

    try:
        answer = once.once(add)
    except BadInput as refusal:
        form = booking_form(space_calendar.one(code), [])
        return show_form(code, wish, form, 422, Refused([sentence(refusal)]))
    return pages.go_to(answer.body["location"])
