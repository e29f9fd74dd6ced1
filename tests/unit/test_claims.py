"""The word list against texts: what it finds, where, and that nobody hides a word from it."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.merchants.claims import Word, WordKind, clean_reason, clean_word, normalised, scan
from services.seed.claim_words import ABSOLUTE, DISEASE

ABSOLUTES = [Word(word, WordKind.ABSOLUTE, reason) for reason, listed in ABSOLUTE for word in listed.split()]
DISEASES = [Word(word, WordKind.DISEASE, reason) for reason, listed in DISEASE for word in listed.split()]
WORDS = ABSOLUTES + DISEASES
SEPARATORS = " 　\t\n.，。、·-_*~|/\\“”（）!！\u200b\u200d\ufeff\u2060\u00ad❤\u3164"
PLAIN = "头水紫菜采自南埔海边晒得薄煮汤散开香"
"""No character of these stands in a word of the list."""

plain = st.text(PLAIN, max_size=12)
between = st.text(SEPARATORS, max_size=3)
a_word = st.sampled_from(WORDS)


@st.composite
def hidden(draw):
    """A listed word with something between its characters, perhaps in full width, in a text of plain ones."""
    word = draw(a_word)
    wide = draw(st.booleans())
    letters = [chr(ord(c) + 0xFEE0) if wide and "!" <= c <= "~" else c for c in word.word]
    return (
        draw(plain),
        letters[0] + "".join(draw(between) + letter for letter in letters[1:]),
        draw(plain),
        word,
    )


def found(text, words=WORDS, *, is_food=True):
    """What is found in one text."""
    return scan({"claims": text}, words, is_food=is_food)


@given(hidden())
def test_nothing_put_between_the_characters_hides_a_word(case):
    before, typed, after, word = case

    hits = found(before + typed + after)

    assert any(normalised(word.word) in normalised(hit.word) for hit in hits)


@given(st.text(PLAIN + SEPARATORS + "第一最好治疗国家级100%NO.1①№０１％", max_size=40), st.booleans())
def test_a_place_cuts_out_what_is_compared_like_the_word(text, is_food):
    for hit in found(text, is_food=is_food):
        assert normalised(text[hit.start : hit.end]) == normalised(hit.word)
        assert 0 <= hit.start < hit.end <= len(text)


@given(st.text(PLAIN + SEPARATORS, max_size=60))
def test_nothing_is_found_in_a_clean_text(text):
    assert found(text) == []


@given(st.text("全国第一最好吃治疗糖尿病史上最低", max_size=30))
def test_places_never_overlap_and_come_in_order(text):
    hits = found(text)

    assert all(one.end <= other.start for one, other in pairwise(hits))


@given(
    st.text(PLAIN + "治疗国家级最好", max_size=20),
    st.text(SEPARATORS, min_size=1, max_size=2),
    st.integers(0, 20),
)
def test_adding_a_space_never_lets_a_disease_claim_through(text, space, place):
    blocked = [hit.word for hit in found(text) if hit.is_blocked]

    spaced = found(text[:place] + space + text[place:])

    assert [hit.word for hit in spaced if hit.is_blocked] == blocked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("全国第一的紫菜", ["全国第一"]),
        ("國家級品質", ["国家级"]),
        ("能治療糖尿病", ["治疗", "糖尿病"]),
        ("１００％ 纯", ["100%"]),
        ("№1 与 no.1", ["NO.1", "NO.1"]),
        ("批号 NO.12，TOP10 榜，2100%", []),
        ("100g×2 袋", []),
        ("最\n佳", ["最佳"]),
    ],
)
def test_what_is_found(text, words):
    assert [hit.word for hit in found(text)] == words


def test_the_place_is_that_of_the_text_as_it_was_typed():
    [hit] = found("真的，最 \u200b佳，没有别的可说，因为大家都这么讲")

    assert (hit.start, hit.end) == (3, 7)
    assert hit.excerpt == "真的，最 \u200b佳，没有别的可说，因为…"


def test_disease_claims_are_blocked_on_food_and_flagged_elsewhere():
    assert [hit.is_blocked for hit in found("消炎止痛")] == [True, True]
    assert [hit.is_blocked for hit in found("消炎止痛", is_food=False)] == [False, False]
    assert [hit.is_blocked for hit in found("最好")] == [False]


def test_a_longer_word_that_is_only_flagged_covers_no_blocked_one():
    words = [Word("治疗第一名", WordKind.ABSOLUTE, "x"), Word("治疗", WordKind.DISEASE, "y")]

    [hit] = found("治疗第一名", words)

    assert (hit.word, hit.is_blocked) == ("治疗", True)


def test_every_listed_word_is_found_by_itself_and_says_why():
    for word in WORDS:
        assert word.word == clean_word(word.word)
        assert word.reason == clean_reason(word.reason)
        assert normalised(word.word) in [normalised(hit.word) for hit in found(word.word)]
    assert len({normalised(word.word) for word in WORDS}) == len(WORDS)
    assert len(ABSOLUTES) >= 60
    assert len(DISEASES) >= 50


@given(st.text(max_size=50))
def test_comparing_twice_changes_nothing(text):
    once = normalised(text)

    assert normalised(once) == once
    assert not any(unicodedata.category(letter)[0] in "ZCM" for letter in once)


@pytest.mark.parametrize(
    ("check", "text", "code"),
    [
        (clean_word, " 。 ", "claim_word_missing"),
        (clean_word, "长" * 41, "claim_word_long"),
        (clean_reason, " ", "claim_reason_missing"),
        (clean_reason, "长" * 201, "claim_reason_long"),
    ],
)
def test_a_word_and_its_reason_have_to_say_something(check, text, code):
    with pytest.raises(BadInput) as refused:
        check(text)

    assert refused.value.code == code
