"""The application that takes its time before it looks at what anybody sends."""

import time

from flask import Flask, request

import app

SECONDS = 0.7
"""Of fifty who come at once to sixteen threads the last waits four times as long."""


def create_app() -> Flask:
    """The house's application."""
    house = app.create_app()

    @house.before_request
    def dawdle() -> None:
        if request.method == "POST":
            time.sleep(SECONDS)

    return house
