"""Pictures of products: made small and anonymous before they are kept, named by the hash of their bytes."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Actor
from models import Picture
from models.engine import insert_ignoring
from services.unit_of_work import query, transaction

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""More than that is no photograph of a shopkeeper's phone, but a small file that fills the memory."""
DECODING = Lock()
"""One at a time: a file of 200 kB can take 450 MB while it is decoded, and a server has many threads."""
LONGEST_SIDE = 1280
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError, Image.DecompressionBombError)
"""What Pillow raises for files that begin like a picture and aren't one."""


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
    try:
        with DECODING, Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadInput("picture_too_many_pixels", field="picture")
            return _small(picture, longest_side)
    except UnidentifiedImageError as error:
        raise BadInput("picture_unknown_format", field="picture") from error
    except BROKEN as error:
        raise BadInput("picture_broken", field="picture") from error


def _small(picture: Image.Image, longest_side: int) -> Encoded:
    picture.draft("RGB", (longest_side, longest_side))  # a JPEG is then decoded at a fraction of its size
    small: Image.Image = picture
    small.thumbnail((longest_side, longest_side))
    small = ImageOps.exif_transpose(small)
    if small.has_transparency_data:
        small = small.convert("RGBA")
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    output = BytesIO()
    small.convert("RGB").save(output, "JPEG", quality=QUALITY, optimize=True, progressive=True, exif=b"")
    return Encoded(output.getvalue(), small.width, small.height)


def keep(actor: Actor, data: bytes, *, now: datetime) -> str:
    """Re-encode and store an uploaded picture; returns the SHA-256 that names it. Raises Forbidden, BadInput.

    Call it before the transaction that uses the picture: decoding takes long and must not hold a writer.
    """
    if not (actor.merchant_ids or actor.is_staff):
        raise Forbidden
    return store(encode(data), now=now)


@transaction
def store(session: Session, picture: Encoded, *, now: datetime) -> str:
    """Keep a re-encoded picture once, however often it comes; returns its name."""
    session.execute(
        insert_ignoring(
            session,
            Picture,
            sha256=picture.sha256,
            media_type=MEDIA_TYPE,
            width=picture.width,
            height=picture.height,
            content=picture.content,
            created_at=now,
        )
    )
    return picture.sha256


@query
def by_hash(session: Session, sha256: str) -> Picture:
    """One picture with its bytes; raises Missing."""
    picture = session.get(Picture, sha256)
    if picture is None:
        raise Missing
    return picture
