"""The sealed file of a show: its canonical form, its hash, how long it is kept, and names safe in an archive."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.errors import BadInput

LEAST_YEARS = 3
"""Records are kept at least so long from the end of the live (直播电商监督管理办法)."""
MOST_VIEWS = 1_000_000_000
LONGEST_NAME = 160
"""In bytes; file systems take 255, and an id and an ending follow."""
_UNSAFE = re.compile(r"[^\w\-]+")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write a file down: UTF-8, keys in order, no spaces; what its hash is taken of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def years_after(moment: datetime, years: int) -> datetime:
    """The same date so many years on; after a 29 February that the year lacks, the 1 March, so never too early."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


def kept_until(ended_at: datetime, years: int) -> datetime:
    """Until when the file of a show has to be kept; fewer than three years count as three."""
    return years_after(ended_at, max(years, LEAST_YEARS))


def views_of(text: str) -> int | None:
    """A number of views as typed, None for nothing; raises BadInput."""
    cleaned = "".join(text.split()).replace(",", "").replace("，", "")
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdigit()):
        raise BadInput("views_invalid", field="views")
    return check_views(int(cleaned[:20]))


def check_views(views: int) -> int:
    """A number of views that can be true; raises BadInput."""
    if not 0 <= views <= MOST_VIEWS:
        raise BadInput("views_invalid", field="views")
    return views


def safe_name(*parts: str) -> str:
    """A name of a file within an archive: no paths, no dots, nothing that a shell or a file system reads into."""
    joined = "-".join(_UNSAFE.sub("-", part).strip("-_") for part in parts if part)
    return joined.strip("-").encode()[:LONGEST_NAME].decode(errors="ignore") or "file"
