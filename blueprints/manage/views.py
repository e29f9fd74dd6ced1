"""Bookings in the way, in words: who, when, and what can be done with each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _

from blueprints import formats
from blueprints.edge import whole, within_calendar
from blueprints.words import sentence
from domain.interval import Interval
from models import Booking, Space
from services.house.closures import Hit, Plan
from services.house.looking import Touched
from services.house.settling import Choice, Decision, Fate

SEPARATOR = "|"
FATE, VERSION, CANCEL_SHOW = "fate-", "version-", "cancel-show-"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be done with a booking, as a radio button."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class HitRow:
    """One booking in the way."""

    id: int
    version: int
    url: str
    title: str
    when: str
    status: str
    who: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """One booking that a change leaves outside of the new rules."""

    url: str
    title: str
    when: str
    why: str


def who(booking: Booking) -> str:
    """Whose it is, masked; nothing of a private space's parties."""
    if booking.space.is_private:
        return _("%(count)s 人 · 当事人保密", count=booking.party_size)
    name = booking.booker.masked_name
    if booking.booker.building is not None:
        name = _("%(building)s 栋 %(name)s", building=booking.booker.building, name=name)
    return f"{name} · {_('%(count)s 人', count=booking.party_size)}"


def hit_rows(plan: Plan, chosen: Mapping[int, Decision]) -> list[HitRow]:
    """Every booking in the way with its choices, what was chosen before still chosen."""
    return [_hit_row(hit, chosen.get(hit.booking.id)) for hit in plan.hits]


def _hit_row(hit: Hit, chosen: Decision | None) -> HitRow:
    booking = hit.booking
    values = [_value(choice) for choice in hit.choices]
    before = _value(Choice(chosen.fate, chosen.interval)) if chosen else None
    picked = before if before in values else values[0]
    return HitRow(
        id=booking.id,
        version=booking.version,
        url=url_for("bookings.one", booking_id=booking.id),
        title=booking.space.name_in(formats.locale_code()),
        when=formats.stretch(booking.interval),
        status=booking.status.value,
        who=who(booking),
        options=[
            Option(value, _label(choice), value == picked)
            for value, choice in zip(values, hit.choices, strict=True)
        ],
    )


def _value(choice: Choice) -> str:
    if choice.interval is None:
        return choice.fate.value
    times = (choice.interval.starts_at.isoformat(), choice.interval.ends_at.isoformat())
    return SEPARATOR.join((choice.fate.value, *times))


def _label(choice: Choice) -> str:
    if choice.interval is not None:
        return _("改到 %(time)s", time=formats.stretch(choice.interval))
    return {
        Fate.CANCEL: _("取消，并告诉本人原因"),
        Fate.KEEP: _("不改了，保留原来的时间"),
        Fate.END: _("请提前结束"),
    }[choice.fate]


def decision_of(value: str, version: int) -> Decision | None:
    """What a radio button says, None for anything else."""
    word, *times = value.split(SEPARATOR)
    try:
        fate = Fate(word)
        moments = [datetime.fromisoformat(time) for time in times]
        interval = Interval(*moments) if times else None
    except (ValueError, TypeError):
        return None
    if not all(moment.tzinfo and within_calendar(moment) for moment in moments):
        return None
    return Decision(fate, version, interval)


def decisions_of_form() -> dict[int, Decision]:
    """What was decided on each booking in the way."""
    found = {}
    for name, value in request.form.items():
        number = name.removeprefix(FATE)
        if name == number or not (number.isascii() and number.isdigit()):
            continue
        version = request.form.get(f"{VERSION}{number}", type=whole)
        decision = decision_of(value, version) if version is not None else None
        if decision is not None:
            found[int(number)] = decision
    return found


def shows_to_cancel() -> dict[int, int]:
    """The shows that were ticked, each with the version that was seen."""
    found = {}
    for name in request.form:
        number = name.removeprefix(CANCEL_SHOW)
        if name != number and number.isascii() and number.isdigit():
            version = request.form.get(name, type=whole)
            if version is not None:
                found[int(number)] = version
    return found


def touched_rows(touched: Iterable[Touched]) -> list[TouchedRow]:
    """Bookings that stay valid though the new rules would not allow them."""
    return [
        TouchedRow(
            url=url_for("bookings.one", booking_id=one.booking.id),
            title=f"{one.booking.space.name_in(formats.locale_code())} · {who(one.booking)}",
            when=formats.stretch(one.booking.interval),
            why=" ".join(dict.fromkeys(sentence(violation) for violation in one.broken)),
        )
        for one in touched
    ]


def ids(touched: Iterable[Touched]) -> str:
    """The bookings that are shown, for the hidden field that says so."""
    return ",".join(str(one.booking.id) for one in touched)


def photo_url(space: Space) -> str | None:
    """The picture that stands on a space's page, if it has one."""
    return url_for("studio.picture", sha256=space.photos[0].sha256) if space.photos else None
