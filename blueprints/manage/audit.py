"""Routes of the audit trail: who did what and who saw what, narrowed by a few questions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import access_of, allow
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint
from blueprints.timeline import parse_day
from blueprints.words.people import role_word
from blueprints.words.trail import THINGS, action_word, detail_word
from domain.people import Role
from domain.trail import Wanted
from services.registry import trail
from services.registry.trail import Entry

PAGES = {
    "booking": ("desk.request_page", "booking_id"),
    "host": ("studio.host", "host_id"),
    "income_report": ("sales.income_review", "report_id"),
    "merchant": ("merchants.review_page", "merchant_id"),
    "person": ("people.person", "person_id"),
    "sales_import": ("sales.one_import", "import_id"),
    "series": ("series.one", "series_id"),
    "show": ("studio.show", "show_id"),
}
"""Where staff look at a thing of the trail."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is written on screen."""

    entry: Entry
    text: str
    who: str
    role: str
    url: str | None
    detail: list[tuple[str, str]]


@blueprint.get("/audit")
@allow(Role.ADMIN)
def audit() -> ResponseReturnValue:
    """One page of the trail, the newest first."""
    actor, wanted = the_actor(), _wanted()
    found = trail.read(actor, wanted)
    return pages.show(
        "manage/audit",
        lines=[_line(entry) for entry in found.entries],
        older=_address(replace(wanted, before_id=found.older)) if found.older else None,
        wanted=wanted,
        staff=trail.staff(actor),
        things=sorted(_things().items(), key=lambda pair: str(pair[1])),
    )


def _wanted() -> Wanted:
    args = request.args
    thing = args.get("thing") or None
    return Wanted(
        actor_id=args.get("who", type=whole),
        person_id=args.get("person", type=whole),
        object_type=thing if thing in _things() else None,
        object_id=args.get("id", type=whole),
        seen_only=args.get("seen") == "1",
        first=parse_day(args.get("first")),
        last=parse_day(args.get("last")),
        before_id=args.get("before", type=whole),
    )


def _things() -> dict[str, Any]:
    """The tables that stand in the trail under a name that people know."""
    tables = {
        "application": "booth_application", "check": "show_check", "feed": "calendar_feed", "income": "income_report",
        "point": "penalty_point", "run": "show_run", "swap": "booth_swap", "waitlist": "waitlist_entry",
    }  # fmt: skip
    hidden = ("after_sale", "booth", "calendar", "offer", "sales_word", "sample", "token")
    return {tables.get(thing, thing): word for thing, word in THINGS.items() if thing not in hidden}


def _address(wanted: Wanted) -> str:
    names = {
        "actor_id": "who", "person_id": "person", "object_type": "thing", "object_id": "id", "before_id": "before",
    }  # fmt: skip
    asked = {
        names.get(key, key): value for key, value in asdict(wanted).items() if value and key != "seen_only"
    }
    return url_for("manage.audit", **asked, **({"seen": "1"} if wanted.seen_only else {}))


def _line(entry: Entry) -> Line:
    return Line(
        entry=entry,
        text=action_word(entry.action),
        who=entry.actor_name,
        role=role_word(entry.actor_role) if entry.actor_role else "",
        url=_page(entry),
        detail=[(detail_word(key), _said(value)) for key, value in entry.detail.items()],
    )


def _page(entry: Entry) -> str | None:
    endpoint, name = PAGES.get(entry.object_type, ("", ""))
    return url_for(endpoint, **{name: entry.object_id}) if access_of(endpoint) else None


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
