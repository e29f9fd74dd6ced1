"""The house's own words for a message: plain text with the fixed placeholders of its kind, `{space}` and the like."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from domain.errors import BadInput

MAX_TEXT = 500
NAMED = re.compile(r"\{([a-z_]+)\}")


def clean(text: str, known: Collection[str], needed: Collection[str]) -> str:
    """The text on one line; raises BadInput where it is empty or long, or where its placeholders don't fit.

    `known` are the placeholders of the kind, `needed` those without which nobody would know what is meant.
    """
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("words_missing", field="text")
    if len(cleaned) > MAX_TEXT:
        raise BadInput("words_long", field="text", maximum=MAX_TEXT)
    if set("{}") & set(NAMED.sub("", cleaned)):
        raise BadInput("words_brace", field="text")
    used = set(NAMED.findall(cleaned))
    for name in sorted(used - set(known)):
        raise BadInput("words_placeholder_unknown", field="text", name=f"{{{name}}}")
    for name in sorted(set(needed) - used):
        raise BadInput("words_placeholder_missing", field="text", name=f"{{{name}}}")
    return cleaned


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, each once and as it is: what a value contains is never looked at."""
    return NAMED.sub(lambda found: values.get(found[1], found[0]), text)
