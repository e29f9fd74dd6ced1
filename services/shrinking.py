"""Decoding pictures, which is Pillow's: loaded when the first one comes, for most processes never see any."""

from __future__ import annotations

import struct
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import BadInput

MAX_PIXELS = 50_000_000
"""More than that is no photograph of a shopkeeper's phone, but a small file that fills the memory."""
DECODING = Lock()
"""One at a time: a file of 200 kB can take 450 MB while it is decoded, and a server has many threads."""
QUALITIES = (82, 70, 55, 40)
LARGEST = 250 * 1024
"""Bytes of a picture, which the system can take off a thread at once; one of noise alone may need more."""
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError, Image.DecompressionBombError)
"""What Pillow raises for files that begin like a picture and aren't one."""


def shrunk(data: bytes, longest_side: int) -> tuple[bytes, int, int]:
    """A JPEG, PNG or WebP file as an upright JPEG without metadata, and its width and height; raises BadInput."""
    try:
        with DECODING, Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadInput("picture_too_many_pixels", field="picture")
            return _small(picture, longest_side)
    except UnidentifiedImageError as error:
        raise BadInput("picture_unknown_format", field="picture") from error
    except BROKEN as error:
        raise BadInput("picture_broken", field="picture") from error


def _small(picture: Image.Image, longest_side: int) -> tuple[bytes, int, int]:
    picture.draft("RGB", (longest_side, longest_side))  # a JPEG is then decoded at a fraction of its size
    small: Image.Image = picture
    small.thumbnail((longest_side, longest_side))
    small = ImageOps.exif_transpose(small)
    if small.has_transparency_data:
        small = small.convert("RGBA")
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    plain = small.convert("RGB")
    for quality in QUALITIES:
        output = BytesIO()
        plain.save(output, "JPEG", quality=quality, optimize=True, progressive=True, exif=b"")
        if output.tell() <= LARGEST:
            break
    return output.getvalue(), small.width, small.height
