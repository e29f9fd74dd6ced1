"""Booths of a show: move, swap, and their samples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas, shapes, show_shapes
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import booths as looks
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.errors import Missing
from domain.people import Actor, Role
from domain.studio.booths import Sample
from models import Booking, BoothSwap
from services import listing
from services.idempotency import Answer
from services.studio import booth_moves, proposals, samples, swaps

blueprint = Blueprint("api_booths", __name__, description="Moves and swaps of booths, and their samples")
Settling = Callable[..., BoothSwap]
Marking = Callable[[Actor, int, datetime], Booking]


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>/move")
@allow(Role.MERCHANT, Role.STAFF)
@blueprint.arguments(looks.MoveIn)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def move(body: dict[str, Any], show_id: int, booth: int) -> Response:
    """Give a booth booking of this show this free booth; its state stays."""

    def act() -> dict[str, Any]:
        _of_show(show_id, body["booking"])
        moved = booth_moves.move_booth(
            the_actor(), body["booking"], booth,
            starts_at=body["starts_at"], version=body["version"], now=now(),
        )  # fmt: skip
        return shapes.booking(listing.booking(the_actor(), moved.id), the_actor())

    return do(200, act)


def _of_show(show_id: int, booking_id: int) -> Booking:
    """A booking of one of the booths of a show; raises Missing."""
    booking = listing.booking(the_actor(), booking_id)
    if booking.booth_slot is None or booking.booth_slot.show_id != show_id:
        raise Missing
    return booking


@blueprint.post("/swaps")
@allow(Role.MERCHANT)
@blueprint.arguments(looks.SwapIn)
@blueprint.response(201, looks.SwapOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def propose(body: dict[str, Any]) -> Response:
    """Ask another shop to change booths."""
    return do(201, lambda: _swap(swaps.propose(the_actor(), body["booking"], body["other"], now=now()).id))


@blueprint.post("/shows/<int:show_id>/swap")
@allow(Role.STAFF)
@blueprint.arguments(looks.SwapIn)
@blueprint.response(200, schemas.BookingList)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def swap_now(body: dict[str, Any], show_id: int) -> Response:
    """Change two booths of this show directly; both shops are told."""

    def act() -> dict[str, Any]:
        pair = [_of_show(show_id, body[name]) for name in ("booking", "other")]
        seen = [body["version"], body["other_version"]]
        first, second = (
            booking.version if version is None else version
            for booking, version in zip(pair, seen, strict=True)
        )
        done = swaps.swap_now(the_actor(), pair[0].id, pair[1].id, versions=(first, second), now=now())
        items = [shapes.booking(listing.booking(the_actor(), one.id), the_actor()) for one in done]
        return {"items": items, "next_cursor": None}

    return do(200, act)


@blueprint.get("/swaps")
@allow(Role.MERCHANT)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, looks.SwapList)
def index(wanted: dict[str, Any]) -> Response:
    """What the own shop proposed or was asked, and nobody has answered."""
    actor = the_actor()
    found = proposals.of_actor(actor)
    return respond(Answer(200, part(found, wanted, lambda one: show_shapes.swap(one, actor))))


@blueprint.get("/swaps/<int:swap_id>")
@allow(Role.MERCHANT)
@blueprint.response(200, looks.SwapOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(swap_id: int) -> Response:
    """One proposal, settled or not; a foreign one answers as a missing one."""
    return respond(Answer(200, _swap(swap_id)))


def _swap(swap_id: int) -> dict[str, Any]:
    return show_shapes.swap(proposals.one(the_actor(), swap_id), the_actor())


def _settle(swap_id: int, settling: Settling) -> Response:
    return do(200, lambda: _swap(settling(the_actor(), swap_id, now=now()).id))


@blueprint.post("/swaps/<int:swap_id>/accept")
@allow(Role.MERCHANT)
@blueprint.response(200, looks.SwapOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def accept(swap_id: int) -> Response:
    """Say yes: the booths change places at once."""
    return _settle(swap_id, swaps.accept)


@blueprint.post("/swaps/<int:swap_id>/decline")
@allow(Role.MERCHANT)
@blueprint.response(200, looks.SwapOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def decline(swap_id: int) -> Response:
    """Say no."""
    return _settle(swap_id, swaps.decline)


@blueprint.post("/swaps/<int:swap_id>/withdraw")
@allow(Role.MERCHANT)
@blueprint.response(200, looks.SwapOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def withdraw(swap_id: int) -> Response:
    """Take an own proposal back."""
    return _settle(swap_id, swaps.withdraw)


@blueprint.get("/shows/<int:show_id>/samples")
@allow(Role.STAFF)
@blueprint.response(200, looks.SampleList)
def sample_list(show_id: int) -> Response:
    """The samples of a show."""
    return respond(Answer(200, {"items": show_shapes.samples(samples.of_show(the_actor(), show_id))}))


def _mark(show_id: int, booking_id: int, marking: Marking) -> Response:
    def act() -> dict[str, Any]:
        _of_show(show_id, booking_id)
        return show_shapes.sample(marking(the_actor(), booking_id, now()))

    return do(200, act)


@blueprint.post("/shows/<int:show_id>/samples/receive")
@allow(Role.STAFF)
@blueprint.arguments(looks.SampleIn)
@blueprint.response(200, looks.SampleOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def receive_sample(body: dict[str, Any], show_id: int) -> Response:
    """A sample came in."""
    return _mark(
        show_id, body["booking"], lambda who, which, at: samples.mark(who, which, Sample.RECEIVED, now=at)
    )


@blueprint.post("/shows/<int:show_id>/samples/return")
@allow(Role.STAFF)
@blueprint.arguments(looks.SampleIn)
@blueprint.response(200, looks.SampleOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def return_sample(body: dict[str, Any], show_id: int) -> Response:
    """A sample went home."""
    return _mark(
        show_id, body["booking"], lambda who, which, at: samples.mark(who, which, Sample.RETURNED, now=at)
    )


@blueprint.post("/shows/<int:show_id>/samples/undo")
@allow(Role.STAFF)
@blueprint.arguments(looks.SampleIn)
@blueprint.response(200, looks.SampleOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def undo_sample(body: dict[str, Any], show_id: int) -> Response:
    """Take the last mark of a sample back, within a day."""
    return _mark(show_id, body["booking"], lambda who, which, at: samples.undo(who, which, now=at))
