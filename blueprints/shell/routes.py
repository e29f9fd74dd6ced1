"""Routes of the app's shell. None of them tells anything about anybody but the sender's own id."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Response, current_app, jsonify, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from blueprints import formats
from blueprints.access import public
from blueprints.identity import current_actor
from blueprints.shell import blueprint
from blueprints.shell.assets import shell_assets, version
from blueprints.static_files import asset

PAPER = "#fbf8f2"


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """What makes the desk an app that can be put on the tablet's first screen."""
    icons = [
        {"src": asset("icons/fu.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        *(_picture(size, "any") for size in (192, 512)),
        *(_picture(size, "maskable") for size in (192, 512)),
    ]
    response = jsonify(
        id="/desk",
        name=_("近邻晤福"),
        short_name=_("近邻晤福"),
        description=_("聚福小区 空间与直播预约"),
        lang="en" if formats.locale_code() == "en" else "zh-Hans-CN",
        start_url=url_for("desk.queue"),
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    return response


def _picture(size: int, purpose: str) -> dict[str, str]:
    name = f"icons/fu-{size}{'-maskable' if purpose == 'maskable' else ''}.png"
    return {"src": asset(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@blueprint.get("/sw.js")
@public
def worker() -> Response:
    """The service worker; another version of any of our files, or of the words on its page, is another worker."""
    words = (formats.locale_code(), bool(session.get("elder")))
    shell = {
        "version": version(*words),
        "page": url_for("shell.offline"),
        "files": shell_assets(),
        "static": url_for("static", filename=""),
        "vendor": url_for("health.htmx"),
    }
    code = (Path(str(current_app.static_folder)) / "js" / "worker.js").read_text(encoding="utf-8")
    return Response(f"const SHELL = {json.dumps(shell)};\n{code}", mimetype="text/javascript")


@blueprint.get("/offline")
@public
def offline() -> ResponseReturnValue:
    """The page for the time without a network: it is kept on the tablet, so it knows nobody."""
    return render_template("shell/offline.html")


@blueprint.get("/who")
@public
def who() -> ResponseReturnValue:
    """Who is logged in, by id, and a fresh token: what a queue of decisions needs before it is sent."""
    actor = current_actor()
    return jsonify(actor=actor.id if actor else None, csrf=generate_csrf())
