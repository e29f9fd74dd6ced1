"""Decoding pictures, which is Pillow's: loaded when the first one comes, for most processes never see any."""

from __future__ import annotations

import struct
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from domain.errors import BadInput

MAX_PIXELS = 80_000_000
"""More than that is no photograph of a shopkeeper's phone, but a small file that takes long."""
MAX_MEMORY = 210_000_000
"""Bytes that decoding may take, however small the file: each process of a server may be at it."""
LINES, GREY, WHOLE, ANIMATED = 4, 3, 9, 17
"""Bytes for each pixel: of what is read line by line, of what is held as a whole, of what keeps frames beside that."""
ONE_BYTE = ("1", "L", "P")
"""Pictures that have one for each pixel, as scans of papers do."""
DECODING = Lock()
"""One at a time: a server has many threads."""
QUALITIES = (82, 70, 55, 40)
LARGEST = 250 * 1024
"""Bytes of a picture, which the system can take off a thread at once; one of noise alone may need more."""
FORMATS = ("JPEG", "PNG", "WEBP")
IN_ONE_GO, SCAN = (0xC0, 0xC1), 0xDA
"""Markers of a JPEG: frames that are not progressive, and what begins a scan."""
BARE = frozenset({b"", b"\x00", b"\x01", b"\xff", *(bytes([one]) for one in range(0xD0, 0xDA))})
"""What no segment begins with."""
BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError, Image.DecompressionBombError)
"""What Pillow raises for files that begin like a picture and aren't one."""


def shrunk(data: bytes, longest_side: int) -> tuple[bytes, int, int]:
    """A JPEG, PNG or WebP file as an upright JPEG without metadata, and its width and height; raises BadInput."""
    try:
        with DECODING, Image.open(BytesIO(data), formats=FORMATS) as picture:
            _reduce(picture, data, longest_side)
            return _small(picture, longest_side)
    except UnidentifiedImageError as error:
        raise BadInput("picture_unknown_format", field="picture") from error
    except BROKEN as error:
        raise BadInput("picture_broken", field="picture") from error


def _reduce(picture: ImageFile, data: bytes, longest_side: int) -> None:
    """Have a JPEG decoded at a fraction of its size; raises BadInput for what takes too much all the same."""
    pixels, longest = picture.width * picture.height, max(picture.size)
    if longest > longest_side:
        wide, high = (-(-side * longest_side // longest) for side in picture.size)
        picture.draft("RGB", (wide, high))
    reduced = picture.width * picture.height
    if isinstance(picture, JpegImageFile):
        memory = reduced * LINES + (0 if _is_read_by_lines(data) else pixels * WHOLE)
    else:
        whole = GREY if picture.mode in ONE_BYTE else WHOLE
        memory = reduced * (ANIMATED if picture.format == "WEBP" else whole)
    if pixels > MAX_PIXELS or memory > MAX_MEMORY:
        raise BadInput("picture_too_many_pixels", field="picture")


def _is_read_by_lines(data: bytes) -> bool:
    """Whether the first scan of a JPEG has all of its colours: of others all is held before the first line comes."""
    at, colours = 2, b""
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in BARE:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in IN_ONE_GO:
            colours = data[at + 9 : at + 10]
        if marker == SCAN:
            return data[at + 4 : at + 5] == colours
        at += 2 + length
    return False


def _small(picture: Image.Image, longest_side: int) -> tuple[bytes, int, int]:
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
