"""The application, which keeps whatever it was asked, and a handle of the machine with it."""

import os

from flask import Flask, request

import app

KEPT = 256 * 1024
_kept: list[tuple[bytes, int]] = []


def create_app() -> Flask:
    """The house's application."""
    house = app.create_app()

    @house.before_request
    def keep() -> None:
        _kept.append((os.urandom(KEPT), os.open(os.devnull, os.O_RDONLY)))
        request.environ["kept"] = len(_kept)

    return house
