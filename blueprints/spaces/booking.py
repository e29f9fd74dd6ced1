"""Booking a space: touch a time, say what for, send. Works as links and one form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, overriding, pages
from blueprints.access import public, signed_in
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from blueprints.refusals import Refused, explain
from blueprints.spaces import blueprint
from blueprints.spaces.choosing import Chooser, Link, Wish, chooser, chosen
from blueprints.spaces.forms import MYSELF, BookingForm, booking_form
from blueprints.spaces.proxy import books_for_others, flat_asked, neighbours_for
from blueprints.timeline import parse_day
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation, SlotTaken, Violation
from domain.interval import Interval
from domain.people import HOUSEHOLD_ROLES, Actor, Role
from domain.spaces import Approval, SpaceKind, needs_approval
from models import Space
from services import booking as bookings
from services import foreseen, listing, making, space_calendar
from services.idempotency import Answer


@blueprint.get("/spaces/<code>/book")
@public
def book(code: str) -> ResponseReturnValue:
    """The day's grid, and once a time is chosen the form."""
    asked = request.args
    wish = Wish(
        parse_day(asked.get("day")), asked.get("start"), asked.get("end"), "fine" in asked, "wait" in asked
    )
    space = bookings.outline(code)
    form = booking_form(space, neighbours_for(space))
    form.choose_neighbour(asked.get("on_behalf_of", type=int), flat=bool(flat_asked()))
    return show_form(code, wish, form)


@blueprint.post("/spaces/<code>/book")
@signed_in
def submit(code: str) -> ResponseReturnValue:
    """Ask for the time; a refusal comes back with its reason and up to three ways out."""
    sent = request.form
    wish = Wish(parse_day(sent.get("day")), sent.get("start"), sent.get("end"))
    interval = wish.interval
    space = bookings.outline(code, interval)
    form = booking_form(space, neighbours_for(space))
    if interval is None:
        return show_form(code, wish, form, 422, Refused([sentence(Violation("time_invalid"))]))
    if not form.validate():
        return show_form(code, wish, form, 422)
    asked = _Asked(code, interval, form, space.revision)
    try:
        if space.is_taken:
            _look_first(asked)
        answer = once.once(lambda: _request(asked))
    except (RuleViolation, SlotTaken, BadInput) as refusal:
        return _show_refusal(asked, wish, refusal)
    return pages.go_to(answer.body["location"])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the form asks for, in the terms of the service."""

    code: str
    interval: Interval
    form: BookingForm
    revision: int

    @property
    def wish(self) -> making.Wish:
        purpose = self.form.purpose.data if "purpose" in self.form else ""
        return making.Wish(purpose, self.form.party_size.data if "party_size" in self.form else 1)

    @property
    def on_behalf_of(self) -> int | None:
        return (self.form.on_behalf_of.data or None) if "on_behalf_of" in self.form else None


def _look_first(asked: _Asked) -> None:
    """Whoever comes too late, and books by the rules for themselves, need not queue to be told so."""
    if asked.on_behalf_of is None and overriding.asked() is None:
        foreseen.refuse_what_is_taken(
            the_actor(), once.key_of_request(), asked.code, asked.interval, asked.wish.party_size, now()
        )


def _request(asked: _Asked) -> Answer:
    number = bookings.ask_in_brief(
        the_actor(),
        asked.code,
        asked.interval,
        asked.wish,
        on_behalf_of=asked.on_behalf_of,
        now=now(),
        override=overriding.asked(),
        seen=asked.revision,
    )
    # The address of every booking is looked up once; only its number differs.
    return Answer(
        303, {"location": f"{pages.address('bookings.one', booking_id=0).removesuffix('0')}{number}"}
    )


def _show_refusal(
    asked: _Asked, wish: Wish, refusal: RuleViolation | SlotTaken | BadInput
) -> ResponseReturnValue:
    """What is free instead is looked up now that nobody waits for us."""
    if not isinstance(refusal, BadInput):
        booker_id = asked.on_behalf_of or the_actor().id
        refusal = bookings.with_choices(
            refusal, asked.code, asked.interval, asked.wish.party_size, now(), booker_id
        )
    status = 409 if isinstance(refusal, SlotTaken) else 422
    offered = [] if isinstance(refusal, BadInput) else refusal.alternatives
    spaces = listing.spaces_named({one.space_code for one in offered})
    refused = explain(refusal, asked.form, spaces)
    return show_form(asked.code, wish, asked.form, status, refused, overriding.offered(refusal, the_actor()))


def show_form(
    code: str,
    wish: Wish,
    form: BookingForm,
    status: int = 200,
    refused: Refused | None = None,
    exceptions: overriding.Exceptions | None = None,
) -> ResponseReturnValue:
    """The page as far as the choosing has come, with what was refused on top."""
    moment, actor = now(), current_actor()
    found = space_calendar.reach(actor, code, wish.day, moment)
    space, day, flat = found.space, found.day, flat_asked()

    def link(**asked: Any) -> str:
        fine = {"fine": 1} if wish.fine else {}
        return url_for("spaces.book", code=code, **{**fine, **flat, **asked})

    return pages.show(
        "spaces/book",
        status,
        space=space,
        chooser=_choosing(found, wish, link, moment),
        form=form,
        refused=refused,
        exceptions=exceptions,
        obstacle=obstacle(space, actor),
        here=link(day=day, **({"wait": 1} if wish.wait else {}), **_typed(wish, day)),
        waits=wish.wait,
        wish=_typed(wish, day) | {"day": day.isoformat()},
        flat=flat,
        asks_for_flat=books_for_others(actor, space),
        nobody_there=bool(flat) and "on_behalf_of" not in form,
        kept=_kept(form),
        verdict=verdict(space, actor),
        new_key=once.new_key,
    )


def _choosing(found: space_calendar.Reach, wish: Wish, link: Link, moment: datetime) -> Chooser:
    """What a time has to be chosen from is only looked up while none is chosen."""
    if wish.interval is not None and wish.day == found.day:
        return chosen(found.space, wish.interval, wish, link)
    day = space_calendar.day_within(found, current_actor(), moment)
    return chooser(day, wish, link, moment, line=True)


def _typed(wish: Wish, day: date) -> dict[str, str]:
    if wish.day != day:
        return {}
    return {name: value for name, value in (("start", wish.start), ("end", wish.end)) if value}


def _kept(form: BookingForm) -> dict[str, Any]:
    """What another choice of time takes along."""
    kept = {name: form[name].data for name in ("purpose", "party_size") if name in form and form[name].data}
    if "on_behalf_of" in form and form.on_behalf_of.data != MYSELF:
        kept["on_behalf_of"] = form.on_behalf_of.data
    return kept


def obstacle(space: Space, actor: Actor | None) -> str | None:
    """Why this person can look but not book, in one sentence."""
    if actor is None:
        return _("登录后就能预约，选好的时间会留着。")
    if actor.role is Role.MERCHANT and space.kind is not SpaceKind.STUDIO:
        return sentence(Violation("role_may_not_book"))
    if actor.role in HOUSEHOLD_ROLES and not actor.verified:
        return sentence(Violation("not_verified"))
    return None


def verdict(space: Space, actor: Actor | None) -> str:
    """Who decides about this person's wish."""
    waits = needs_approval(
        space.approval,
        is_captain=actor is not None and actor.role is Role.CAPTAIN,
        is_staff=actor is not None and actor.is_staff,
        levels=space.approval_levels,
    )
    if waits:
        return _("提交后由工作人员审核，结果会在“我的”里告诉您。")
    if space.approval is Approval.NONE:
        return _("这里不用审核，提交后马上确认。")
    return _("您提交后马上确认。")
