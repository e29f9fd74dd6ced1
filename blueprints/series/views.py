"""The dates of a series in words: those that are asked for, and those that were booked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints import formats
from blueprints.series.wishes import DAILY, FORTNIGHTLY, MONTH_DAY, MONTH_WEEKDAY, WEEKLY
from blueprints.words import sentence
from blueprints.words.series import end_in_words, rule_in_words, why_skipped
from domain.errors import Refusal, RuleViolation, SlotTaken, Violation
from domain.interval import TICK, Interval, local_day
from domain.people import Actor
from domain.policies import OVERRIDABLE
from domain.recurrence import WEEKDAYS, Rule, parse
from models import Booking, SeriesSkip, Space
from services.series import Occurrence
from services.series_reading import SeriesView, is_open, time_of

QUOTAS = frozenset({"quota_count", "quota_hours"})
"""What may let a date pass once another one is unticked."""
DAYS_NAMED = 3
REPEAT_WORDS = {
    WEEKLY: _l("每周"),
    FORTNIGHTLY: _l("每两周"),
    DAILY: _l("每天"),
    MONTH_DAY: _l("每月同一日"),
    MONTH_WEEKDAY: _l("每月同一个周几"),
}


@dataclass(frozen=True, slots=True)
class DateChoice:
    """One date of the preview: ticked, to be ticked, or out of reach with the reason."""

    day: date
    may_be_ticked: bool
    is_ticked: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Every date of a rule, month by month; `for_all` is what stands in the way of each and is said once."""

    months: list[tuple[str, list[DateChoice]]]
    rhythm: str
    summary: str
    for_all: list[str]
    ticked: int
    choosable: int


def curable_for(actor: Actor, occurrences: Sequence[Occurrence]) -> frozenset[str]:
    """Which rules need not keep this person from ticking a date."""
    if actor.is_staff:
        return OVERRIDABLE
    return QUOTAS if any(one.is_free for one in occurrences) else frozenset()


def preview_of(
    occurrences: Sequence[Occurrence], rule: Rule, curable: Collection[str], chosen: Collection[str] | None
) -> Preview:
    """The dates in words; those blocked by `curable` rules alone may be ticked all the same.

    `chosen` are the dates that were ticked before, None at the first look.
    """
    shared = frozenset.intersection(*(frozenset(r.code for r in one.reasons) for one in occurrences))
    for_all = [sentence(found) for found in occurrences[0].reasons if found.code in shared]
    free = sum(one.is_free for one in occurrences)
    choices = [_choice(one, curable, chosen, shared) for one in occurrences]
    return Preview(
        months=_by_month(choices),
        rhythm=_("%(every)s，%(end)s", every=rule_in_words(rule), end=end_in_words(rule)),
        summary=_("一共 %(total)s 天，%(free)s 天空着。", total=len(choices), free=free),
        for_all=for_all,
        ticked=sum(choice.is_ticked for choice in choices),
        choosable=sum(choice.may_be_ticked for choice in choices),
    )


def _choice(
    one: Occurrence,
    curable: Collection[str],
    chosen: Collection[str] | None,
    shared: Collection[str],
) -> DateChoice:
    within_reach = all(found.code in curable for found in one.reasons)
    wanted = one.is_free if chosen is None else one.day.isoformat() in chosen
    told = [sentence(found) for found in one.reasons if found.code not in shared]
    return DateChoice(one.day, within_reach, wanted and within_reach, " ".join(told))


def _by_month(choices: Iterable[DateChoice]) -> list[tuple[str, list[DateChoice]]]:
    found = groupby(choices, key=lambda choice: choice.day.replace(day=1))
    return [(formats.year_month(month), list(days)) for month, days in found]


def why_not(refusal: Refusal) -> list[str]:
    """A refusal of several dates: each reason once, with the days that it is about."""
    if isinstance(refusal, SlotTaken):
        return [_about(refusal.params.get("days", []), sentence(refusal))]
    if not isinstance(refusal, RuleViolation):
        return [sentence(refusal)]
    by_code: dict[str, list[Violation]] = {}
    for found in refusal.violations:
        by_code.setdefault(found.code, []).append(found)
    return [
        _about([one.params["day"] for one in same if "day" in one.params], sentence(same[0]))
        for same in by_code.values()
    ]


def _about(days: Sequence[date], told: str) -> str:
    if not days:
        return told
    named = formats.listed(formats.short_day(day) for day in days[:DAYS_NAMED])
    if len(days) > DAYS_NAMED:
        named = _("%(days)s 等 %(count)s 天", days=named, count=len(days))
    return _("%(days)s：%(told)s", days=named, told=told)


def clocks(space: Space) -> list[str]:
    """The quarter-hours of the hours in which a space is ever open."""
    lines = [line for line in space.hours if line.opens_minute < line.closes_minute]
    first = min((line.opens_minute for line in lines), default=0)
    last = max((line.closes_minute for line in lines), default=1440)
    step = int(TICK.total_seconds()) // 60
    return [clock_of(minute) for minute in range(first, last + 1, step)]


def weekday_choices() -> list[tuple[str, str]]:
    """Code and name of each weekday."""
    return [(code, formats.weekday_name(number)) for number, code in enumerate(WEEKDAYS)]


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of a booked series: its booking with state and note, or a skipped date with what was in the way."""

    day: date
    interval: Interval
    status: str | None
    url: str | None
    note: str
    may_retry: bool


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series: what it is, its dates, and what can still be changed."""

    title: str
    rhythm: str
    end: str
    interval: Interval
    purpose: str
    for_whom: str | None
    coming: list[DateLine]
    past: list[DateLine]
    open_days: list[date]
    live: int


def series_page(view: SeriesView, actor: Actor, now: datetime) -> SeriesPage:
    """A series as this person sees it."""
    series = view.series
    rule = parse(series.rule)
    lines = [_booked(one) for one in view.occurrences]
    lines += [_skipped(one, view, now) for one in view.skipped]
    lines.sort(key=lambda line: line.interval.starts_at)
    changeable = [one for one in view.occurrences if is_open(one, now)]
    return SeriesPage(
        title=series.space.name_in(formats.locale_code()),
        rhythm=rule_in_words(rule),
        end=end_in_words(rule),
        interval=time_of(series).on(series.first_day),
        purpose=series.purpose if view.knows_parties else "",
        for_whom=series.booker.name if view.knows_parties and series.booker_id != actor.id else None,
        coming=[line for line in lines if line.interval.ends_at > now],
        past=[line for line in lines if line.interval.ends_at <= now],
        open_days=[one.occurrence_day for one in changeable if one.occurrence_day is not None],
        live=len(changeable),
    )


def _booked(one: Booking) -> DateLine:
    notes = []
    if one.changed_by_hand:
        notes.append(_("单独改过"))
    if one.wished is not None:
        notes.append(_("申请改到 %(time)s，等待审核", time=formats.stretch(one.wished)))
    if one.suggested is not None:
        notes.append(_("工作人员建议改到 %(time)s，等您回答", time=formats.stretch(one.suggested)))
    return DateLine(
        day=local_day(one.starts_at),
        interval=one.interval,
        status=one.status.value,
        url=url_for("bookings.one", booking_id=one.id),
        note=_("；").join(notes),
        may_retry=False,
    )


def _skipped(one: SeriesSkip, view: SeriesView, now: datetime) -> DateLine:
    interval = time_of(view.series).on(one.day)
    return DateLine(one.day, interval, None, None, why_skipped(one.code), interval.starts_at > now)


def clock_of(minute: int) -> str:
    """HH:MM of a minute of the day; the next midnight is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
