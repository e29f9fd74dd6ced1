"""The house's own words: what may stand in them, and that filling them in is nothing but replacing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import house_words
from domain.errors import BadInput

KNOWN = frozenset({"space", "time", "because"})
NEEDED = frozenset({"space", "time"})


def code_of(text: str) -> str:
    """Why a text is refused."""
    with pytest.raises(BadInput) as refused:
        house_words.clean(text, KNOWN, NEEDED)
    return refused.value.code


def test_a_text_is_kept_on_one_line() -> None:
    assert house_words.clean(" {space} 好了：\n {time} ", KNOWN, NEEDED) == "{space} 好了： {time}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", "words_missing"),
        ("{space} {time}" + "好" * 500, "words_long"),
        ("{space} {time} {price}", "words_placeholder_unknown"),
        ("{space} 好了", "words_placeholder_missing"),
        ("{space} {time", "words_brace"),
        ("{space} {time}}", "words_brace"),
        ("{{space}} {time}", "words_brace"),
        ("{space.__class__} {time}", "words_brace"),
        ("{space[0]} {time}", "words_brace"),
        ("{space:>999999999} {time}", "words_brace"),
        ("{space!r} {time}", "words_brace"),
        ("{} {space} {time}", "words_brace"),
    ],
)
def test_what_no_reader_could_understand_is_refused(text: str, code: str) -> None:
    assert code_of(text) == code


def test_what_a_value_contains_is_never_looked_at() -> None:
    told = house_words.fill("{space} {time} %s", {"space": "{time} %(x)s", "time": "15:00"})

    assert told == "{time} %(x)s 15:00 %s"


@given(st.text(), st.dictionaries(st.sampled_from(sorted(KNOWN)), st.text(), min_size=3))
def test_a_text_that_is_let_in_can_always_be_filled_in(text: str, values: dict[str, str]) -> None:
    try:
        cleaned = house_words.clean(text, KNOWN, frozenset())
    except BadInput:
        return

    assert house_words.fill(cleaned, dict.fromkeys(values, "")).count("{") == 0
