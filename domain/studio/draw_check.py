"""Checking a draw from what was published of it, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.errors import Violation
from domain.studio.draw import Applicant, ApplicationStatus, DrawList, allot, ranked, read_list, sha256


@dataclass(frozen=True, slots=True)
class Result:
    """What the house says became of an application."""

    application_id: int
    rank: int
    status: ApplicationStatus
    booth: int | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What the house has published of a draw; there is a seed, and there are results, once it is drawn."""

    seed_hash: str
    list_text: str
    list_hash: str
    seed: str | None = None
    results: tuple[Result, ...] = ()


def verify(published: Published) -> list[Violation]:
    """What does not agree in a published draw, in words; empty when all of it does.

    Who was passed over is taken as said: the rules of a booth look at more than the list.
    """
    found = []
    if sha256(published.list_text) != published.list_hash:
        found.append(Violation("draw_list_changed"))
    if published.seed is not None and sha256(published.seed) != published.seed_hash:
        found.append(Violation("draw_seed_changed"))
    try:
        drawn = read_list(published.list_text)
    except ValueError:
        return [*found, Violation("draw_list_unreadable")]
    if drawn.seed_hash != published.seed_hash:
        found.append(Violation("draw_promise_changed"))
    if published.seed is not None:
        in_order = ranked(drawn.applicants, published.seed, published.list_hash)
        found += _wrong_ranks(in_order, published.results)
        found += _wrong_booths(drawn, in_order, published.results)
    return found


def _wrong_ranks(in_order: list[Applicant], results: Iterable[Result]) -> list[Violation]:
    due = {(one.id, rank) for rank, one in enumerate(in_order, start=1)}
    return _about("draw_ranks_wrong", due ^ {(one.application_id, one.rank) for one in results})


def _wrong_booths(drawn: DrawList, in_order: list[Applicant], results: Iterable[Result]) -> list[Violation]:
    results = list(results)
    passed_over = {one.application_id for one in results if one.status is ApplicationStatus.PASSED_OVER}
    given = allot(in_order, drawn.times, passed_over)
    due = {(number, time.booth, time.interval.starts_at) for number, time in given.items()}
    said = {
        (one.application_id, one.booth, one.starts_at)
        for one in results
        if one.status is ApplicationStatus.ALLOTTED
    }
    return _about("draw_booths_wrong", due ^ said)


def _about(code: str, differing: Collection[tuple[object, ...]]) -> list[Violation]:
    numbers = sorted({int(str(one[0])) for one in differing})
    return [Violation(code, {"applications": ", ".join(map(str, numbers))})] if numbers else []
