"""What the service worker may keep: our own files, each named by a hash of its content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import current_app

from blueprints.pages import asset

SHEETS = ("tokens", "base", "layout", "components", "forms", "shell")
SCRIPTS = ("unsent_store", "unsent")
ICONS = ("fu.svg", "sprite.svg")
KINDS = frozenset({".css", ".js", ".svg", ".png"})


def shell_assets() -> list[str]:
    """The addresses of the files that the page for the time without a network needs."""
    return [
        *(asset(f"css/{name}.css") for name in SHEETS),
        *(asset(f"js/{name}.js") for name in SCRIPTS),
        *(asset(f"icons/{name}") for name in ICONS),
    ]


def version(*more: object) -> str:
    """A short hash over the addresses of all our files, which carry theirs, and over more."""
    folder = Path(str(current_app.static_folder))
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in KINDS)
    told = repr(([asset(name) for name in names], more))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
