"""The pictures of a space; the first one stands on its page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing
from domain.people import Actor
from models import Space, SpacePhoto
from services import pictures, records
from services.house import looking
from services.unit_of_work import transaction

MOST_PHOTOS = 6


def add(actor: Actor, code: str, data: bytes, *, now: datetime) -> Space:
    """Re-encode an upload without its metadata and put it last; raises Forbidden, Missing, BadInput."""
    looking.require_admin(actor)
    encoded = pictures.encode(data)  # before the transaction: decoding must not hold a writer
    return _add(actor, code, encoded, now)


@transaction
def _add(session: Session, actor: Actor, code: str, encoded: pictures.Encoded, now: datetime) -> Space:
    space = looking.locked_space(session, code)
    sha256 = pictures.store(encoded, now=now)
    if any(photo.sha256 == sha256 for photo in space.photos):
        return space
    if len(space.photos) >= MOST_PHOTOS:
        raise BadInput("photos_enough", field="picture", maximum=MOST_PHOTOS)
    last = max((photo.position for photo in space.photos), default=-1)
    space.photos.append(SpacePhoto(sha256=sha256, position=last + 1))
    records.audit(session, actor, "space.photo_added", space, now, sha256=sha256)
    return space


@transaction
def remove(session: Session, actor: Actor, code: str, sha256: str, *, now: datetime) -> Space:
    """Take a picture off a space; raises Forbidden, Missing."""
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    space.photos.remove(_photo(space, sha256))
    pictures.let_go(session, sha256, now=now)
    records.audit(session, actor, "space.photo_removed", space, now, sha256=sha256)
    return space


@transaction
def put_first(session: Session, actor: Actor, code: str, sha256: str, *, now: datetime) -> Space:
    """Let a picture be the one on the space's page; raises Forbidden, Missing."""
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    first = _photo(space, sha256)
    rest = [photo for photo in space.photos if photo is not first]
    for position, photo in enumerate([first, *rest]):
        photo.position = position
    records.audit(session, actor, "space.photo_first", space, now, sha256=sha256)
    return space


def _photo(space: Space, sha256: str) -> SpacePhoto:
    found = next((photo for photo in space.photos if photo.sha256 == sha256), None)
    if found is None:
        raise Missing
    return found
