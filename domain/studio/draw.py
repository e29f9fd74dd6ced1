"""The fair draw of an oversubscribed show: the published list to the letter, the lottery, the ranks, the booths.

All of it can be recomputed from the list and the seed by anybody: docs/decisions/0011-a-draw-anyone-can-recompute.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.interval import local
from domain.studio.shows import BoothTime, Layout, ShowPlan

FORMAT = "jufu-draw 1"
NOTHING = "-"
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
UNESCAPES = {written: meant for meant, written in ESCAPES.items()}
HEADER = (
    "show",
    "title",
    "starts_at",
    "layout",
    "booths",
    "slots",
    "slot_minutes",
    "taken",
    "closed_at",
    "seed_hash",
    "applications",
)
"""The keys of the list's head in their order, each on a line of its own before its value."""


class ApplicationStatus(StrEnum):
    """What became of an application: `passed_over` where a rule spoke against it when its turn came."""

    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    ALLOTTED = "allotted"
    WAITLISTED = "waitlisted"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Applicant:
    """One application as it stands on the published list; `wish` is the booth that it would like best."""

    id: int
    merchant_id: int
    product_id: int
    merchant: str
    product: str
    wish: int | None
    slots_this_year: int
    points: int

    @property
    def merit(self) -> tuple[int, int]:
        """What goes before the lottery: fewest slots this year, then fewest points (DOMAIN.md, oversubscribed)."""
        return self.slots_this_year, self.points


@dataclass(frozen=True, slots=True)
class DrawList:
    """The published list: the show as it is drawn, the booths that are not to be had, and who applied.

    `closed_at` counts in whole seconds.
    """

    show_id: int
    title: str
    plan: ShowPlan
    taken: tuple[BoothTime, ...]
    closed_at: datetime
    seed_hash: str
    applicants: tuple[Applicant, ...]

    @property
    def times(self) -> list[BoothTime]:
        """The booth slots that are drawn."""
        return [time for time in self.plan.booth_times() if time not in self.taken]


def sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\.", lambda found: UNESCAPES[found[0]], text)


def _moment(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


def list_text(published: DrawList) -> str:
    r"""The list to the letter: UTF-8, each line ended by \n, then one line per application in the order of their ids.

    A line of an application has, between tabs: id, merchant id, product id, merchant, product, wished booth or -,
    slots this year, points. In names \ is written \\, a tab \t, a line feed \n, a carriage return \r.
    """
    plan = published.plan
    taken = [f"{time.booth}@{_moment(time.interval.starts_at)}" for time in published.taken]
    values = (
        published.show_id,
        _escaped(published.title),
        _moment(plan.starts_at),
        plan.layout.value,
        plan.booths,
        plan.slots,
        plan.slot_minutes,
        ",".join(taken) or NOTHING,
        _moment(published.closed_at),
        published.seed_hash,
        len(published.applicants),
    )
    head = [FORMAT, *(f"{key} {value}" for key, value in zip(HEADER, values, strict=True))]
    rows = [_line(one) for one in sorted(published.applicants, key=lambda one: one.id)]
    return "".join(f"{line}\n" for line in [*head, *rows])


def _line(one: Applicant) -> str:
    cells = (
        one.id,
        one.merchant_id,
        one.product_id,
        _escaped(one.merchant),
        _escaped(one.product),
        NOTHING if one.wish is None else one.wish,
        one.slots_this_year,
        one.points,
    )
    return "\t".join(map(str, cells))


def read_list(text: str) -> DrawList:
    """The list that a text was written from; raises ValueError for anything that is not exactly such a text."""
    try:
        found = _read(text)
    except (KeyError, IndexError, OverflowError) as error:
        raise ValueError("this is no list of a draw") from error
    if list_text(found) != text:
        raise ValueError("this list is not written as it must be")
    return found


def _read(text: str) -> DrawList:
    kind, *lines = text.split("\n")
    if kind != FORMAT:
        raise ValueError("this is no list of a draw")
    head = dict(line.split(" ", 1) for line in lines[: len(HEADER)])
    plan = ShowPlan(
        Layout(head["layout"]),
        datetime.fromisoformat(head["starts_at"]),
        int(head["booths"]),
        int(head["slots"]),
        int(head["slot_minutes"]),
    )
    return DrawList(
        show_id=int(head["show"]),
        title=_unescaped(head["title"]),
        plan=plan,
        taken=_taken(plan, head["taken"]),
        closed_at=datetime.fromisoformat(head["closed_at"]),
        seed_hash=head["seed_hash"],
        applicants=tuple(_applicant(line) for line in lines[len(HEADER) : -1]),
    )


def _taken(plan: ShowPlan, text: str) -> tuple[BoothTime, ...]:
    known = {f"{time.booth}@{_moment(time.interval.starts_at)}": time for time in plan.booth_times()}
    return () if text == NOTHING else tuple(known[one] for one in text.split(","))


def _applicant(line: str) -> Applicant:
    number, merchant_id, product_id, merchant, product, wish, slots, points = line.split("\t")
    return Applicant(
        int(number),
        int(merchant_id),
        int(product_id),
        _unescaped(merchant),
        _unescaped(product),
        None if wish == NOTHING else int(wish),
        int(slots),
        int(points),
    )


def lottery_number(seed: str, list_hash: str, application_id: int) -> str:
    """The number that an application drew: SHA-256 of seed, list hash and id, joined by colons. The lowest wins."""
    return sha256(f"{seed}:{list_hash}:{application_id}")


def ranked(applicants: Iterable[Applicant], seed: str, list_hash: str) -> list[Applicant]:
    """The applicants in their order: fewest slots this year, then fewest points, then the lottery."""

    def key(one: Applicant) -> tuple[int, int, str, int]:
        return *one.merit, lottery_number(seed, list_hash, one.id), one.id

    return sorted(applicants, key=key)


def pick(wish: int | None, free: Collection[BoothTime]) -> BoothTime:
    """What somebody gets whose turn it is: the wished booth while it is free, else the earliest slot, lowest booth.

    Raises ValueError where nothing is free.
    """

    def key(time: BoothTime) -> tuple[bool, datetime, int]:
        return time.booth != wish, time.interval.starts_at, time.booth

    return min(free, key=key)


def allot(
    in_order: Iterable[Applicant], times: Iterable[BoothTime], passed_over: Collection[int] = ()
) -> dict[int, BoothTime]:
    """Who gets which booth, by application: in the order of the ranks, one each, as long as there are any."""
    free, given = set(times), {}
    for one in in_order:
        if free and one.id not in passed_over:
            given[one.id] = time = pick(one.wish, free)
            free.remove(time)
    return given


@dataclass(frozen=True, slots=True)
class Standing:
    """Why somebody has a rank: how many had fewer slots, how many as many slots and fewer points, and the lottery."""

    rank: int
    fewer_slots: int
    fewer_points: int
    lottery: int
    equals: int


def standing(in_order: Sequence[Applicant], application_id: int) -> Standing:
    """What speaks for and against one of the ranked; raises StopIteration for an unknown id."""
    rank, me = next((n, one) for n, one in enumerate(in_order, start=1) if one.id == application_id)
    fewer_slots = sum(one.slots_this_year < me.slots_this_year for one in in_order)
    fewer_points = sum(
        one.slots_this_year == me.slots_this_year and one.points < me.points for one in in_order
    )
    return Standing(
        rank=rank,
        fewer_slots=fewer_slots,
        fewer_points=fewer_points,
        lottery=rank - fewer_slots - fewer_points,
        equals=sum(one.merit == me.merit for one in in_order),
    )
