"""Making an exception: staff name the rules that they set aside, and say why."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from blueprints.words import sentence
from domain.errors import Refusal, RuleViolation
from domain.people import Actor
from domain.policies import OVERRIDABLE, Override

CODES, REASON = "override", "override_reason"


@dataclass(frozen=True, slots=True)
class Rule:
    """A broken rule that may be set aside."""

    code: str
    text: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What is asked of staff before a wish that breaks rules is booked all the same."""

    rules: list[Rule]
    reason: str
    error: str | None

    @property
    def begun(self) -> bool:
        """Whether something was ticked or written already."""
        return bool(self.reason) or self.error is not None or any(rule.is_ticked for rule in self.rules)


def asked() -> Override | None:
    """The exception that the form asks for, if any."""
    codes = frozenset(request.form.getlist(CODES))
    return Override(codes, request.form.get(REASON, "")) if codes else None


def offered(refusal: Refusal, actor: Actor) -> Exceptions | None:
    """The exception that staff can make here; None where somebody else asks or where a rule stands for all."""
    if not actor.is_staff or not isinstance(refusal, RuleViolation):
        return None
    broken = [violation for violation in refusal.violations if violation.field != REASON]
    if not all(violation.code in OVERRIDABLE for violation in broken):
        return None
    error = next((sentence(one) for one in refusal.violations if one.field == REASON), None)
    ticked = request.form.getlist(CODES)
    rules = [Rule(one.code, sentence(one), one.code in ticked) for one in broken]
    return Exceptions(rules, request.form.get(REASON, ""), error)
