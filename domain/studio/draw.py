"""The fair draw of an oversubscribed show."""

from __future__ import annotations

from enum import StrEnum


class ApplicationStatus(StrEnum):
    """What became of an application: `passed_over` where a rule spoke against it when its turn came."""

    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    ALLOTTED = "allotted"
    WAITLISTED = "waitlisted"
    PASSED_OVER = "passed_over"
