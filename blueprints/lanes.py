"""Lanes as markup.

A board has a thousand cells. Their strings are made here, from words, icons and addresses that are looked up once a
request; a template that calls a macro for each cell takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from flask import g, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.formats import locale_code
from blueprints.pages import address
from blueprints.static_files import asset
from blueprints.timeline import asked_at, clock_at, end_at
from domain.board import HOUR, Segment, SegmentKind
from domain.interval import tick_of
from domain.spaces import SpaceKind
from services.space_lines import AnySpace, SpaceName

ICONS = {
    "free": "plus",
    "busy": "lock",
    "pending": "clock",
    "mine": "star",
    "show": "live",
    "buffer": "broom",
    "picked": "check",
    "closed": "pause",
    "past": "pause",
}
KNOWN_BY_ICON = frozenset({"busy", "show", "closed"})
"""Somebody else's block, a show and a closure are known by their icon: the label takes the place of the word."""
ALIKE = frozenset({SegmentKind.FREE, SegmentKind.BUSY, SegmentKind.CLOSED, SegmentKind.PAST})
"""What has no border in the thin picture, so that neighbours of a kind are one piece of it."""
SLOT = "-code-"
"""What stands for the code of a space in an address that is made once."""


class Timed(Protocol):
    """A segment from elsewhere, such as a block of the desk's case."""

    @property
    def kind(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def label(self) -> str: ...


def kind_words() -> dict[str, str]:
    """What each kind of segment is called."""
    return pen().words


def _kind_words() -> dict[str, str]:
    return {
        "free": _("空闲"),
        "busy": _("占用"),
        "pending": _("待审核"),
        "mine": _("我的"),
        "show": _("直播"),
        "buffer": _("清洁"),
        "picked": _("已选"),
        "closed": _("不开放"),
        "past": _("已过"),
    }


class Pen:
    """What lanes are drawn with in one language; `made_of` says all that differs between two pens."""

    def __init__(self, locale: str, sprite: str, root: str) -> None:
        self.made_of = locale, sprite, root
        self.words = _kind_words()
        self.icons = {
            kind: f'<svg class="icon" viewBox="0 0 24 24"><use href="{sprite}#{name}"/></svg>'
            for kind, name in ICONS.items()
        }
        self.seats = _("%(time)s 空 %(free)s / %(places)s 座")
        self.fewest = _("空 %(free)s 座")
        self.choose = _("选时间")
        self._form = address("spaces.book", code=SLOT).split(SLOT)
        self._space = address("spaces.one", code=SLOT).split(SLOT)
        self._month = address("spaces.month_of_one", code=SLOT).split(SLOT)
        self._booking = address("bookings.one", booking_id=0).removesuffix("0")
        self._show = address("studio.show", show_id=0).removesuffix("0")

    def space_url(self, space: AnySpace) -> str:
        """The page of a space."""
        return _safe(space.code).join(self._space)

    def form_url(self, space: AnySpace) -> str:
        """The booking form of a space."""
        return _safe(space.code).join(self._form)

    def month_url(self, space: AnySpace | SpaceName) -> str:
        """The month of a space."""
        return _safe(space.code).join(self._month)

    def book_url(self, space: AnySpace, start: int, end: int | None = None) -> str:
        """The booking form with the quarter-hours filled in at which it begins, and at which it ends that day."""
        return f"{self.form_url(space)}{asked_at(start)}{f'&end={end_at(end)}' if end else ''}"

    def lane(
        self, space: AnySpace, segments: Iterable[Segment], prefix: str = "", *, linked: bool = True
    ) -> Markup:
        """A lane with the links of its cells; without them it is a picture, the choosing is done beside it."""
        is_pool = space.kind is SpaceKind.POOL
        cells = self.cells(space, segments, prefix, linked=linked, as_bars=is_pool)
        return Markup(f'<div class="lane{" pool" if is_pool else ""}">{cells}</div>')  # noqa: S704  escaped below

    def cells(
        self,
        space: AnySpace,
        segments: Iterable[Segment],
        prefix: str = "",
        *,
        linked: bool = True,
        as_bars: bool = False,
    ) -> Markup:
        """The cells of a lane alone: free ones lead to the booking form, known ones to their page.

        Free seats are said in words, or drawn `as_bars`.
        """
        book = str(escape(self.form_url(space)))
        before = str(escape(prefix))
        cell = self.cell
        drawn = []
        for one in segments:
            url = None
            if linked:
                url = f"{book}{_query_at(one.start)}" if one.start is not None else self._page_of(one)
            if one.bars and as_bars:
                drawn.append(self._seats_cell(one, before, url, space.places))
            else:
                label = self.fewest % {"free": min(one.bars)} if one.bars else one.label
                drawn.append(cell(one.kind, one.first, one.end, label, url, before))
        return Markup("".join(drawn))  # noqa: S704  every part is escaped

    def cell(self, kind: str, first: int, end: int, label: str, url: str | None, before: str) -> str:
        """One segment, a link only from an hour up: less is too small to hit; `url` and `before` come escaped.

        The words that do not fit drop out whole and stay in the title, which is a link's name, and for screen readers.
        """
        word = self.words[kind]
        detail = str(escape(label)) if label and label != word else ""
        said = f"{before}{clock_at(first)}–{end_at(end)} {word}{' ' + detail if detail else ''}"
        body = ""
        if kind != "past" and (kind != "free" or url):
            is_told = bool(detail) and kind in KNOWN_BY_ICON
            shown = clock_at(first) if kind == "free" else detail if is_told else word
            more = f'<span class="seg-detail">{detail}</span>' if detail and not is_told else ""
            body = f'<span class="seg-body" aria-hidden="true">{self.icons[kind]}<span>{shown}</span>{more}</span>'
        return _tagged(kind, end - first, url, said, body)

    def quick(self, space: AnySpace, name: str, day: date, starts: Iterable[int]) -> Markup:
        """The next free times of a room to touch, and the way to all of them; nothing where there are none."""
        said = f'<span class="hidden-visually">{escape(name)} </span>'
        form = escape(self.form_url(space))
        links = [
            f'<a class="quick-item" href="{form}{_query_at(start)}">{said}{clock_at(start)}</a>'
            for start in starts
        ]
        if not links:
            return Markup()
        shown = links if space.kind is SpaceKind.ROOM else []
        choose = f'<a class="quick-item is-plain" href="{form}?day={day.isoformat()}">{said}{self.choose}</a>'
        return Markup(f'<div class="quick">{"".join(shown)}{choose}</div>')  # noqa: S704  every part is escaped

    def mini(self, segments: Iterable[Segment]) -> Markup:
        """The same lane as a thin picture; the words beside it carry the meaning."""
        pieces = []
        for kind, run in groupby(segments, key=lambda one: one.kind):
            lengths = [one.ticks for one in run]
            for ticks in [sum(lengths)] if kind in ALIKE else lengths:
                pieces.append(f'<span class="seg seg-{kind} t-{ticks}"></span>')
        return Markup(f'<div class="mini" aria-hidden="true">{"".join(pieces)}</div>')  # noqa: S704  no text in it

    def _page_of(self, one: Segment) -> str | None:
        if one.ref is None:
            return None
        return f"{self._show if one.kind is SegmentKind.SHOW else self._booking}{one.ref}"

    def _seats_cell(self, one: Segment, before: str, url: str | None, places: int) -> str:
        time = f"{clock_at(one.first)}–{end_at(one.end)}"
        said = f"{before}{self.seats % {'time': time, 'free': min(one.bars), 'places': places}}"
        return _tagged(one.kind, one.ticks, url, said, _bars(one.bars, places))


def _tagged(kind: str, ticks: int, url: str | None, said: str, body: str) -> str:
    """A cell as a link, or as a picture whose words are for screen readers; what is over or too near says nothing."""
    if url and ticks >= HOUR:
        return f'<a class="seg seg-{kind} t-{ticks}" href="{url}" title="{said}">{body}</a>'
    heard = f'<span class="hidden-visually">{said}</span>' if body else ""
    return f'<div class="seg seg-{kind} t-{ticks}" title="{said}">{heard}{body}</div>'


@lru_cache(maxsize=4096)
def _safe(code: str) -> str:
    return quote(code)


@lru_cache(maxsize=4096)
def _query_at(tick: int) -> str:
    return str(escape(asked_at(tick)))


@lru_cache(maxsize=1024)
def _bars(bars: tuple[int, ...], places: int) -> str:
    """The free seats of the half hours of a cell."""
    path = "".join(f"M{n}.04 {places - free}h.92v{free}h-.92z" for n, free in enumerate(bars) if free)
    box = f'viewBox="0 0 {len(bars)} {places}" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg class="pool-bar" {box}><path d="{path}"/></svg>'


def lane_of_blocks(blocks: Iterable[Timed]) -> Markup:
    """A lane of what is no segment of ours, without links."""
    drawn = (
        pen().cell(one.kind, tick_of(one.starts_at), tick_of(one.ends_at), one.label, None, "")
        for one in blocks
    )
    return Markup(f'<div class="lane">{"".join(drawn)}</div>')  # noqa: S704  every part is escaped


def pen() -> Pen:
    """The pen of this request."""
    if "pen" not in g:
        g.pen = _pen(locale_code(), asset("icons/sprite.svg"), request.script_root)
    found: Pen = g.pen
    return found


@lru_cache(maxsize=8)
def _pen(locale: str, sprite: str, root: str) -> Pen:
    return Pen(locale, sprite, root)
