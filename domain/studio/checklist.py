"""The checklist before a show: what the house sees for itself, and what the floor director ticks by hand."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from domain.studio.compliance import Compliance, Light


class ManualCheck(StrEnum):
    """A point that a person has to look at [default]."""

    NETWORK = "network"
    CAMERA_SOUND = "camera_sound"
    PRODUCT_LINKS = "product_links"
    PRICE_TAGS = "price_tags"
    RULES_READ = "rules_read"
    CORRECTIONS = "corrections"
    CARDS = "cards"


class AutomaticCheck(StrEnum):
    """A point that the house sees for itself."""

    HOSTS = "hosts"
    ROOM = "room"
    BOOTHS = "booths"
    REQUESTS = "requests"


class Part(StrEnum):
    """One light of a booth."""

    PAPERS = "papers"
    CLAIMS = "claims"
    SAMPLE = "sample"
    STOCK = "stock"
    LINK = "link"


TOTAL = len(ManualCheck) + len(AutomaticCheck)


def missing_parts(lights: Compliance) -> tuple[Part, ...]:
    """Which lights of a booth are not green."""
    return tuple(part for part in Part if getattr(lights, part.value) is not Light.OK)


def progress(green: Collection[AutomaticCheck], ticked: Collection[ManualCheck]) -> int:
    """How many points of the list are done."""
    return len(set(green)) + len(set(ticked))
