"""Where one can go from a show: one obvious next step, and the other ways quietly beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from blueprints.studio.views import is_open
from domain.people import Actor
from domain.studio.shows import Phase, ShowStatus
from services.studio.show_page import ShowSeen
from services.studio.shows import ShowGrid

SOON = timedelta(hours=2)
"""From then on the console is what staff open next."""


@dataclass(frozen=True, slots=True)
class ShowWay:
    """A page of the show, its label and its icon."""

    url: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class ShowWays:
    """The next step, if there is one, and the rest."""

    main: ShowWay | None
    rest: tuple[ShowWay, ...]


def show_ways(seen: ShowSeen, actor: Actor | None, now: datetime) -> ShowWays:
    """What this person does next with a show."""
    grid, is_sealed = seen.grid, seen.kept_until is not None
    on_now = ShowWay(url_for("running.on_now", show_id=grid.show.id), _("商品和卖家"), "live")
    if grid.show.status is ShowStatus.CANCELLED:
        return ShowWays(None, ())
    if actor is None or not actor.is_staff:
        return ShowWays(_for_shop(seen, actor, now), (on_now,))
    ways = _for_staff(grid, is_sealed)
    phase = grid.phase(now)
    if phase is Phase.OVER:
        sealed, open_ = (
            ("record", ("sales", "views", "console")),
            ("wrap_up", ("sales", "console", "samples")),
        )
        first, rest = sealed if is_sealed else open_
    elif phase is Phase.RUNNING or grid.show.starts_at - now <= SOON:
        first, rest = "console", ("host", "checklist", "samples", "edit")
    else:
        first = "queue" if grid.pending else "checklist"
        rest = tuple(name for name in ("checklist", "samples", "edit", "host", "console") if name != first)
    cancel = (ways["cancel"],) if phase in (Phase.AHEAD, Phase.LOCKED) else ()
    return ShowWays(ways[first], (*(ways[name] for name in rest), on_now, *cancel))


def _for_shop(seen: ShowSeen, actor: Actor | None, now: datetime) -> ShowWay | None:
    grid = seen.grid
    if seen.place is not None:
        url = url_for("waiting.one", entry_id=seen.place)
        return ShowWay(url, _("我在排队，看排到第几"), "bell")
    if actor is not None and actor.is_merchant and not grid.free and is_open(grid.show, grid.phase(now)):
        return ShowWay(url_for("studio.wait_page", show_id=grid.show.id), _("排队等空位"), "bell")
    return None


def _for_staff(grid: ShowGrid, is_sealed: bool) -> dict[str, ShowWay]:
    here = {"show_id": grid.show.id}
    return {
        "queue": ShowWay(url_for("desk.queue"), _("去审核 %(pending)s 个申请", pending=grid.pending), "desk"),
        "checklist": ShowWay(url_for("studio.checklist", **here), _("检查单"), "check"),
        "samples": ShowWay(url_for("studio.samples", **here), _("样品"), "product"),
        "edit": ShowWay(url_for("studio.edit_show", **here), _("编辑"), "edit"),
        "host": ShowWay(url_for("running.host", **here), _("主持提词"), "text-size"),
        "console": ShowWay(url_for("running.console", **here), _("控制台"), "screen"),
        "wrap_up": ShowWay(url_for("running.wrap_up", **here), _("收尾"), "check"),
        "views": ShowWay(url_for("running.wrap_up", **here), _("填观看人数"), "edit"),
        "sales": ShowWay(url_for("sales.of_show", **here), _("卖了多少"), "sales"),
        "record": ShowWay(url_for("running.record", **here), _("档案"), "lock"),
        "cancel": ShowWay(url_for("studio.confirm_cancel", **here), _("取消这场"), "cross"),
    }
