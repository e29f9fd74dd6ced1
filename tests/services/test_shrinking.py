"""Pictures as they are kept: small enough that no slow reader keeps a thread with one."""

from io import BytesIO

import pytest
from PIL import Image

from services import shrinking
from services.shrinking import LARGEST, QUALITIES, shrunk

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
