"""A place in line in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from blueprints import formats
from blueprints.timeline import wall_clock
from domain.interval import local, local_day
from domain.people import Actor
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry
from services.my_line import Waiting


@dataclass(frozen=True, slots=True)
class LineCard:
    """A place in line: what for, where it stands, and what can be done."""

    entry: WaitlistEntry
    title: str
    day: str
    standing: str
    for_whom: str | None
    url: str
    offer: Booking | None
    until: str | None
    again: dict[str, str] | None

    @property
    def waits(self) -> bool:
        """Whether it can be left."""
        return self.entry.status is EntryStatus.WAITING


def line_card(waiting: Waiting, actor: Actor, now: datetime) -> LineCard:
    """What this person sees of a place in line."""
    entry = waiting.entry
    offer = entry.booking if entry.status is EntryStatus.OFFERED else None
    return LineCard(
        entry=entry,
        title=_title(entry),
        day=formats.near_day(entry.starts_at, local_day(now)),
        standing=_standing(waiting),
        for_whom=entry.person.name if entry.person_id != actor.id and entry.show_id is None else None,
        url=url_for("bookings.one", booking_id=entry.booking_id)
        if entry.booking_id is not None
        else url_for("waiting.one", entry_id=entry.id),
        offer=offer,
        until=until_words(offer.expires_at, now) if offer and offer.expires_at else None,
        again=_again(entry) if entry.starts_at > now else None,
    )


def line_cards(found: Iterable[Waiting], actor: Actor, now: datetime) -> list[LineCard]:
    """All that somebody waits for: what is offered first, since it does not wait."""
    cards = [line_card(waiting, actor, now) for waiting in found]
    return sorted(cards, key=lambda card: card.offer is None)


def until_words(moment: datetime, now: datetime) -> str:
    """今天 14:30."""
    return f"{formats.near_day(moment, local_day(now))} {formats.clock(moment)}"


def _title(entry: WaitlistEntry) -> str:
    if entry.show is not None and entry.place is None:
        return _("%(show)s · 哪个展位都行", show=entry.show.title)
    if entry.show is not None:
        return _("%(show)s · 展位 %(booth)s", show=entry.show.title, booth=entry.place)
    return entry.space.name_in(formats.locale_code())


def ahead_words(ahead: int) -> str:
    """前面还有 2 位."""
    return _("前面还有 %(count)s 位", count=ahead) if ahead else _("您排在第一位")


def _standing(waiting: Waiting) -> str:
    return {
        EntryStatus.WAITING: ahead_words(waiting.ahead),
        EntryStatus.OFFERED: _("空出来了，给您留着"),
        EntryStatus.FULFILLED: _("您已经接受了"),
        EntryStatus.WITHDRAWN: _("您不排这段时间了"),
        EntryStatus.LAPSED: _("这次没有等到"),
    }[waiting.entry.status]


def _again(entry: WaitlistEntry) -> dict[str, str] | None:
    """What standing in line once more sends; a booth is chosen on its show."""
    if entry.show_id is not None or entry.status not in (EntryStatus.WITHDRAWN, EntryStatus.LAPSED):
        return None
    day = local_day(entry.starts_at)
    again = {
        "day": day.isoformat(),
        "start": local(entry.starts_at).strftime("%H:%M"),
        "end": wall_clock(entry.ends_at, day),
        "purpose": entry.purpose,
        "party_size": str(entry.party_size),
    }
    return (
        again if entry.person_id == entry.created_by_id else {**again, "on_behalf_of": str(entry.person_id)}
    )
