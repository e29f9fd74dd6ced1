"""Pictures as they are kept: small enough that no slow reader keeps a thread with one."""

import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from domain.errors import BadInput
from services import shrinking
from services.shrinking import LARGEST, MAX_MEMORY, QUALITIES, shrunk

SIDE = 1280


def grainy(sigma: float) -> bytes:
    """A picture taken by little light."""
    output = BytesIO()
    Image.effect_noise((SIDE, SIDE * 3 // 4), sigma).convert("RGB").save(output, "PNG", compress_level=1)
    return output.getvalue()


def test_a_grainy_picture_is_kept_small() -> None:
    kept, width, height = shrunk(grainy(20), SIDE)

    assert (width, height) == (SIDE, SIDE * 3 // 4)
    assert len(kept) <= LARGEST


def test_with_one_quality_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "QUALITIES", QUALITIES[:1])

    kept, _, _ = shrunk(grainy(20), SIDE)

    assert len(kept) > LARGEST


def plain(side: tuple[int, int], file_format: str, mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour: a small file, however large it is."""
    output = BytesIO()
    Image.new(mode, side).save(output, file_format, **options)
    return output.getvalue()


def is_taken(data: bytes) -> bool:
    """Whether a picture is decoded; another is refused for its size alone."""
    try:
        shrunk(data, SIDE)
    except BadInput as refusal:
        if refusal.code != "picture_too_many_pixels":
            raise
        return False
    return True


PHONE, PAGE, TWO_PAGES = (9_248, 6_936), (2_480, 3_508), (7_016, 4_961)
GREY, BITS = {"mode": "L"}, {"mode": "1"}


@pytest.mark.parametrize(
    ("side", "file_format", "more", "taken"),
    [
        (PHONE, "JPEG", GREY, True),
        (PHONE, "JPEG", {**GREY, "progressive": True}, False),
        ((SIDE, 30_000), "JPEG", GREY, True),
        ((10_400, 7_800), "JPEG", GREY, False),
        (PAGE, "PNG", GREY, True),
        (TWO_PAGES, "PNG", BITS, True),
        ((6_000, 4_000), "PNG", {"compress_level": 1}, False),
        ((10_400, 7_800), "PNG", BITS, False),
        ((4_032, 3_024), "WEBP", {}, True),
        ((4_608, 3_456), "WEBP", {"method": 0}, False),
    ],
    ids=[
        "phone",
        "progressive",
        "tall",
        "enormous",
        "page",
        "pages",
        "colours",
        "bomb",
        "webp-phone",
        "webp-large",
    ],
)
def test_what_a_phone_makes_is_taken_and_what_can_only_be_decoded_whole_up_to_a_size(
    side: tuple[int, int], file_format: str, more: dict[str, Any], taken: bool
) -> None:
    assert is_taken(plain(side, file_format, **more)) is taken


def test_a_jpeg_whose_colours_come_one_after_the_other_counts_as_whole() -> None:
    data = plain((6_400, 4_800), "JPEG", subsampling=0)
    scan = data.index(b"\xff\xda\x00\x0c\x03")
    of_one_colour = data[:scan] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + data[scan + 14 :]

    assert is_taken(data)
    assert not is_taken(of_one_colour)


@pytest.mark.parametrize("end", [2, 3, 5, 40, 160, 165, 180, 500, -2])
def test_a_jpeg_that_ends_too_soon_is_only_broken(end: int) -> None:
    with pytest.raises(BadInput, match="picture_"):
        shrunk(plain((40, 30), "JPEG")[:end], SIDE)


CHILD = """
import os, sys
from benchmarks import processes
from services import shrinking

me = [os.getpid()]
data, before = sys.stdin.buffer.read(), processes.resident(me) or 0.0
processes.forget_peaks(me)
shrinking.MAX_MEMORY = int(sys.argv[1])
shrinking.shrunk(data, 1280)
print((processes.peak(me) or 0.0) - before)
"""
MOST_MEGABYTES = 260


def grown_by(data: bytes, allowed: int) -> float:
    """Megabytes that a process of its own needs for a picture."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(allowed)], input=data, capture_output=True, check=True
    )
    return float(child.stdout)


def test_the_largest_that_are_taken_leave_most_of_the_memory() -> None:
    largest = {
        "PNG": plain((5_570, 4_180), "PNG", "RGBA", compress_level=1),
        "grey": plain((9_000, 7_000), "PNG", "L", compress_level=1),
        "WEBP": plain((4_050, 3_040), "WEBP", "RGBA", method=0),
    }

    assert {name for name, data in largest.items() if grown_by(data, MAX_MEMORY) > MOST_MEGABYTES} == set()


@pytest.mark.mutant
def test_without_the_bound_a_small_file_would_take_it() -> None:
    assert grown_by(plain((6_000, 6_000), "PNG", "RGBA", compress_level=1), 10**10) > MOST_MEGABYTES
