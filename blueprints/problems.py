"""A refusal as an HTTP answer: its status, and its problem document (RFC 9457)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from blueprints.words import sentence
from domain.errors import (
    BadInput,
    Changed,
    Forbidden,
    IdempotencyMismatch,
    InTheWay,
    Missing,
    NotLoggedIn,
    Refusal,
    RuleViolation,
    SlotTaken,
    Stale,
    TooManyAttempts,
    Unavailable,
)
from domain.interval import local

STATUS: dict[type[Refusal], int] = {
    BadInput: 422,
    RuleViolation: 422,
    IdempotencyMismatch: 422,
    SlotTaken: 409,
    Stale: 409,
    Changed: 409,
    InTheWay: 409,
    Missing: 404,
    Forbidden: 403,
    NotLoggedIn: 401,
    TooManyAttempts: 429,
    Unavailable: 503,
}
PROBLEM_TYPE = "application/problem+json"


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 400)


def headers_of(refusal: Refusal) -> dict[str, str]:
    """`Retry-After` where it makes sense to come again."""
    seconds = getattr(refusal, "retry_after", None)
    return {"Retry-After": str(seconds)} if seconds is not None else {}


def problem(status: int, code: str, title: str, **members: Any) -> dict[str, Any]:
    """A problem document with the members that every one has."""
    return {"type": "about:blank", "status": status, "code": code, "title": title, **members}


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """The problem document of a refusal."""
    members: dict[str, Any] = {}
    if isinstance(refusal, RuleViolation):
        members["violations"] = [
            {"code": v.code, "message": sentence(v), **({"field": v.field} if v.field else {})}
            for v in refusal.violations
        ]
    if isinstance(refusal, BadInput) and refusal.field:
        members["field"] = refusal.field
    if isinstance(refusal, InTheWay):
        members["bookings"] = list(refusal.booking_ids)
    if isinstance(refusal, SlotTaken | RuleViolation):
        members["alternatives"] = [
            {
                "space": a.space_code,
                "starts_at": iso(a.interval.starts_at),
                "ends_at": iso(a.interval.ends_at),
                **({"place": a.place} if a.place is not None else {}),
            }
            for a in refusal.alternatives
        ]
    return problem(status_of(refusal), refusal.code, sentence(refusal), **members)


def iso(moment: datetime) -> str:
    """A moment as the API writes it: ISO 8601 with the community's offset."""
    return local(moment).isoformat()
