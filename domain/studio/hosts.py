"""Hosts of shows, and how somebody made sure of who they are."""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """What staff looked at to verify a host; its number is never kept."""

    ID_CARD = "id_card"
    PLATFORM = "platform"
    CERTIFICATE = "certificate"
    OTHER = "other"
