"""What everything is measured against: a bare Flask view, served by the house's own server software."""

from __future__ import annotations

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "hello"
