"""Licences and filings of a shop: which ones its goods need, and whether one counts on a day."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """What a paper is."""

    BUSINESS_LICENCE = "business_licence"
    FOOD_LICENCE = "food_licence"
    FOOD_FILING = "food_filing"
    AUTHORISATION = "authorisation"
    INSPECTION = "inspection"
    OTHER = "other"


class PaperStatus(StrEnum):
    """How far the review of a paper has come; one that a newer one took the place of is withdrawn."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
