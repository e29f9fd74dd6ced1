"""What a shop may say of its goods: words that a person has to look at, and words that may not be said."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from domain.errors import BadInput

MAX_WORD = 40
MAX_REASON = 200
AROUND = 10
"""How many characters an excerpt shows on either side."""
KEPT_SIGNS = frozenset("%")
"""The only sign that carries meaning in a claim: 100%."""
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category that look like nothing."""
TRADITIONAL = str.maketrans(
    "國級極絕對頂療癒癥壓藥醫網領導銷歷價強優質準殺滅腫風濕關節減調補腎陽養護氣臟鎮經絡淨預復發無萬獎與頸勝獨傳糾緩輻馳譽這個種類單號樣",
    "国级极绝对顶疗愈症压药医网领导销历价强优质准杀灭肿风湿关节减调补肾阳养护气脏镇经络净预复发无万奖与颈胜独传纠缓辐驰誉这个种类单号样",
)
"""Characters of the list as they are written in Hong Kong and Taiwan, one for one."""


class WordKind(StrEnum):
    """Why a word is on the list: absolute claims are flagged for a person, disease claims on food are blocked."""

    ABSOLUTE = "absolute"
    DISEASE = "disease"


class ClaimsStatus(StrEnum):
    """Whether somebody of the staff has read what a product claims; any change of the text undoes it."""

    UNREVIEWED = "unreviewed"
    CLEARED = "cleared"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the list and the sentence that says why it stands there."""

    word: str
    kind: WordKind
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A word of the list at a place of a text: `text[start:end]` as it was typed, `excerpt` what stands around it."""

    field: str
    start: int
    end: int
    word: str
    kind: WordKind
    reason: str
    excerpt: str
    is_blocked: bool


def clean_word(text: str) -> str:
    """A word for the list, of 1 to 40 characters that mean something; raises BadInput."""
    cleaned = " ".join(unicodedata.normalize("NFKC", text).split())
    if not normalised(cleaned):
        raise BadInput("claim_word_missing", field="word")
    if len(cleaned) > MAX_WORD:
        raise BadInput("claim_word_long", field="word", maximum=MAX_WORD)
    return cleaned


def clean_reason(text: str) -> str:
    """A sentence that says why, of 1 to 200 characters; raises BadInput."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("claim_reason_missing", field="reason")
    if len(cleaned) > MAX_REASON:
        raise BadInput("claim_reason_long", field="reason", maximum=MAX_REASON)
    return cleaned


def normalised(text: str) -> str:
    """A text as it is compared: one width, one case, simplified, without anything that only keeps letters apart."""
    return "".join(_letters(text))


def _letters(text: str) -> Iterator[str]:
    """What each character comes to: nothing, itself, or several where one stands for many."""
    for character in text:
        plain = unicodedata.normalize("NFKD", character).casefold().translate(TRADITIONAL)
        yield "".join(letter for letter in plain if _means_something(letter))


def _means_something(letter: str) -> bool:
    if letter in KEPT_SIGNS:
        return True
    return unicodedata.category(letter)[0] in "LN" and letter not in BLANK_LETTERS


@dataclass(frozen=True, slots=True)
class _Text:
    """A text ready to be searched; `origin` leads from each letter back to the character that it came from."""

    typed: str
    letters: str
    origin: tuple[int, ...]

    def is_whole(self, begin: int, end: int) -> bool:
        """Whether a stretch of letters is whole characters and no part of a longer number or Latin word."""
        return not (self._joins(begin - 1, begin) or self._joins(end - 1, end))

    def _joins(self, left: int, right: int) -> bool:
        """Whether two neighbouring letters belong together as they were typed."""
        if left < 0 or right >= len(self.letters):
            return False
        apart, script = self.origin[right] - self.origin[left], _script(self.letters[left])
        return apart == 0 or (apart == 1 and script is not None and script == _script(self.letters[right]))


def _script(letter: str) -> str | None:
    if letter.isdecimal():
        return "number"
    return "latin" if letter.isascii() and letter.isalpha() else None


def _prepared(typed: str) -> _Text:
    letters = list(_letters(typed))
    origin = tuple(index for index, found in enumerate(letters) for _letter in found)
    return _Text(typed, "".join(letters), origin)


@lru_cache(maxsize=4096)
def _searched(word: str) -> str:
    """A word of the list, which is looked for in every text, as it is compared."""
    return normalised(word)


def scan(texts: Mapping[str, str], words: Iterable[Word], *, is_food: bool) -> list[Finding]:
    """Every word of the list that stands in the texts of a product, in the order of fields and places.

    Where words overlap, a blocked one is told before one that is only flagged, and else the longest.
    """
    known = {_searched(word.word): word for word in words}
    return [
        finding
        for name, typed in texts.items()
        for finding in _without_overlaps(_hits(name, _prepared(typed), known, is_food=is_food))
    ]


def _hits(name: str, text: _Text, known: Mapping[str, Word], *, is_food: bool) -> Iterator[Finding]:
    for letters, word in known.items():
        begin = text.letters.find(letters) if letters else -1
        while begin >= 0:
            end = begin + len(letters)
            if text.is_whole(begin, end):
                yield _finding(name, text, begin, end, word, is_food=is_food)
            begin = text.letters.find(letters, begin + 1)


def _finding(name: str, text: _Text, begin: int, end: int, word: Word, *, is_food: bool) -> Finding:
    start, stop = text.origin[begin], text.origin[end - 1] + 1
    return Finding(
        field=name,
        start=start,
        end=stop,
        word=word.word,
        kind=word.kind,
        reason=word.reason,
        excerpt=_excerpt(text.typed, start, stop),
        is_blocked=is_food and word.kind is WordKind.DISEASE,
    )


def _excerpt(typed: str, start: int, end: int) -> str:
    begin, stop = max(0, start - AROUND), end + AROUND
    shown = " ".join(typed[begin:stop].split())
    return f"{'…' if begin else ''}{shown}{'…' if stop < len(typed) else ''}"


def _without_overlaps(hits: Iterable[Finding]) -> list[Finding]:
    chosen: list[Finding] = []
    for hit in sorted(hits, key=lambda hit: (not hit.is_blocked, -len(normalised(hit.word)), hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.start)
