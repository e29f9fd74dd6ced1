"""What a house that has a bad day may say to who asks it."""

import pytest

from tests.support.bad_days import BUSY, Heard


def test_come_again_soon_is_all_right() -> None:
    assert list(Heard(503, 0.1, {"retry-after": "2"}, f"{BUSY}。").complaints()) == []


@pytest.mark.mutant
@pytest.mark.parametrize(
    "heard",
    [
        Heard(500, 0.1, {"retry-after": "2"}, BUSY),
        Heard(0, 30.0),
        Heard(503, 0.1, {}, BUSY),
        Heard(503, 0.1, {"retry-after": "soon"}, BUSY),
        Heard(503, 0.1, {"retry-after": "3"}, BUSY),
        Heard(503, 0.1, {"retry-after": "2"}, "Internal Server Error"),
    ],
    ids=["a bug", "nothing", "not when", "no number", "too late", "in nobody's words"],
)
def test_whatever_else_it_says_is_found_out(heard: Heard) -> None:
    assert len(list(heard.complaints())) == 1
