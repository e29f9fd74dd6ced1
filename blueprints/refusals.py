"""A refused form shown again: each sentence at its field, the rest on top, and the ways out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wtforms import Form

from blueprints import formats, overriding
from blueprints.timeline import wall_clock
from blueprints.words import sentence
from domain.errors import Alternative, BadInput, Refusal, RuleViolation, SlotTaken
from domain.interval import local, local_day
from services.listing import Names


@dataclass(frozen=True, slots=True)
class Way:
    """A free choice that one tap takes."""

    code: str
    date: str
    span: str
    name: str
    day: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not, and what else; `is_full` when somebody else has the time, so that one may wait for it."""

    sentences: list[str] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    is_full: bool = False


def explain(refusal: Refusal, form: Form | None, spaces: Mapping[str, Names]) -> Refused:
    """Put what belongs to a field of the form there, and say the rest on top."""
    told: list[tuple[str | None, str]] = []
    if isinstance(refusal, RuleViolation):
        told = [(violation.field, sentence(violation)) for violation in refusal.violations]
    else:
        named = refusal.field if isinstance(refusal, BadInput) else None
        told = [(named, sentence(refusal))]
    on_top = []
    for name, text in told:
        if form is not None and name is not None and name in form:
            form[name].errors = [*form[name].errors, text]
        elif name != overriding.REASON:  # that one stands where the reason is asked for
            on_top.append(text)
    alternatives = refusal.alternatives if isinstance(refusal, RuleViolation | SlotTaken) else ()
    ways = [_way(one, spaces) for one in alternatives if one.space_code in spaces]
    return Refused(on_top, ways, is_full=isinstance(refusal, SlotTaken))


def _way(alternative: Alternative, spaces: Mapping[str, Names]) -> Way:
    interval = alternative.interval
    day = local_day(interval.starts_at)
    return Way(
        code=alternative.space_code,
        date=formats.short_day(day),
        span=formats.span(interval),
        name=spaces[alternative.space_code].name_in(formats.locale_code()),
        day=day.isoformat(),
        start=local(interval.starts_at).strftime("%H:%M"),
        end=wall_clock(interval.ends_at, day),
    )
