"""The page of one's calendar address, the feed itself, and a single booking as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from blueprints import pages
from blueprints.access import public, signed_in
from blueprints.calendar_feeds import blueprint
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.formats import locale_code
from blueprints.identity import demo_allowed, the_actor
from domain.feeds import feed_token
from domain.people import Actor
from models import CalendarFeed
from services import feeds

KIND = "text/calendar; charset=utf-8"


@blueprint.get("/calendar")
@signed_in
def mine() -> ResponseReturnValue:
    """Where to copy the address from, renew it, or end it."""
    feed = feeds.own(the_actor())
    address = _address(feed) if feed else ""
    picture = _code_of(address) if feed else ""
    return pages.show("calendar_feeds/mine", feed=feed, address=address, picture=picture)


@blueprint.post("/calendar")
@signed_in
def renew() -> ResponseReturnValue:
    """Make an address, or another one in the place of the one that is named."""
    feeds.renew(the_actor(), request.form.get("replaces", type=whole), now())
    return pages.go("calendar_feeds.mine")


@blueprint.post("/calendar/revoke")
@signed_in
def revoke() -> ResponseReturnValue:
    """End the address."""
    feeds.revoke(the_actor(), now())
    return pages.go("calendar_feeds.mine")


@blueprint.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """The feed; its address is all that a calendar has to show."""
    found = feeds.of_token(token, current_app.config["SECRET_KEY"], now(), demo_allowed=demo_allowed())
    with force_locale(found.owner.locale):
        body = _calendar(found.entries, found.owner, found.owner.locale)
    return _answer(body, "jufu.ics")


@blueprint.get("/bookings/<int:booking_id>.ics")
@signed_in
def one(booking_id: int) -> ResponseReturnValue:
    """One booking to put into a calendar."""
    actor = the_actor()
    entry = feeds.of_booking(actor, booking_id)
    body = _calendar([entry], actor, locale_code())
    return _answer(body, f"jufu-{booking_id}.ics")


def _calendar(entries: Iterable[feeds.FeedEntry], owner: Actor, locale: str) -> bytes:
    from blueprints.calendar_feeds import ics  # here: few processes need its library

    return ics.calendar_of(entries, ics.owner_name(owner), locale, _page_of)


def _code_of(address: str) -> str:
    import segno  # here: few processes ever draw one

    return str(segno.make(address).png_data_uri(scale=6, border=2))


def _address(feed: CalendarFeed) -> str:
    token = feed_token(feed.id, feed.nonce, current_app.config["SECRET_KEY"])
    return pages.outside("calendar_feeds.feed", token=token)


def _page_of(booking_id: int) -> str:
    return pages.outside("bookings.one", booking_id=booking_id)


def _answer(body: bytes, name: str) -> Response:
    """With an ETag of its content, since a calendar asks every hour and mostly for what it has."""
    response = make_response(body)
    response.headers["Content-Type"] = KIND
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest()[:16])
    return response.make_conditional(request)
