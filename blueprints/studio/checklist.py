"""Routes of the checklist before a show."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.formats import clock_on, listed
from blueprints.identity import the_actor
from blueprints.studio import blueprint, views
from blueprints.studio.about import place_of
from blueprints.words.shows import AUTOMATIC, MANUAL, PARTS, STANDINGS
from domain.errors import BadInput
from domain.people import Role
from domain.studio.checklist import AutomaticCheck, ManualCheck
from domain.studio.hosts import Standing
from domain.studio.shows import ShowStatus
from services.studio import checklists
from services.studio.checklists import BoothLack, Checklist


@dataclass(frozen=True, slots=True)
class Way:
    """What is not green yet, and where it is put right."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A point that the house sees for itself."""

    title: str
    is_green: bool
    detail: str
    ways: tuple[Way, ...]


@blueprint.get("/shows/<int:show_id>/checklist")
@allow(Role.STAFF)
def checklist(show_id: int) -> ResponseReturnValue:
    """The checklist of a show as it stands."""
    return _page(show_id)


@blueprint.post("/shows/<int:show_id>/checklist")
@allow(Role.STAFF)
def tick(show_id: int) -> ResponseReturnValue:
    """Tick a point, or take its tick away."""
    try:
        item = ManualCheck(request.form.get("item", ""))
    except ValueError as error:
        raise BadInput("bad_input") from error
    checklists.tick(the_actor(), show_id, {item: request.form.get("done") == "1"}, now=now())
    if pages.is_fragment():
        return _page(show_id, touched=item)
    return pages.go_to(url_for("studio.checklist", show_id=show_id, _anchor=f"check-{item.value}"))


def _page(show_id: int, touched: ManualCheck | None = None) -> ResponseReturnValue:
    found = checklists.checklist(the_actor(), show_id)
    show, moment = found.show, now()
    return pages.show(
        "studio/checklist",
        show=show,
        when=views.when(show.interval, moment),
        found=found,
        lines=[_hosts(found), _room(found), _booths(found), _requests(found)],
        manual=[(item, *MANUAL[item], found.ticks.get(item)) for item in ManualCheck],
        touched=touched,
        may_tick=show.status is not ShowStatus.CANCELLED
        and show.wrapped_up_at is None
        and show.ends_at > moment,
        clock_on=clock_on,
    )


def _line(found: Checklist, check: AutomaticCheck, detail: str, *ways: Way) -> Line:
    return Line(str(AUTOMATIC[check]), check in found.green, detail, ways)


def _hosts(found: Checklist) -> Line:
    edit = url_for("studio.edit_show", show_id=found.show.id)
    if not found.hosts:
        return _line(found, AutomaticCheck.HOSTS, _("还没有写明主播。"), Way(_("去选主播"), edit))
    named = listed(host.name for host, _standing in found.hosts)
    ways = [
        Way(f"{host.name}{_('：')}{STANDINGS[standing][0]}", url_for("studio.host", host_id=host.id))
        for host, standing in found.hosts
        if standing is not Standing.VERIFIED
    ]
    return _line(found, AutomaticCheck.HOSTS, named, *ways)


def _room(found: Checklist) -> Line:
    edit = Way(_("去填写"), url_for("studio.edit_show", show_id=found.show.id))
    ways = () if found.has_room else (edit,)
    return _line(found, AutomaticCheck.ROOM, place_of(found.show) or _("还没有写明。"), *ways)


def _booths(found: Checklist) -> Line:
    if not found.confirmed:
        return _line(found, AutomaticCheck.BOOTHS, _("还没有确认的展位。"))
    fine = found.confirmed - len(found.lacks)
    detail = _("确认的 %(all)s 个展位里，%(fine)s 个都齐了。", all=found.confirmed, fine=fine)
    return _line(found, AutomaticCheck.BOOTHS, detail, *map(_lack, found.lacks))


def _lack(lack: BoothLack) -> Way:
    missing = listed(str(PARTS[part]) for part in lack.missing)
    text = _(
        "展位 %(number)s %(product)s（%(shop)s）：缺 %(missing)s",
        number=lack.booth,
        product=lack.slot.product.name,
        shop=lack.slot.merchant.name,
        missing=missing,
    )
    anchor = views.anchor_of(lack.booth, lack.slot.booking.starts_at)
    return Way(text, url_for("studio.show", show_id=lack.slot.show_id, _anchor=anchor))


def _requests(found: Checklist) -> Line:
    if not found.undecided:
        return _line(found, AutomaticCheck.REQUESTS, _("没有在等审核的。"))
    detail = _("还有 %(count)s 个申请在等。", count=found.undecided)
    return _line(found, AutomaticCheck.REQUESTS, detail, Way(_("去审核"), url_for("desk.queue")))
