"""How a product's texts are shown with the words that were found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blueprints.words.products import FIELDS
from domain.merchants.claims import Finding
from services.merchants.scanning import SCANNED, Described


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; with a finding it is one that the word list names."""

    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a product in lines, and what was found in it."""

    field: str
    label: str
    lines: tuple[tuple[Piece, ...], ...]
    findings: tuple[Finding, ...]


def passages(described: Described, findings: Sequence[Finding]) -> list[Passage]:
    """The texts in which something is claimed, but for empty ones, in the order of the form."""
    return [
        _passage(name, text, [finding for finding in findings if finding.field == name])
        for name in SCANNED
        if (text := str(getattr(described, name)))
    ]


def _passage(name: str, text: str, findings: Sequence[Finding]) -> Passage:
    return Passage(name, str(FIELDS[name]), tuple(_lines(_pieces(text, findings))), tuple(findings))


def _pieces(text: str, findings: Iterable[Finding]) -> Iterable[Piece]:
    done = 0
    for finding in findings:
        yield Piece(text[done : finding.start])
        yield Piece(text[finding.start : finding.end], finding)
        done = finding.end
    yield Piece(text[done:])


def _lines(pieces: Iterable[Piece]) -> Iterable[tuple[Piece, ...]]:
    """A found word stays whole, even where somebody broke it over two lines."""
    line: list[Piece] = []
    for piece in pieces:
        if piece.finding is not None:
            line.append(Piece(" ".join(piece.text.split()), piece.finding))
            continue
        first, *more = piece.text.split("\n")
        line.append(Piece(first))
        for text in more:
            yield tuple(line)
            line = [Piece(text)]
    yield tuple(line)
