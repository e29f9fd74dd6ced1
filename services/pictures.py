"""Pictures of products: made small and anonymous before they are kept, named by the hash of their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Actor
from models import Picture
from models.engine import insert_ignoring
from services import daily
from services.unit_of_work import query, transaction

MAX_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 1280
PER_DAY = 120
"""[default] How many new pictures a shop may bring in a day: those of twenty products in full."""
MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it will be kept."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Its name."""
        return hashlib.sha256(self.content).hexdigest()


def encode(data: bytes, *, longest_side: int = LONGEST_SIDE) -> Encoded:
    """A JPEG, PNG or WebP file as an upright JPEG without metadata, at most `longest_side` px; raises BadInput."""
    if not data:
        raise BadInput("picture_missing", field="picture")
    if len(data) > MAX_BYTES:
        raise BadInput("picture_too_large", field="picture", megabytes=MAX_BYTES // 1024**2)
    from services import shrinking  # with Pillow, which a process needs when the first picture comes

    return Encoded(*shrinking.shrunk(data, longest_side))


def keep(actor: Actor, data: bytes, *, now: datetime) -> str:
    """Re-encode and store an uploaded picture; returns the SHA-256 that names it.

    Raises Forbidden, and BadInput, also beyond a day's number. Call it before the transaction that uses the picture:
    decoding takes long and must not hold a writer.
    """
    if not (actor.merchant_ids or actor.is_staff):
        raise Forbidden
    return store(encode(data), shop_id=next(iter(actor.merchant_ids), None), now=now)


@transaction
def store(session: Session, picture: Encoded, *, shop_id: int | None = None, now: datetime) -> str:
    """Keep a re-encoded picture once, however often it comes; returns its name.

    Raises BadInput where it is new and one too many for its shop's day.
    """
    if _touch(session, picture.sha256, now):
        return picture.sha256
    insertion = insert_ignoring(
        session,
        Picture,
        sha256=picture.sha256,
        media_type=MEDIA_TYPE,
        width=picture.width,
        height=picture.height,
        content=picture.content,
        created_at=now,
    )
    is_new = session.scalar(insertion.returning(Picture.sha256)) is not None
    if is_new and shop_id is not None and not daily.has_room("pictures", shop_id, PER_DAY, now):
        raise BadInput("pictures_too_many", field="picture", maximum=PER_DAY)
    return picture.sha256


def let_go(session: Session, sha256: str | None, *, now: datetime) -> None:
    """Note that something names a picture no more, inside another service: pages that show it may still be open."""
    if sha256 is not None:
        _touch(session, sha256, now)


def _touch(session: Session, sha256: str, now: datetime) -> bool:
    """Let the time begin anew after which a picture goes that nothing names; False where there is none."""
    touched = session.execute(
        update(Picture)
        .where(Picture.sha256 == sha256)
        .values(created_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(touched, CursorResult) and touched.rowcount > 0


@query
def is_kept(session: Session, sha256: str) -> bool:
    """Whether there is a picture of that name."""
    return session.scalar(select(Picture.sha256).where(Picture.sha256 == sha256)) is not None


@query
def by_hash(session: Session, sha256: str) -> Picture:
    """One picture with its bytes; raises Missing."""
    picture = session.get(Picture, sha256)
    if picture is None:
        raise Missing
    return picture
