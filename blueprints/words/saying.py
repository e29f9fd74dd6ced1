"""A sentence that is not said yet: which one it is, and what stands at its placeholders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One of our sentences in the source language, with the values of its placeholders.

    Modules of notices import `said` as `_`, so that their sentences are collected for translation and the house can
    put its own words in place of ours.
    """

    source: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        """Ours, in the reader's language; what is left out leaves no gap."""
        return without_gaps(gettext(self.source, **self.values))

    @property
    def template(self) -> str:
        """Ours, in the reader's language, with placeholders as the house writes them: {space}."""
        return gettext(self.source, **{name: f"{{{name}}}" for name in self.values})


def without_gaps(text: str) -> str:
    """A text in which a placeholder that had nothing to say leaves no double space."""
    return " ".join(text.split())


Sentence = Callable[[Params], Said]


def said(source: str, **values: object) -> Said:
    """A sentence of ours and what it speaks of."""
    return Said(source, {name: str(value) for name, value in values.items()})
