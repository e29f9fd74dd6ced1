"""What the service worker may keep: our own files, each named by a hash of its content."""

from __future__ import annotations

import hashlib

from blueprints.static_files import HOUSE, asset, files

SCRIPTS = ("unsent_store", "unsent")
ICONS = ("fu.svg", "sprite.svg")


def shell_assets() -> list[str]:
    """The addresses of the files that the page for the time without a network needs."""
    return [
        asset(HOUSE),
        *(asset(f"js/{name}.js") for name in SCRIPTS),
        *(asset(f"icons/{name}") for name in ICONS),
    ]


def version(*more: object) -> str:
    """A short hash over the addresses of all our files, which carry theirs, and over more."""
    told = repr(([asset(name) for name in files().names()], more))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
