"""A draw as one document: what is downloaded, what programs read, and what is read back to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from blueprints.problems import iso
from domain.studio.draw import FORMAT, ApplicationStatus
from domain.studio.draw_check import Published, Result
from services.studio.draw_reading import PublicDraw


def document(draw: PublicDraw) -> dict[str, Any]:
    """Everything for recomputing a draw; what is not public yet is null, and there are no results."""
    show = draw.show
    return {
        "format": FORMAT,
        "show": show.id,
        "title": show.title,
        "status": show.status.value,
        "applications_open_at": _moment(show.applications_open_at),
        "applications_close_at": _moment(show.applications_close_at),
        "applications": draw.count,
        "closed_at": _moment(draw.closed_at),
        "drawn_at": _moment(draw.drawn_at),
        "seed_hash": draw.seed_hash,
        "list_hash": draw.list_hash,
        "list_text": draw.list_text,
        "seed": draw.seed,
        "results": [
            {
                "application": one.application_id,
                "rank": one.rank,
                "status": one.status.value,
                "booth": one.booth,
                "starts_at": _moment(one.starts_at),
            }
            for one in draw.results
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def read_document(found: Any) -> Published:
    """What a document says was published; raises ValueError for what is none, or none of a closed list."""
    if not isinstance(found, Mapping) or not isinstance(found.get("list_text"), str):
        raise ValueError("no list of a draw")
    try:
        return Published(
            seed_hash=str(found["seed_hash"]),
            list_text=found["list_text"],
            list_hash=str(found["list_hash"]),
            seed=None if found["seed"] is None else str(found["seed"]),
            results=tuple(_result(one) for one in found["results"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("something is missing") from error


def _result(found: Mapping[str, Any]) -> Result:
    starts_at = found["starts_at"]
    return Result(
        int(found["application"]),
        int(found["rank"]),
        ApplicationStatus(found["status"]),
        found["booth"],
        None if starts_at is None else datetime.fromisoformat(starts_at),
    )
