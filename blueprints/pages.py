"""What every page shares: its globals, its navigation, and the choice between the page and its fragment."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from blueprints import formats
from blueprints.clock import now
from blueprints.identity import current_actor, presence, shared_device
from blueprints.origin import is_here, parts_of
from domain.people import Actor, Role
from services import attention


def is_fragment() -> bool:
    """Whether htmx asked, and so only the fragment is wanted."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def wants_json() -> bool:
    """Whether a script of ours asked, which takes the facts rather than a page."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def show(name: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Render `area/x.html`, or for htmx the fragment `area/_x.html` that it includes."""
    area, _slash, leaf = name.rpartition("/")
    template = f"{area}/_{leaf}.html" if is_fragment() else f"{name}.html"
    return make_response(render_template(template, **context), status)


def go(endpoint: str, **values: Any) -> ResponseReturnValue:
    """After a change: see the page that shows it (303); htmx is told to go there itself."""
    return go_to(url_for(endpoint, **values))


def go_to(address: str) -> ResponseReturnValue:
    """The same for an address that is known already, such as the kept one of a repeated request."""
    if is_fragment():
        return "", 204, {"HX-Redirect": address}
    return redirect(address, 303)


def safe_next(target: str | None) -> str | None:
    """A path of our own that `next` may lead to, else None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return None
    return target


def page_before() -> str | None:
    """The page of ours on which a form stood that was sent, or a fragment that asks; None when it isn't known."""
    found = parts_of(request.headers.get("HX-Current-URL") or request.referrer)
    if not is_here(found):
        return None
    return safe_next(found.path + (f"?{found.query}" if found.query else ""))


def outside(endpoint: str, **values: Any) -> str:
    """An address that people pass on or keep: where the settings say that the house is found, whatever a request says.

    Without PUBLIC_URL it is where this request came to.
    """
    public = current_app.config["PUBLIC_URL"]
    return f"{public}{url_for(endpoint, **values)}" if public else url_for(endpoint, _external=True, **values)


def _item(endpoint: str, label: str, icon: str, *also: str) -> dict[str, Any]:
    """A place; it is where one is on its own page, below it, and on the pages under the paths of `also`."""
    url = address(endpoint)
    covers = [path for path in (url, *also) if request.path == path or _is_below(path)]
    return {"url": url, "label": label, "icon": icon, "covers": max(map(len, covers), default=0)}


def _is_below(path: str) -> bool:
    return path != "/" and request.path.startswith(f"{path}/")


def navigation(actor: Actor | None) -> list[dict[str, Any]]:
    """The few places that this person needs, at most five; of two that cover a page the nearer one is current."""
    items = _places(actor)
    nearest = max(item["covers"] for item in items)
    return [{**item, "current": bool(nearest) and item["covers"] == nearest} for item in items]


def _places(actor: Actor | None) -> list[dict[str, Any]]:
    today = _item("board.today", _("今天"), "home")
    spaces = _item("spaces.index", _("空间"), "calendar")
    shows = _item("studio.shows", _("直播"), "live", "/hosts")
    if actor is None:
        return [today, spaces, shows]
    if actor.is_staff:
        return [
            _item("desk.queue", pgettext("导航", "待审核"), "desk", "/merchants", "/claims"),
            _item("desk.today", _("今天"), "home", "/", "/desk/closures", "/doors", "/counter", "/day-sheet"),
            shows,
            _item("sales.imports", _("销售"), "sales", "/sales"),
            _item("manage.home", pgettext("导航", "管理"), "edit", "/people", "/reports"),
        ]
    mine = _item("bookings.mine", _("我的"), "person")
    if actor.role is Role.MERCHANT:
        return [
            today,
            shows,
            _item("studio.products", pgettext("导航", "商品"), "product"),
            _item("sales.mine", pgettext("导航", "我的店"), "shop", "/my-shop"),
            mine,
        ]
    if actor.captain_of is not None:
        return [today, spaces, _item("people.to_verify", pgettext("导航", "核实住户"), "people"), shows, mine]
    return [today, spaces, shows, mine]


def _globals() -> dict[str, Any]:
    actor, is_whole = current_actor(), not is_fragment()
    counts = attention.counts(actor, now()) if actor and is_whole else attention.NOTHING
    return {
        "actor": actor,
        "elder": bool(session.get("elder")),
        "locale": formats.locale_code(),
        "nav": navigation(actor) if is_whole else [],
        "pending_count": counts.pending,
        "unread_count": counts.unread,
        "htmx_cdn": current_app.config["HTMX_SOURCE"] == "cdn",
        "htmx_local": address("health.htmx"),
        "shared": _shared(),
    }


def _shared() -> dict[str, Any] | None:
    """Of a shared tablet: its name, and while it is open when static/js/lock.js has to lock it, in seconds."""
    found = presence()
    if found is None or found.device_id is None or current_actor() is None:
        device = shared_device()
        return {"name": device.name, "lock": None} if device else None
    lock, moment = found.lock, now()
    left = lock.after - (moment - (found.last_active_at or moment))
    times = {"left": left, "after": lock.after, "warn": lock.warned_before, "every": lock.noted_every}
    return {"name": found.device_name, "lock": {name: span.total_seconds() for name, span in times.items()}}


def choose_locale() -> str:
    """What the visitor chose, else what the account says, else Chinese."""
    chosen = session.get("locale")
    if chosen in ("zh_Hans_CN", "en"):
        return str(chosen)
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(("zh", "en"), "zh").replace("zh", "zh_Hans_CN")
    actor = current_actor()
    return actor.locale if actor else "zh_Hans_CN"


LONG = 200
"""Characters of a value that somebody has typed, not the house: what many of them send would fill the memory."""


@lru_cache(maxsize=4096)
def _address(_prefix: str, endpoint: str, values: tuple[tuple[str, Any, type], ...]) -> str:
    return url_for(endpoint, **{name: value for name, value, _ in values})


def address(endpoint: str, **values: Any) -> str:
    """`url_for` of templates: pages name the same few hundred addresses again and again."""
    if "_external" in values or any(
        isinstance(value, str) and len(value) > LONG for value in values.values()
    ):
        return url_for(endpoint, **values)
    # 1 and True are the same to a cache, and not in an address.
    return _address(
        request.script_root, endpoint, tuple([(name, value, type(value)) for name, value in values.items()])
    )


def init_app(app: Flask) -> None:
    """Offer the globals to every template."""
    app.jinja_env.globals["url_for"] = address
    app.context_processor(_globals)
