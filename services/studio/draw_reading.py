"""Reading a draw: what is public of it at each stage, and whether all that was published agrees with the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from domain.remembered import recall
from domain.studio.draw import ApplicationStatus, DrawList, Standing, ranked, read_list, sha256, standing
from domain.studio.draw_check import Published, Result, verify
from domain.studio.shows import Allotment
from models import AuditEvent, BoothApplication, BoothSlot, Draw, Show
from services.studio import applying
from services.studio.applying import load_draw
from services.studio.closing_list import applications_of
from services.studio.shows import load_show
from services.unit_of_work import query

Figures = tuple[int, int, int | None, int | None, int | None]
"""Shop, product, wished booth, slots and points of an application."""


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """What is public of a draw. There is a list once it is closed, and a seed with results once it is drawn.

    `mine` is the application of the asker's shop, `reasons` say which rule spoke against those who were passed over,
    for their own shop and for staff.
    """

    show: Show
    seed_hash: str
    count: int
    mine: BoothApplication | None = None
    closed_at: datetime | None = None
    list_text: str | None = None
    list_hash: str | None = None
    published: DrawList | None = None
    drawn_at: datetime | None = None
    seed: str | None = None
    results: tuple[Result, ...] = ()
    reasons: tuple[tuple[int, Violation], ...] = ()

    @property
    def standings(self) -> dict[int, Standing]:
        """Why everybody has their rank, by application; empty before the draw."""
        if self.published is None or self.seed is None or self.list_hash is None:
            return {}
        in_order = ranked(self.published.applicants, self.seed, self.list_hash)
        return {one.id: standing(in_order, one.id) for one in in_order}


@query
def public_draw(session: Session, show_id: int, *, actor: Actor | None = None) -> PublicDraw:
    """The draw of a show as everybody may see it now; raises Missing."""
    show = load_show(session, show_id, actor)
    return _public(session, show, load_draw(session, show), actor)


@query
def draw_of(session: Session, show: Show, *, actor: Actor | None = None) -> PublicDraw | None:
    """The same for a show that is at hand, None where booths go to whoever comes first."""
    draw = session.get(Draw, show.id) if show.allotment is Allotment.DRAW else None
    return None if draw is None else _public(session, show, draw, actor)


def _public(session: Session, show: Show, draw: Draw, actor: Actor | None) -> PublicDraw:
    is_drawn = draw.drawn_at is not None
    return PublicDraw(
        show=show,
        seed_hash=draw.seed_hash,
        count=applying.count(session, show.id),
        mine=applying.own(session, actor, show.id),
        closed_at=draw.closed_at,
        list_text=draw.list_text,
        list_hash=draw.list_hash,
        published=_readable(draw.list_text),
        drawn_at=draw.drawn_at,
        seed=draw.seed if is_drawn else None,
        results=_results(session, show.id) if is_drawn else (),
        reasons=_reasons(session, show.id, actor) if is_drawn else (),
    )


def _readable(text: str | None) -> DrawList | None:
    """The list, unless somebody has made it unreadable: that is for the check to tell, not for the page to fail on."""
    try:
        return None if text is None else read_list(text)
    except ValueError:
        return None


def _details(session: Session, show_id: int, action: str) -> dict[int, dict[str, Any]]:
    """What was written down of the applications of a show when something was done to them."""
    rows = session.execute(
        select(AuditEvent.object_id, AuditEvent.detail)
        .join(BoothApplication, BoothApplication.id == AuditEvent.object_id)
        .where(
            AuditEvent.object_type == BoothApplication.__tablename__,
            AuditEvent.action == action,
            BoothApplication.show_id == show_id,
        )
        .order_by(AuditEvent.id)
    )
    return {row.object_id: row.detail for row in rows}


def _results(session: Session, show_id: int) -> tuple[Result, ...]:
    given = _details(session, show_id, "application.allotted")
    rows = session.execute(
        select(BoothApplication.id, BoothApplication.rank, BoothApplication.status)
        .where(BoothApplication.show_id == show_id, BoothApplication.rank.is_not(None))
        .order_by(BoothApplication.rank, BoothApplication.id)
    )
    return tuple(_result(row.id, row.rank, row.status, given.get(row.id)) for row in rows)


def _result(number: int, rank: int, status: ApplicationStatus, given: dict[str, Any] | None) -> Result:
    if status is not ApplicationStatus.ALLOTTED or given is None:
        return Result(number, rank, status)
    return Result(number, rank, status, given["booth"], datetime.fromisoformat(given["starts_at"]))


def _reasons(session: Session, show_id: int, actor: Actor | None) -> tuple[tuple[int, Violation], ...]:
    if actor is None:
        return ()
    known = _details(session, show_id, "application.passed_over")
    if not actor.is_staff:
        mine = applying.own(session, actor, show_id)
        known = {mine.id: known[mine.id]} if mine is not None and mine.id in known else {}
    return tuple((number, recall(detail)) for number, detail in known.items())


@query
def faults(session: Session, show_id: int, *, actor: Actor | None = None) -> list[Violation]:
    """What does not agree between what was published of a draw and what the house holds; empty when all does.

    Raises Missing, and RuleViolation before the list is closed.
    """
    return checked(session, load_show(session, show_id, actor).id)


def checked(session: Session, show_id: int) -> list[Violation]:
    """The same as a part of a reading transaction, for whoever may see every show."""
    show = session.get_one(Show, show_id)
    draw = load_draw(session, show)
    if draw.list_text is None or draw.list_hash is None:
        raise RuleViolation([Violation("draw_before_close")])
    is_drawn = draw.drawn_at is not None
    published = Published(
        seed_hash=draw.seed_hash,
        list_text=draw.list_text,
        list_hash=draw.list_hash,
        seed=draw.seed if is_drawn else None,
        results=_results(session, show.id) if is_drawn else (),
    )
    found = [
        *verify(published),
        *_as_first_published(session, draw),
        *_secret_kept(draw),
        *_against_the_house(session, show, draw.list_text),
    ]
    return list({one.code: one for one in found}.values())


def _as_first_published(session: Session, draw: Draw) -> list[Violation]:
    """The hash that was written down when the list was closed must still be that of the list."""
    said = session.scalar(
        select(AuditEvent.detail)
        .where(
            AuditEvent.object_type == Show.__tablename__,
            AuditEvent.object_id == draw.show_id,
            AuditEvent.action == "draw.closed",
        )
        .order_by(AuditEvent.id)
        .limit(1)
    )
    return [] if said is None or said["list_hash"] == draw.list_hash else [Violation("draw_list_changed")]


def _secret_kept(draw: Draw) -> list[Violation]:
    """A seed that is not published yet must be the promised one all the same."""
    promised = sha256(draw.seed) == draw.seed_hash
    return [] if draw.drawn_at is not None or promised else [Violation("draw_seed_changed")]


def _against_the_house(session: Session, show: Show, text: str) -> Iterable[Violation]:
    published = _readable(text)
    if published is None:
        return
    listed: dict[int, Figures] = {
        one.id: (one.merchant_id, one.product_id, one.wish, one.slots_this_year, one.points)
        for one in published.applicants
    }
    applications = applications_of(session, show.id)
    kept: dict[int, Figures] = {
        one.id: (one.merchant_id, one.product_id, one.booth, one.slots_this_year, one.points)
        for one in applications
    }
    both = listed.keys() & kept.keys()
    for code, numbers in (
        ("draw_application_added", kept.keys() - listed.keys()),
        ("draw_application_removed", listed.keys() - kept.keys()),
        ("draw_application_edited", {number for number in both if listed[number] != kept[number]}),
        ("draw_booking_differs", _without_their_booking(session, applications)),
    ):
        if numbers:
            yield Violation(code, {"applications": ", ".join(map(str, sorted(numbers)))})


def _without_their_booking(session: Session, applications: Iterable[BoothApplication]) -> set[int]:
    """Who was allotted a booth that is not a booking of their shop in this show."""
    allotted = [one for one in applications if one.status is ApplicationStatus.ALLOTTED]
    rows = session.execute(
        select(BoothSlot.booking_id, BoothSlot.show_id, BoothSlot.merchant_id).where(
            BoothSlot.booking_id.in_([one.booking_id for one in allotted])
        )
    )
    theirs = {(row.booking_id, row.show_id, row.merchant_id) for row in rows}
    return {one.id for one in allotted if (one.booking_id, one.show_id, one.merchant_id) not in theirs}
