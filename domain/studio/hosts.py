"""Hosts of shows, and how somebody made sure of who they are."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from domain.errors import BadInput

MAX_NAME = 40
MAX_ACCOUNT = 60
MAX_NOTE = 200
LONGEST_YEARS = 20
DOCUMENT_NUMBER = re.compile(r"\d(?:[ -]?\d){8,}|[A-Za-z]\d{7,}")
"""Nine digits in a row, or a letter and seven: an identity card, a passport, a phone; a date is shorter."""


class Evidence(StrEnum):
    """What staff looked at to verify a host; its number is never kept."""

    ID_CARD = "id_card"
    PLATFORM = "platform"
    CERTIFICATE = "certificate"
    OTHER = "other"


class Standing(StrEnum):
    """Whether a host may go on air on a day (直播电商监督管理办法: hosts are verified)."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    OUTDATED = "outdated"
    ARCHIVED = "archived"


def standing_on(day: date, *, is_verified: bool, valid_until: date | None, is_archived: bool) -> Standing:
    """How a host stands on a day; `valid_until` is the last day on which the verification counts."""
    if is_archived:
        return Standing.ARCHIVED
    if not is_verified:
        return Standing.UNVERIFIED
    return Standing.OUTDATED if valid_until is not None and valid_until < day else Standing.VERIFIED


def clean_host_name(text: str) -> str:
    """A name of 1 to 40 characters; raises BadInput."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("host_name_missing", field="name")
    if len(cleaned) > MAX_NAME:
        raise BadInput("host_name_long", field="name", maximum=MAX_NAME)
    return cleaned


def clean_account(text: str) -> str:
    """The name of an account on a platform, or nothing; raises BadInput."""
    cleaned = " ".join(text.split())
    if len(cleaned) > MAX_ACCOUNT:
        raise BadInput("host_account_long", field="account", maximum=MAX_ACCOUNT)
    return cleaned


def clean_note(text: str, evidence: Evidence) -> str:
    """What staff looked at, in words; raises BadInput where it holds what looks like the number of a document."""
    cleaned = " ".join(text.split())
    if not cleaned and evidence is Evidence.OTHER:
        raise BadInput("evidence_note_missing", field="note")
    if len(cleaned) > MAX_NOTE:
        raise BadInput("evidence_note_long", field="note", maximum=MAX_NOTE)
    if DOCUMENT_NUMBER.search(cleaned):
        raise BadInput("evidence_number", field="note")
    return cleaned


def check_valid_until(valid_until: date | None, today: date) -> date | None:
    """A last day that still lies ahead, or none; raises BadInput."""
    if valid_until is None:
        return None
    if valid_until < today:
        raise BadInput("valid_until_past", field="valid_until")
    if valid_until.year > today.year + LONGEST_YEARS:
        raise BadInput("valid_until_far", field="valid_until", years=LONGEST_YEARS)
    return valid_until
