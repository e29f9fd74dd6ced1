"""Forms that have a password hashed, which takes long on purpose: the server begins few of them at a time."""

from __future__ import annotations

from flask import Flask

from blueprints.access import View

ATTRIBUTE, KEPT = "jufu_hashes", "jufu_hashing"


def hashes(view: View) -> View:
    """Say of a form that a password is hashed for it."""
    setattr(view, ATTRIBUTE, True)
    return view


def init_app(app: Flask) -> None:
    """Let the server know where these forms are sent (services/patient_worker.py); every view has to be there."""
    app.extensions[KEPT] = tuple(
        sorted(
            rule.rule.partition("<")[0].encode()
            for rule in app.url_map.iter_rules()
            if getattr(app.view_functions.get(rule.endpoint), ATTRIBUTE, False)
        )
    )
